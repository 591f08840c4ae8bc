#include <cmath>
#include <functional>
#include <utility>

#include "analysis/theory/quantile.h"
#include "app/lint/arrival_rate.h"
#include "app/theory/parts.h"

namespace sojourn {
namespace {

/// Whether that is true of every operation by which a request comes.
class Path {
 public:
  using Test = std::function<bool(std::size_t operation)>;

  Path(StepGraph const& graph, Equilibrium const& equilibrium, Test holds)
      : graph_(graph),
        equilibrium_(equilibrium),
        holds_(std::move(holds)),
        seen_(graph.operations(), false) {}

  bool from(std::size_t operation) {
    if (seen_[operation]) return true;
    seen_[operation] = true;
    if (!holds_(operation)) return false;
    for (auto const& visit : equilibrium_.traffic().means(operation).visits)
      if (graph_.is_operation(visit.target) && !from(visit.target)) return false;
    return true;
  }

 private:
  StepGraph const& graph_;
  Equilibrium const& equilibrium_;
  Test holds_;
  std::vector<bool> seen_;
};

/// Whether every service that a request comes by has an exact solution.
bool is_exact_from(StepGraph const& graph, Equilibrium const& equilibrium, std::size_t operation) {
  return Path(graph, equilibrium,
              [&](std::size_t each) {
                auto const& solution = equilibrium.at(graph.service(each)).solution;
                return solution && solution->exact;
              })
      .from(operation);
}

/// Whether anything can be said of a request: each service by which it comes has a model, and no
/// branches run at once, of which the slowest counts.
bool is_sayable_from(StepGraph const& graph, Equilibrium const& equilibrium,
                     std::size_t operation) {
  return Path(graph, equilibrium,
              [&](std::size_t each) {
                if (!equilibrium.at(graph.service(each)).solution) return false;
                bool branches = false;
                for_each_step(graph.operation(each).steps, false, [&](Step const& step) {
                  branches = branches || std::holds_alternative<ParallelStep>(step.action);
                });
                return !branches;
              })
      .from(operation);
}

/// Whether nothing by which a request comes fails for a while.
bool is_steady_from(StepGraph const& graph, Equilibrium const& equilibrium, std::size_t operation) {
  return Path(graph, equilibrium,
              [&](std::size_t each) {
                auto const& solution = equilibrium.at(graph.service(each)).solution;
                return !solution || solution->failed <= 0.0;
              })
      .from(operation);
}

/// Whether attempts of one call that follow each other fail independently: during an outage they
/// fail together.
bool has_luck_anew(Workload const& workload, StepGraph const& graph, Equilibrium const& equilibrium,
                   std::size_t operation) {
  if (workload.options.retry && !is_steady_from(graph, equilibrium, operation)) return false;
  return Path(graph, equilibrium,
              [&](std::size_t each) {
                bool anew = true;
                for_each_step(graph.operation(each).steps, true, [&](Step const& step) {
                  auto const* call = std::get_if<CallStep>(&step.action);
                  if (call != nullptr && call->options.retry)
                    anew = anew && is_steady_from(graph, equilibrium, graph.vertex(call->target));
                });
                return anew;
              })
      .from(operation);
}

/// How long a request that succeeds has spent on attempts in vain and on the pauses after them, s.
/// One that is refused takes no time, one that ends in an error as long as another.
double time_in_vain(CallOptions const& options, Equilibrium::Attempt const& attempt,
                    double latency) {
  if (!options.retry) return 0.0;
  auto const repeated = repeated_part(*options.retry, attempt);
  double const again = repeated.failure();
  if (again <= 0.0) return 0.0;
  double const timeout = options.timeout ? options.timeout->mean() : 0.0;
  double const each = (repeated.timeout * timeout + repeated.error * latency) / again;
  double reached = 1.0, spent = 0.0, all = 1.0, sum = 0.0;
  for (Limit n = 1; n < options.retry->attempts && reached > 1e-12; ++n) {
    spent += each + mean_pause(options.retry->backoff, static_cast<double>(n));
    reached *= again;
    all += reached;
    sum += reached * spent;
  }
  return sum / all;
}

/// A request as its sender sees it, over all that it may ask for.
struct Outcome {
  double rejected = 0.0, timeout = 0.0, error = 0.0, abandoned = 0.0;
  double attempts = 0.0;
  double latency = 0.0;  ///< Of those that succeed, s.
  bool exact = true;
  bool latency_exact = true;
  std::string model;

  /// Its services have models, none of them runs branches at once, and luck is drawn anew for each
  /// attempt.
  bool sayable = true;

