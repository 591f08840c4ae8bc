#include "app/theory/transient.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/theory/fluid.h"
#include "app/lint/arrival_rate.h"
#include "app/lint/traffic.h"
#include "app/theory/conditions.h"
#include "app/theory/equilibrium.h"
#include "app/theory/markov_line.h"

namespace sojourn {
namespace {

constexpr double no_limit = std::numeric_limits<double>::infinity();
constexpr double endless = 1e9;  // s: what a pause makes of a reply.

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
    for (Workload const& workload : scenario.workloads) add_retries(workload);
  }

  theory::FluidNetwork network;
  std::vector<std::string> names;

  /// The rates that hold from `time` on, the first ones as those at the beginning.
  void set(double time, double from, bool is_first) {
    Condition const now = condition_at(scenario_, time);
    auto const inflows = inflows_until_next(time);
    auto const means = means_in(now);
    auto const capacities = capacities_in(now, means);
    for (std::size_t i = 0; i < names.size(); ++i) {
      theory::FluidChange change{time - from, i, inflows[i], capacities[i], rooms_[i], false, 0.0};
      if (i < scenario_.services.size()) {
        if (now.crashed[i]) change.buffer = 0.0;
        change.failing = failing(i, means);
      } else {
        shut(change, now);
      }
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

  /// A channel whose broker is down takes nothing in, gives nothing out, and keeps what is durable.
  void shut(theory::FluidChange& change, Condition const& now) const {
    auto const consumer =
        std::find_if(consumers_.begin(), consumers_.end(),
                     [&](Consumer const& c) { return c.station == change.station; });
    std::size_t const channel =
        channel_of_[static_cast<std::size_t>(consumer - consumers_.begin())];
    for (std::size_t b = 0; b < scenario_.brokers.size(); ++b) {
      if (!now.broker_down[b] || scenario_.brokers[b].name != graph_.broker(channel).name) continue;
      change.capacity = 0.0;
      change.closed = true;
      if (!graph_.channel(channel).durable) change.buffer = 0.0;
    }
  }

  /// Who sends to a service tries again there.
  void add_retries(Workload const& workload) {
    if (!workload.options.retry) return;
    Retry const& retry = *workload.options.retry;
    for (auto const& target : workload.mix) {
      std::size_t const service = graph_.service(graph_.vertex(target.operation));
      double const all = outside_rate(service);
      if (all <= 0.0) continue;
      theory::FluidRetries retries;
      retries.station = service;
      retries.share = mean_rate(workload, scenario_.duration) * target.share / all;
      constexpr Limit most = 50;
      for (Limit n = 1; n < std::min(retry.attempts, most); ++n)
        retries.pauses.push_back(mean_pause(retry.backoff, static_cast<double>(n)));
      if (workload.options.timeout) retries.timeout = workload.options.timeout->mean();
      retries.response = traffic_.means(graph_.vertex(target.operation)).response;
      retries.budget = retry.budget;
      retries.on_rejected = retry.on_rejected || retry.on_error;
      retries.on_timeout = retry.on_timeout;
      retries.on_error = retry.on_error;
      network.retries.push_back(std::move(retries));
    }
  }

  [[nodiscard]] double outside_rate(std::size_t service) const {
    double sum = 0.0;
    for (Workload const& workload : scenario_.workloads)
      for (auto const& target : workload.mix)
        if (graph_.service(graph_.vertex(target.operation)) == service)
          sum += mean_rate(workload, scenario_.duration) * target.share;
    return sum;
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

  /// Of each station from outside: rates of workloads, on average until the next change.
  [[nodiscard]] std::vector<double> inflows_until_next(double time) const {
    std::vector<double> inflows(names.size(), 0.0);
    for (Workload const& workload : scenario_.workloads) {
      double const rate = rate_between(scenario_, workload, time, next_);
      for (auto const& target : workload.mix)
        inflows[graph_.service(graph_.vertex(target.operation))] += rate * target.share;
    }
    return inflows;
  }

  [[nodiscard]] std::vector<ExecutionMeans> means_in(Condition const& now) const {
    Congestion congestion;
    congestion.stretch = now.slower;
    for (bool const is_paused : now.paused) congestion.wait.push_back(is_paused ? endless : 0.0);
    fail_calls_of(now, congestion);
    return execution_means(scenario_, graph_, traffic_.misses(), congestion);
  }

  /// Requests a second that each station can let go.
  [[nodiscard]] std::vector<double> capacities_in(Condition const& now,
                                                  std::vector<ExecutionMeans> const& means) const {
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

  /// Share of the requests to a service that end with an error there.
  [[nodiscard]] double failing(std::size_t service,
                               std::vector<ExecutionMeans> const& means) const {
    double all = 0.0, failed = 0.0;
    for (std::size_t v = 0; v < graph_.operations(); ++v) {
      if (graph_.service(v) != service || is_consumed(v)) continue;
      all += traffic_.rate(v);
      failed += traffic_.rate(v) * (1.0 - means[v].succeeds);
    }
    return all > 0.0 ? std::clamp(failed / all, 0.0, 1.0) : 0.0;
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

  /// Whoever calls a service that is down has an error at once; one that is paused, its timeout.
  void fail_calls_of(Condition const& now, Congestion& congestion) const {
    for (std::size_t v = 0; v < graph_.operations(); ++v)
      for_each_step(graph_.operation(v).steps, true, [&](Step const& step) {
        auto const* call = std::get_if<CallStep>(&step.action);
        if (call == nullptr) return;
        std::size_t const target = graph_.service(graph_.vertex(call->target));
        Equilibrium::Attempt attempt;
        if (now.crashed[target])
          attempt.error = 1.0;
        else if (now.paused[target] && call->options.timeout)
          attempt.timeout = 1.0;
        else
          return;
        auto outcome = outcome_of(call->options, attempt);
        if (now.crashed[target]) outcome.attempts = 0.0;  // They take no time.
        congestion.calls[&call->options] = outcome;
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
    if (!is_in_conditions(fault)) left_out.push_back("The fluid leaves " + fault.name + " out.");
  }
}

bool is_open(Scenario const& scenario) {
  return std::none_of(scenario.workloads.begin(), scenario.workloads.end(), [](auto const& each) {
    return std::holds_alternative<ClosedArrivals>(each.arrivals) ||
           std::holds_alternative<TraceArrivals>(each.arrivals);
  });
}

ExpectedBacklog backlog_of(Scenario const& scenario, std::string const& name,
                           theory::FluidPath const& path, std::size_t station) {
  double const from = -in_seconds(scenario.warmup), end = in_seconds(scenario.duration);
  auto const peak = path.peak(station);
  ExpectedBacklog backlog;
  backlog.series = name;
  backlog.peak = peak.backlog;
  backlog.at = peak.time + from;
  backlog.lost = path.lost(station, 0.0, end - from);
  if (auto const gone = path.empty_from(station, peak.time)) backlog.gone = *gone + from;
  for (int k = 0; k < MarkovLine::parts; ++k)
    backlog.values.push_back(path.backlog(station, end * (k + 0.5) / MarkovLine::parts - from));
  return backlog;
}

void take(MarkovLine const& line, ExpectedBacklog& backlog) {
  backlog.values = line.values;
  backlog.peak = line.peak;
  backlog.at = line.at;
  backlog.model = line.exact ? "exact mean of the Markov chain" : "mean of the Markov chain";
}

/// Where the line of a service is a small Markov chain, its mean instead of the fluid.
void refine(Scenario const& scenario, std::vector<ExpectedBacklog>& backlogs) {
  for (Service const& service : scenario.services)
    for (ExpectedBacklog& backlog : backlogs)
      if (backlog.series == service.name + ".queue")
        if (auto const line = markov_line(scenario, service, backlog.peak)) take(*line, backlog);
}

/// Nothing is planned, but the run begins empty and is measured from there.
std::vector<ExpectedBacklog> from_empty(Scenario const& scenario) {
  std::vector<ExpectedBacklog> result;
  if (scenario.warmup > Duration{0}) return result;
  for (Service const& service : scenario.services) {
    auto const line = markov_line(scenario, service, 0.0);
    if (!line || line->peak < 0.1) continue;
    ExpectedBacklog backlog;
    backlog.series = service.name + ".queue";
    take(*line, backlog);
    result.push_back(std::move(backlog));
  }
  return result;
}

}  // namespace

std::vector<ExpectedBacklog> backlogs_of(Scenario const& scenario,
                                         std::vector<std::string>& left_out) {
  if (!is_open(scenario)) return {};
  auto const times = change_times(scenario);
  if (times.size() < 2) return from_empty(scenario);
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
    if (peak.backlog >= 1.0) result.push_back(backlog_of(scenario, flows.names[i], *path, i));
  }
  refine(scenario, result);
  return result;
}

}  // namespace sojourn
