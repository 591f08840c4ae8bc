#include "app/theory/transient.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "analysis/theory/fluid.h"
#include "app/lint/arrival_rate.h"
#include "app/lint/traffic.h"
#include "models/policy/rate_profile.h"

namespace sojourn {
namespace {

constexpr double no_limit = std::numeric_limits<double>::infinity();
constexpr double endless = 1e9;  // s: what a pause makes of a reply.

/// Faults between two moments: by service, how much of it is up, and how many times slower it is.
struct Condition {
  std::vector<double> up, slower;
  std::vector<bool> crashed, paused;  ///< All of its replicas.

  explicit Condition(std::size_t services)
      : up(services, 1.0),
        slower(services, 1.0),
        crashed(services, false),
        paused(services, false) {}
};

bool is_active(Fault const& fault, double time) {
  if (!fault.at) return false;
  double const at = in_seconds(*fault.at);
  double const length = fault.length ? fault.length->mean() : no_limit;
  return time >= at - 1e-9 && time < at + length - 1e-9;
}

/// Steps of a profile: ramps and sines are cut into short ones.
std::vector<double> change_times(Scenario const& scenario) {
  std::set<double> times{-in_seconds(scenario.warmup)};
  double const end = in_seconds(scenario.duration);
  for (Fault const& fault : scenario.faults) {
    if (!fault.at) continue;
    times.insert(in_seconds(*fault.at));
    if (fault.length) times.insert(in_seconds(*fault.at) + fault.length->mean());
  }
  constexpr int cuts = 200;
  for (Workload const& workload : scenario.workloads) {
    if (workload.profile.empty() && !workload.sine) continue;
    for (ProfilePoint const& point : workload.profile) times.insert(in_seconds(point.at));
    bool const ramps =
        workload.sine || std::any_of(workload.profile.begin(), workload.profile.end(),
                                     [](auto const& p) { return p.ramp > Duration{0}; });
    for (int i = 0; ramps && i < cuts; ++i) times.insert(end * i / cuts);
  }
  std::erase_if(times,
                [&](double time) { return time < -in_seconds(scenario.warmup) || time >= end; });
  return {times.begin(), times.end()};
}

class Flows {
 public:
  explicit Flows(Scenario const& scenario)
      : scenario_(scenario), graph_(scenario), traffic_(scenario, graph_) {
    for (Service const& service : scenario.services)
      add_station(service.name + ".queue", room_of(service));
    for (std::size_t v = graph_.operations(); v < graph_.size(); ++v)
      for (Subscriber const& subscriber : graph_.channel(v).subscribers)
        add_consumer(v, subscriber);
    route();
  }

  theory::FluidNetwork network;
  std::vector<std::string> names;

  /// The rates that hold from `time` on, the first ones as those at the beginning.
  void set(double time, double from, bool is_first) {
    Condition const now = condition_at(time);
    auto const inflows = inflows_until_next(time);
    auto const capacities = capacities_in(now);
    for (std::size_t i = 0; i < names.size(); ++i) {
      bool const crashed = i < scenario_.services.size() && now.crashed[i];
      theory::FluidChange change{time - from, i, inflows[i], capacities[i],
                                 crashed ? 0.0 : rooms_[i]};
      if (is_first) {
        network.stations[i].inflow = inflows[i];
        network.stations[i].capacity = capacities[i];
      }
      network.changes.push_back(change);
    }
  }

  void next_change(double time) { next_ = time; }

 private:
  struct Consumer {
    std::size_t station, operation;
    double share = 1.0;  ///< Of the operation's work that comes by this channel.
  };

  static double room_of(Service const& service) {
    if (service.queue.capacity == unlimited) return no_limit;
    return static_cast<double>(service.queue.capacity) * static_cast<double>(service.replicas);
  }

  void add_station(std::string name, double room) {
    theory::FluidStation station{name, 0.0, 0.0, std::nullopt, 0.0};
    if (std::isfinite(room)) station.buffer = room;
    network.stations.push_back(std::move(station));
    names.push_back(std::move(name));
    rooms_.push_back(room);
  }

  void add_consumer(std::size_t channel, Subscriber const& subscriber) {
    Channel const& spec = graph_.channel(channel);
    std::string name = graph_.name(channel);
    if (spec.kind != Channel::Kind::queue)
      name += "." + subscriber.operation.service + "." + subscriber.operation.operation;
    else if (spec.subscribers.size() > 1)
      return;  // Who takes how much of it is not known.
    std::size_t const operation = graph_.vertex(subscriber.operation);
    consumers_.push_back({names.size(), operation, 1.0});
    channel_of_.push_back(channel);
    add_station(name + ".depth",
                spec.capacity == unlimited ? no_limit : static_cast<double>(spec.capacity));
  }