  [[nodiscard]] double failure() const { return rejected + timeout + error + abandoned; }
};

Outcome outcome_of(Workload const& workload, StepGraph const& graph,
                   Equilibrium const& equilibrium) {
  Outcome all;
  double succeeded = 0.0;
  for (auto const& target : workload.mix) {
    std::size_t const operation = graph.vertex(target.operation);
    auto const attempt = equilibrium.attempt(workload.options, operation);
    auto const call = outcome_of(workload.options, attempt);
    // How the last attempt fails is how any attempt does.
    double const scale = attempt.failure() > 0.0 ? call.failure / attempt.failure() : 0.0;
    all.rejected += target.share * scale * attempt.rejected;
    all.timeout += target.share * scale * attempt.timeout;
    all.error += target.share * scale * attempt.error;
    all.abandoned += target.share * scale * attempt.abandoned;
    all.attempts += target.share * call.attempts;
    double const success = target.share * (1.0 - call.failure);
    succeeded += success;
    double latency = equilibrium.response(operation);
    auto const& place = equilibrium.at(graph.service(operation));
    if (place.station && place.station->patience && place.solution)
      latency = place.solution->latency;
    bool const step_fails = equilibrium.traffic().means(operation).succeeds < 1.0 - 1e-12;
    if (workload.options.timeout && attempt.timeout > 0.0)
      latency = std::min(latency, workload.options.timeout->mean());
    all.latency += success * (latency + time_in_vain(workload.options, attempt, latency));
    bool const path = is_exact_from(graph, equilibrium, operation);
    bool const once = !workload.options.retry || call.attempts < 1.0 + 1e-9;
    bool const timeouts =
        attempt.timeout > 1e-6 || !equilibrium.surely_within(workload.options, operation);
    all.exact =
        all.exact && path && once && (!timeouts || equilibrium.response_is_known(operation));
    all.latency_exact = all.latency_exact && path && once && !timeouts && !step_fails;
    if (place.solution) all.model = place.solution->model;
    all.sayable = all.sayable && is_sayable_from(graph, equilibrium, operation) &&
                  has_luck_anew(workload, graph, equilibrium, operation);
  }
  if (succeeded > 0.0) all.latency /= succeeded;
  if (workload.mix.size() > 1) all.model = "sum over its requests";
  return all;
}

/// Of those who are answered in time, where the whole distribution is known.
void add_latency_of_punctual(Workload const& workload, std::size_t operation,
                             Equilibrium const& equilibrium, FigureList& figures) {
  double const limit = workload.options.timeout ? workload.options.timeout->mean()
                                                : std::numeric_limits<double>::infinity();
  auto const above = [&](double t) { return equilibrium.response_above(operation, t); };
  double const late = std::isfinite(limit) ? above(limit) : 0.0;
  auto const punctual = [&](double t) {
    return t >= limit ? 0.0 : (above(t) - late) / (1.0 - late);
  };
  double const scale = equilibrium.response(operation);
  std::string const name = workload.name + ".latency";
  if (late > 1e-9) {
    constexpr int steps = 4000;
    double sum = 0.5;
    for (int i = 1; i < steps; ++i) sum += punctual(limit * i / steps);
    figures.add(name + ".mean", Unit::second, sum * limit / steps);
  }
  figures.add_percentiles(name, punctual, scale);
}

void add_workload(Scenario const& scenario, Workload const& workload, StepGraph const& graph,
                  Equilibrium const& equilibrium, FigureList& figures) {
  std::string const& name = workload.name;
  double const rate = mean_rate(workload, scenario.duration);
  figures.from("its rate", true);
  figures.add(name + ".arrivals", Unit::per_second, rate);
  auto const outcome = outcome_of(workload, graph, equilibrium);
  if (equilibrium.overloaded() || !outcome.sayable || workload.options.hedge ||
      workload.options.breaker || workload.options.limit)
    return;
  figures.from(outcome.model, outcome.exact);
  figures.add(name + ".goodput", Unit::per_second, rate * (1.0 - outcome.failure()));
  figures.add(name + ".availability", Unit::ratio, 1.0 - outcome.failure());
  figures.add(name + ".failures.error", Unit::ratio, outcome.error);
  figures.add(name + ".failures.timeout", Unit::ratio, outcome.timeout);
  figures.add(name + ".failures.rejected", Unit::ratio, outcome.rejected);
  figures.add(name + ".failures.abandoned", Unit::ratio, outcome.abandoned);
  figures.add(name + ".attempts", Unit::one, outcome.attempts);

  std::size_t const operation = graph.vertex(workload.mix.front().operation);
  auto const& place = equilibrium.at(graph.service(operation));
  bool const one = workload.mix.size() == 1 && outcome.attempts < 1.0 + 1e-9;
  bool const classes = place.solution && !place.solution->classes.empty();
  if (classes) return;  // Each has its own, and there may be several workloads in one.
  bool const known = one && equilibrium.response_is_known(operation);
  bool const late = known && outcome.timeout > 1e-9;
  figures.from(outcome.model, late || outcome.latency_exact);
  if (!late) figures.add(name + ".latency.mean", Unit::second, outcome.latency);
  if (outcome.failure() < 1e-9 && outcome.attempts < 1.0 + 1e-9)
    figures.add(name + ".in_flight.mean", Unit::one, rate * outcome.latency);
  if (known) add_latency_of_punctual(workload, operation, equilibrium, figures);
}

/// With priorities a workload has the figures of its class, if nobody else is in it.
void add_class(Workload const& workload, std::size_t place_in_order,
               StationSolution const& solution, FigureList& figures) {
  figures.from(solution.model, solution.exact);
  figures.add(workload.name + ".latency.mean", Unit::second,
              solution.classes[place_in_order].mean_sojourn);
}

void add_classes(Scenario const& scenario, StepGraph const& graph, Equilibrium const& equilibrium,
                 FigureList& figures) {
  for (Workload const& workload : scenario.workloads) {
    if (workload.mix.size() != 1) continue;
    auto const service = graph.service(graph.vertex(workload.mix.front().operation));
    auto const& place = equilibrium.at(service);
    if (!place.solution || place.solution->classes.empty()) continue;
    std::size_t before = 0;
    bool alone = true;
    for (Workload const& other : scenario.workloads) {
      if (&other == &workload) continue;
      if (other.priority > workload.priority) ++before;
      alone = alone && other.priority != workload.priority;
    }
    if (alone && place.solution->classes.size() == scenario.workloads.size())
      add_class(workload, before, *place.solution, figures);
  }
}

}  // namespace

void add_workload_figures(Scenario const& scenario, StepGraph const& graph,
                          Equilibrium const& equilibrium, FigureList& figures) {
  for (Workload const& workload : scenario.workloads)
    add_workload(scenario, workload, graph, equilibrium, figures);
  add_classes(scenario, graph, equilibrium, figures);
}

}  // namespace sojourn
