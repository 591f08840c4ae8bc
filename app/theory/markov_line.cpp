#include "app/theory/markov_line.h"

#include <algorithm>
#include <cmath>

#include "analysis/theory/birth_death.h"
#include "app/lint/arrival_rate.h"
#include "app/lint/traffic.h"
#include "app/theory/conditions.h"
#include "app/theory/holding.h"
#include "app/theory/one_queue.h"
#include "app/theory/streams.h"

namespace sojourn {
namespace {

constexpr double most_steps = 4e8;  // Of a state, over all times: a second or so.

bool is_memoryless(Distribution const& law) { return TimeLaw::of(law).exponential(); }

/// Each of its requests comes once, at a random moment, and stays until it is served.
bool sends_plainly(Workload const& workload) {
  auto const* open = std::get_if<OpenArrivals>(&workload.arrivals);
  auto const& options = workload.options;
  return open != nullptr && !open->batch && is_memoryless(open->interarrival_time) &&
         !options.retry && !options.breaker && !options.limit && !options.hedge &&
         !options.cancel && !workload.patience && !workload.propagates_deadline;
}

bool is_plain_line(Service const& service) {
  return service.replicas == 1 && service.concurrency != unlimited && !service.cores &&
         !service.speed && service.hosts.empty() && !service.limit && !service.autoscale &&
         service.hours.empty() && !service.queue.codel && !service.startup &&
         service.detect == Duration{0} && is_plain(service.queue.discipline) &&
         (service.queue.when_full == QueueSpec::WhenFull::reject ||
          service.queue.capacity == unlimited);
}

/// The fault is known, and strikes the service whole, if at all; or cannot concern it.
bool is_simple(Fault const& fault, Service const& service) {
  if (std::holds_alternative<ErrorsFault>(fault.effect)) return true;
  if (!is_in_conditions(fault)) return false;
  auto const* pause = std::get_if<PauseFault>(&fault.effect);
  return pause == nullptr || service.queue.capacity == unlimited;
}

/// Births, deaths and the number that wait, from one moment to the next.
class Chain {
 public:
  Chain(Service const& service, double mean_work, std::size_t states)
      : slots_(static_cast<double>(service.concurrency)), work_(mean_work), state_(states, 0.0) {
    state_.front() = 1.0;
  }

  /// From here on, until the next change.
  void set(double arrivals, double slower, bool crashed, bool paused) {
    if (crashed) {
      std::fill(state_.begin(), state_.end(), 0.0);
      state_.front() = 1.0;
    }
    if (paused && !paused_) held_ = busy();
    paused_ = paused;
    births_.assign(state_.size() - 1, crashed ? 0.0 : arrivals);
    deaths_.resize(state_.size() - 1);
    for (std::size_t n = 1; n < state_.size(); ++n)
      deaths_[n - 1] = paused ? 0.0 : std::min(slots_, static_cast<double>(n)) / (work_ * slower);
  }

  bool advance(double time) {
    auto const next = theory::birth_death_transient(births_, deaths_, state_, time);
    if (next) state_ = *next;
    return static_cast<bool>(next);
  }

  /// While it is paused slots are held by who was in service before.
  [[nodiscard]] double waiting() const {
    return std::max(0.0, theory::mean_of(state_) - (paused_ ? held_ : busy()));
  }
  [[nodiscard]] double overflow() const { return state_.back(); }

 private:
  [[nodiscard]] double busy() const {
    double sum = 0.0;
    for (std::size_t n = 1; n < state_.size(); ++n)
      sum += std::min(slots_, static_cast<double>(n)) * state_[n];
    return sum;
  }

  double slots_, work_;
  bool paused_ = false;
  double held_ = 0.0;
  std::vector<double> state_, births_, deaths_;
};

/// One of the moments at which rates change, or at which it is looked.
struct Moment {
  double time = 0.0;
  bool change = false, look = false;
};

std::vector<Moment> moments_of(Scenario const& scenario) {
  std::vector<Moment> moments;
  for (double const time : change_times(scenario)) moments.push_back({time, true, false});
  double const end = in_seconds(scenario.duration);
  for (int k = 0; k < MarkovLine::parts; ++k)
    moments.push_back({end * (k + 0.5) / MarkovLine::parts, false, true});
  std::stable_sort(moments.begin(), moments.end(),
                   [](Moment const& a, Moment const& b) { return a.time < b.time; });
  return moments;
}

class Walk {
 public:
  Walk(Scenario const& scenario, StepGraph const& graph, Service const& service, double mean_work)
      : scenario_(scenario),
        graph_(graph),
        service_(service),
        index_(static_cast<std::size_t>(&service - scenario.services.data())),
        work_(mean_work),
        moments_(moments_of(scenario)) {}