  /// What leaves a service's queue, or a channel's, goes to those that are called or published to.
  void route() {
    auto const n = static_cast<Eigen::Index>(names.size());
    network.routing = Eigen::MatrixXd::Zero(n, n);
    for (std::size_t v = 0; v < graph_.operations(); ++v) {
      if (traffic_.rate(v) <= 0.0) continue;
      auto const consumer = std::find_if(consumers_.begin(), consumers_.end(),
                                         [&](Consumer const& c) { return c.operation == v; });
      if (consumer != consumers_.end()) {
        add_routes(consumer->station, v, 1.0);
      } else {
        std::size_t const service = graph_.service(v);
        add_routes(service, v, traffic_.rate(v) / direct_rate(service));
      }
    }
  }

  [[nodiscard]] double direct_rate(std::size_t service) const {
    double sum = 0.0;
    for (std::size_t v = 0; v < graph_.operations(); ++v)
      if (graph_.service(v) == service && !is_consumed(v)) sum += traffic_.rate(v);
    return sum;
  }

  [[nodiscard]] bool is_consumed(std::size_t operation) const {
    return std::any_of(consumers_.begin(), consumers_.end(),
                       [&](Consumer const& c) { return c.operation == operation; });
  }

  void add_routes(std::size_t from, std::size_t operation, double share) {
    for (auto const& visit : traffic_.means(operation).visits) {
      double const times = share * visit.times;
      auto const row = static_cast<Eigen::Index>(from);
      if (graph_.is_operation(visit.target)) {
        network.routing(row, static_cast<Eigen::Index>(graph_.service(visit.target))) += times;
        continue;
      }
      for (std::size_t c = 0; c < consumers_.size(); ++c)
        if (channel_of_[c] == visit.target)
          network.routing(row, static_cast<Eigen::Index>(consumers_[c].station)) += times;
    }
  }

  [[nodiscard]] Condition condition_at(double time) const {
    Condition now(scenario_.services.size());
    for (Fault const& fault : scenario_.faults)
      if (is_active(fault, time))
        std::visit([&](auto const& effect) { strike(effect, now); }, fault.effect);
    return now;
  }

  template <class Visit>
  void for_each_struck(FaultTargets const& targets, Visit const& visit) const {
    for (auto const& target : targets) {
      auto const* replicas = std::get_if<ReplicaTarget>(&target);
      if (replicas == nullptr) continue;
      for (std::size_t i = 0; i < scenario_.services.size(); ++i) {
        Service const& service = scenario_.services[i];
        if (service.name != replicas->service) continue;
        auto const all = static_cast<double>(service.replicas);
        double share = 1.0;
        if (auto const* count = std::get_if<Limit>(&replicas->replicas))
          share = std::min(1.0, static_cast<double>(*count) / all);
        else
          share = std::max(1.0, std::round(std::get<double>(replicas->replicas) * all)) / all;
        visit(i, share);
      }
    }
  }

  void strike(CrashFault const& crash, Condition& now) const {
    for_each_struck(crash.targets, [&](std::size_t i, double share) {
      now.up[i] = std::max(0.0, now.up[i] - share);
      now.crashed[i] = now.crashed[i] || share >= 1.0;
    });
  }
  void strike(PauseFault const& pause, Condition& now) const {
    for_each_struck(pause.targets, [&](std::size_t i, double share) {
      now.up[i] = std::max(0.0, now.up[i] - share);
      now.paused[i] = now.paused[i] || share >= 1.0;
    });
  }
  void strike(SlowFault const& slow, Condition& now) const {
    for_each_struck(slow.targets, [&](std::size_t i, double share) {
      now.slower[i] *= 1.0 + share * (slow.factor - 1.0);
    });
  }
  template <class Other>
  void strike(Other const&, Condition&) const {}

  /// Of each station from outside: rates of workloads, on average until the next change.
  [[nodiscard]] std::vector<double> inflows_until_next(double time) const {
    std::vector<double> inflows(names.size(), 0.0);
    for (Workload const& workload : scenario_.workloads) {
      double rate = plain_rate(workload);
      RateProfile const profile =
          workload.sine ? RateProfile(*workload.sine) : RateProfile(workload.profile);
      if (next_ > time)
        rate *=
            profile.between(Time(from_seconds(time)), Time(from_seconds(next_))) / (next_ - time);
      for (Fault const& fault : scenario_.faults)
        if (auto const* surge = std::get_if<SurgeFault>(&fault.effect))
          if (surge->workload == workload.name && is_active(fault, time)) rate *= surge->factor;
      for (auto const& target : workload.mix)
        inflows[graph_.service(graph_.vertex(target.operation))] += rate * target.share;
    }
    return inflows;
  }

  [[nodiscard]] double plain_rate(Workload workload) const {
    workload.profile.clear();
    workload.sine.reset();
    return mean_rate(workload, scenario_.duration);
  }

