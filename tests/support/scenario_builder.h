#pragma once

#include <deque>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "models/scenario.h"
#include "tests/support/steps.h"

namespace sojourn::support {

/// Builds a scenario piece by piece. What a function returns may be changed until `build`.
class ScenarioBuilder {
 public:
  explicit ScenarioBuilder(Duration duration, Duration warmup = {}) {
    scenario_.name = "test";
    scenario_.duration = duration;
    scenario_.warmup = warmup;
  }

  /// One request at each of the times.
  Workload& trace(std::string name, std::vector<Duration> times, std::string const& target) {
    return workload(std::move(name), TraceArrivals{std::move(times)}, target);
  }
  /// One request.
  Workload& request(std::string name, Duration at, std::string const& target) {
    return trace(std::move(name), {at}, target);
  }
  /// Requests with independent times between.
  Workload& open(std::string name, Length const& interarrival, std::string const& target) {
    return workload(std::move(name), OpenArrivals{interarrival.distribution, {}}, target);
  }
  Workload& closed(std::string name, std::int64_t users, Length const& think,
                   std::string const& target) {
    return workload(std::move(name), ClosedArrivals{users, think.distribution}, target);
  }

  /// A service whose only operation is `op`.
  Service& service(std::string name, Steps steps, Limit concurrency = 1) {
    Service& added = services_.emplace_back();
    added.name = std::move(name);
    added.concurrency = concurrency;
    added.operations.push_back({"op", std::move(steps)});
    return added;
  }

  /// A channel "broker.channel" without subscribers; the broker is made if it is new.
  Channel& channel(std::string const& name) {
    auto const [broker_name, channel_name] = split(name);
    channels_.emplace_back(broker_name, Channel{});
    broker(broker_name);
    channels_.back().second.name = channel_name;
    return channels_.back().second;
  }
  Broker& broker(std::string const& name) {
    for (Broker& known : brokers_) {
      if (known.name == name) return known;
    }
    brokers_.emplace_back().name = name;
    return brokers_.back();
  }

  Host& host(std::string name, double cores, Host::Scheduling scheduling) {
    return hosts_.emplace_back(Host{std::move(name), cores, scheduling, {}});
  }

  /// What lies between two ends, both ways.
  LinkSpec& link(std::string from, std::string to) {
    return links_.emplace_back(Link{std::move(from), std::move(to), {}}).spec;
  }
  /// What lies between all of them.
  LinkSpec& network() { return scenario_.network.standard; }

  Fault& fault(std::string name, decltype(Fault::effect) effect, Duration at, Duration length) {
    Fault& added = faults_.emplace_back();
    added.name = std::move(name);
    added.effect = std::move(effect);
    added.at = at;
    added.length = Distribution::constant(in_seconds(length));
    return added;
  }
  Fault& crash(std::string const& service, Duration at, Duration length) {
    return fault("crash-" + service, CrashFault{{ReplicaTarget{service, unlimited, false}}}, at,
                 length);
  }
  Fault& crash_broker(std::string const& broker, Duration at, Duration length) {
    return fault("crash-" + broker, CrashFault{{BrokerTarget{broker}}}, at, length);
  }

  [[nodiscard]] Scenario build() const {
    Scenario scenario = scenario_;
    scenario.workloads.assign(workloads_.begin(), workloads_.end());
    scenario.services.assign(services_.begin(), services_.end());
    scenario.network.links.assign(links_.begin(), links_.end());
    scenario.hosts.assign(hosts_.begin(), hosts_.end());
    scenario.brokers.assign(brokers_.begin(), brokers_.end());
    scenario.faults.assign(faults_.begin(), faults_.end());
    for (Broker& broker : scenario.brokers) {
      for (auto const& [name, channel] : channels_) {
        if (name == broker.name) broker.channels.push_back(channel);
      }
    }
    return scenario;
  }

 private:
  Workload& workload(std::string name, decltype(Workload::arrivals) arrivals,
                     std::string const& target) {
    Workload& added = workloads_.emplace_back();
    added.name = std::move(name);
    added.arrivals = std::move(arrivals);
    added.mix.push_back({operation(target), 1.0});
    return added;
  }

  Scenario scenario_;
  // Deques, so that what was returned stays where it is.
  std::deque<Workload> workloads_;
  std::deque<Service> services_;
  std::deque<Host> hosts_;
  std::deque<Link> links_;
  std::deque<Broker> brokers_;
  std::deque<std::pair<std::string, Channel>> channels_;
  std::deque<Fault> faults_;
};

/// A subscriber to a channel, to be changed before it is added.
inline Subscriber subscriber(std::string const& target, std::optional<Limit> prefetch = {}) {
  Subscriber made;
  made.operation = operation(target);
  made.prefetch = prefetch;
  return made;
}

}  // namespace sojourn::support