  /// Nothing if so many states are too few, or too many.
  std::optional<MarkovLine> through(std::size_t states, bool limited) {
    Chain chain(service_, work_, states);
    MarkovLine line;
    double steps = 0.0;
    for (std::size_t m = 0; m < moments_.size(); ++m) {
      Moment const& moment = moments_[m];
      double waiting = chain.waiting();
      if (moment.change) set(chain, m);
      if (moment.look) line.values.push_back(chain.waiting());
      waiting = std::max(waiting, chain.waiting());
      if (moment.time >= 0.0 && waiting > line.peak) {
        line.peak = waiting;
        line.at = moment.time;
      }
      if (m + 1 == moments_.size()) break;
      double const length = moments_[m + 1].time - moment.time;
      steps += length * greatest_ * static_cast<double>(states);
      too_many_ = steps > most_steps;
      if (too_many_ || !chain.advance(length)) return std::nullopt;
      if (!limited && chain.overflow() > 1e-10) return std::nullopt;
    }
    return line;
  }

  [[nodiscard]] bool too_many() const { return too_many_; }

 private:
  void set(Chain& chain, std::size_t moment) {
    double const time = moments_[moment].time;
    double next = in_seconds(scenario_.duration);
    for (std::size_t m = moments_.size(); m-- > moment + 1;)
      if (moments_[m].change && moments_[m].time > time) next = moments_[m].time;
    Condition const now = condition_at(scenario_, time);
    double rate = 0.0;
    for (Workload const& workload : scenario_.workloads)
      for (auto const& target : workload.mix)
        if (graph_.service(graph_.vertex(target.operation)) == index_)
          rate += target.share * rate_between(scenario_, workload, time, next);
    chain.set(rate, now.slower[index_], now.crashed[index_], now.paused[index_]);
    greatest_ = rate + static_cast<double>(service_.concurrency) / work_;
  }

  Scenario const& scenario_;
  StepGraph const& graph_;
  Service const& service_;
  std::size_t index_;
  double work_;
  double greatest_ = 0.0;  // Rate of events, 1/s.
  bool too_many_ = false;
  std::vector<Moment> moments_;
};

/// Mean work, where all that comes to the service is plain and takes the same exponential time.
std::optional<double> plain_work(Scenario const& scenario, StepGraph const& graph,
                                 Service const& service) {
  auto const index = static_cast<std::size_t>(&service - scenario.services.data());
  Traffic const traffic(scenario, graph);
  double direct = 0.0;
  for (Workload const& workload : scenario.workloads)
    for (auto const& target : workload.mix) {
      if (graph.service(graph.vertex(target.operation)) != index) continue;
      if (!sends_plainly(workload)) return std::nullopt;
      direct += target.share * mean_rate(workload, scenario.duration);
    }
  if (direct <= 0.0 || std::abs(traffic.arrivals(index) / direct - 1.0) > 1e-9) return std::nullopt;
  auto const holding = holding_of(scenario, graph, traffic, index);
  if (!holding.alone || !holding.law.exponential()) return std::nullopt;
  return holding.law.mean;
}

bool lasts_as_stated(Fault const& fault) { return !fault.length || fault.length->is_constant(); }

}  // namespace

std::optional<MarkovLine> markov_line(Scenario const& scenario, Service const& service,
                                      double fluid_peak) {
  bool const simple = std::all_of(scenario.faults.begin(), scenario.faults.end(),
                                  [&](Fault const& fault) { return is_simple(fault, service); });
  if (!is_plain_line(service) || !simple) return std::nullopt;
  for (double const time : change_times(scenario)) {
    auto const index = static_cast<std::size_t>(&service - scenario.services.data());
    Condition const now = condition_at(scenario, time);
    bool const whole = now.up[index] == 1.0 || now.crashed[index] || now.paused[index];
    if (!whole) return std::nullopt;
  }
  StepGraph const graph(scenario);
  auto const work = plain_work(scenario, graph, service);
  if (!work) return std::nullopt;
  Walk walk(scenario, graph, service, *work);
  auto const slots = static_cast<std::size_t>(service.concurrency);
  std::optional<MarkovLine> line;
  if (service.queue.capacity != unlimited) {
    line = walk.through(slots + static_cast<std::size_t>(service.queue.capacity) + 1, true);
  } else {
    auto states =
        slots + static_cast<std::size_t>(1.2 * fluid_peak + 8.0 * std::sqrt(fluid_peak)) + 200;
    for (; !line && !walk.too_many(); states *= 2) line = walk.through(states, false);
  }
  if (line)
    line->exact =
        std::none_of(scenario.workloads.begin(), scenario.workloads.end(), changes_steadily) &&
        std::all_of(scenario.faults.begin(), scenario.faults.end(), lasts_as_stated);
  return line;
}

}  // namespace sojourn