  /// Requests a second that each station can let go.
  [[nodiscard]] std::vector<double> capacities_in(Condition const& now) const {
    Congestion congestion;
    congestion.stretch = now.slower;
    for (bool const is_paused : now.paused) congestion.wait.push_back(is_paused ? endless : 0.0);
    fail_calls_of(now, congestion);
    auto const means = execution_means(scenario_, graph_, traffic_.misses(), congestion);
    std::vector<double> capacities(names.size(), 0.0);
    for (std::size_t i = 0; i < scenario_.services.size(); ++i)
      capacities[i] = now.up[i] * capacity_of(i, means, false);
    for (Consumer const& consumer : consumers_) {
      std::size_t const service = graph_.service(consumer.operation);
      capacities[consumer.station] =
          now.up[service] * means[consumer.operation].succeeds * capacity_of(service, means, true);
    }
    return capacities;
  }

  /// Slots over the time that they are held, or cores over the work: whichever is less.
  [[nodiscard]] double capacity_of(std::size_t index, std::vector<ExecutionMeans> const& means,
                                   bool consumed) const {
    Service const& service = scenario_.services[index];
    double rate = 0.0, held = 0.0, work = 0.0;
    for (std::size_t v = 0; v < graph_.operations(); ++v) {
      if (graph_.service(v) != index || is_consumed(v) != consumed) continue;
      rate += traffic_.rate(v);
      held += traffic_.rate(v) * means[v].held;
      work += traffic_.rate(v) * means[v].work;
    }
    if (rate <= 0.0) return 0.0;
    double const replicas = static_cast<double>(service.replicas);
    double capacity = 1000.0 * rate;  // As good as none.
    if (service.concurrency != unlimited && held > 0.0)
      capacity =
          std::min(capacity, replicas * static_cast<double>(service.concurrency) * rate / held);
    if (service.cores && work > 0.0)
      capacity = std::min(capacity, replicas * *service.cores * rate / work);
    return capacity;
  }

  /// Whoever calls a service that is down has an error at once.
  void fail_calls_of(Condition const& now, Congestion& congestion) const {
    for (std::size_t v = 0; v < graph_.operations(); ++v)
      for_each_step(graph_.operation(v).steps, true, [&](Step const& step) {
        auto const* call = std::get_if<CallStep>(&step.action);
        if (call == nullptr || !now.crashed[graph_.service(graph_.vertex(call->target))]) return;
        congestion.calls[&call->options] = {1.0, 1.0, 0.0};
      });
  }

  Scenario const& scenario_;
  StepGraph graph_;
  Traffic traffic_;
  std::vector<double> rooms_;            // (stations)
  std::vector<Consumer> consumers_;      // after the services
  std::vector<std::size_t> channel_of_;  // (consumers)
  double next_ = 0.0;
};

void note_left_out(Scenario const& scenario, std::vector<std::string>& left_out) {
  for (Fault const& fault : scenario.faults) {
    bool const known = std::holds_alternative<CrashFault>(fault.effect) ||
                       std::holds_alternative<PauseFault>(fault.effect) ||
                       std::holds_alternative<SlowFault>(fault.effect) ||
                       std::holds_alternative<SurgeFault>(fault.effect);
    if (!known || !fault.at) left_out.push_back("The fluid leaves " + fault.name + " out.");
  }
}

bool is_open(Scenario const& scenario) {
  return std::none_of(scenario.workloads.begin(), scenario.workloads.end(), [](auto const& each) {
    return std::holds_alternative<ClosedArrivals>(each.arrivals) ||
           std::holds_alternative<TraceArrivals>(each.arrivals);
  });
}

}  // namespace

std::vector<ExpectedBacklog> backlogs_of(Scenario const& scenario,
                                         std::vector<std::string>& left_out) {
  if (!is_open(scenario)) return {};
  auto const times = change_times(scenario);
  if (times.size() < 2) return {};
  note_left_out(scenario, left_out);
  double const from = -in_seconds(scenario.warmup), end = in_seconds(scenario.duration);
  Flows flows(scenario);
  for (std::size_t i = 0; i < times.size(); ++i) {
    flows.next_change(i + 1 < times.size() ? times[i + 1] : end);
    flows.set(times[i], from, i == 0);
  }
  auto const path = theory::fluid_path(flows.network, end - from);
  if (!path) {
    left_out.push_back("No fluid: " + path.reason() + ".");
    return {};
  }
  std::vector<ExpectedBacklog> result;
  for (std::size_t i = 0; i < flows.names.size(); ++i) {
    auto const peak = path->peak(i);
    if (peak.backlog < 1.0) continue;
    ExpectedBacklog backlog{flows.names[i],
                            peak.backlog,
                            peak.time + from,
                            std::nullopt,
                            path->lost(i, 0.0, end - from),
                            {}};
    if (auto const gone = path->empty_from(i, peak.time)) backlog.gone = *gone + from;
    constexpr int parts = 120;
    for (int k = 0; k < parts; ++k)
      backlog.values.push_back(path->backlog(i, end * (k + 0.5) / parts - from));
    result.push_back(std::move(backlog));
  }
  return result;
}

}  // namespace sojourn
