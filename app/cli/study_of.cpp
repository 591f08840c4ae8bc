#include "app/cli/study_of.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>

#include "analysis/batch_means.h"
#include "analysis/precision.h"
#include "analysis/replicate.h"
#include "analysis/selection.h"
#include "app/cli/undisturbed.h"
#include "app/cli/wanted_metrics.h"
#include "app/cli/warm_up_pilots.h"
#include "app/config/quantity.h"
#include "models/simulate.h"
#include "sim/ensure.h"

namespace sojourn {

namespace {

Goal::Comparison comparison_of(Objective::Comparison comparison) {
  switch (comparison) {
    case Objective::Comparison::less:
      return Goal::Comparison::less;
    case Objective::Comparison::at_most:
      return Goal::Comparison::at_most;
    case Objective::Comparison::at_least:
      return Goal::Comparison::at_least;
    case Objective::Comparison::more:
      return Goal::Comparison::more;
  }
  ensure(false, "a comparison is one of four");
  return {};
}

/// Of the first replication, or of the first pair the run that mirrors none.
bool is_first(Streams const& streams) {
  return streams.replication() == 0 && streams.draws() != Draws::mirrored;
}

/// Has the first run traced, in `traced`, which that run alone writes to.
void trace_first_run(Experiment& experiment, std::shared_ptr<Program const> const& program,
                     TraceOptions const& options, TracedRun& traced) {
  experiment.run = [untraced = std::move(experiment.run), program, options, &traced](
                       Streams const& streams, Watch& watch) {
    return is_first(streams) ? simulate_traced(*program, streams, watch, options, traced)
                             : untraced(streams, watch);
  };
}

Experiment experiment_of(LoadedVariant const& variant, Duration warmup,
                         StudyOptions const& options) {
  Scenario scenario = variant.scenario;
  scenario.warmup = warmup;
  std::shared_ptr<Program const> const program = compile(scenario);
  Experiment experiment{variant.name, layout_of(*program), {}, {}, undisturbed_in(scenario)};
  experiment.run = [program](Streams const& streams, Watch& watch) {
    return simulate(*program, streams, watch);
  };
  if (options.controls) {
    experiment.layout.controls = controls_of(*program);
    experiment.run = [program](Streams const& streams, Watch& watch) {
      return simulate_with_controls(*program, streams, watch);
    };
  }
  if (options.traced) {
    TracedAlternative& traced = options.traced->emplace_back();
    traced.scenario = scenario.name;
    traced.alternative = variant.name;
    traced.seed = options.seed.value_or(scenario.seed);
    trace_first_run(experiment, program, {.share = options.traced_share}, traced.run);
  }
  experiment.run_in_batches = [program](Streams const& streams, Watch& watch, std::size_t count) {
    return simulate_in_stretches(*program, streams, watch, count);
  };
  for (Objective const& objective : variant.scenario.objectives)
    experiment.goals.push_back(
        {objective.text, objective.metric, comparison_of(objective.comparison), objective.value});
  return experiment;
}

/// Exact where the file has whole seconds: 60 and not 60.00000000000001.
double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

double end_of(Fault const& fault, Duration at) {
  if (!fault.length) return std::numeric_limits<double>::infinity();
  return seconds(at) + fault.length->mean();
}

/// Faults that come by themselves (`every`) strike each replication at other times: no marks.
void add_marks(Study& study, LoadedVariant const& variant) {
  for (Fault const& fault : variant.scenario.faults) {
    if (!fault.at) continue;
    study.marks.push_back({variant.name, fault.name, seconds(*fault.at), end_of(fault, *fault.at)});
  }
}

ReplicationOptions replication_options_of(Scenario const& first, StudyOptions const& options) {
  return {
      .replications = options.replications.value_or(static_cast<std::size_t>(first.replications)),
      .seed = options.seed.value_or(first.seed),
      .jobs = options.jobs,
      .stop = options.stop,
      .progress = options.progress};
}

constexpr std::size_t most_replications = 1000;  // unless a limit is stated

std::function<bool()> alarm_of(LimitOptions const& limits) {
  if (!limits.time) return nullptr;
  using Clock = std::chrono::steady_clock;
  return [end = Clock::now() + *limits.time] { return Clock::now() >= end; };
}

PrecisionGoal precision_of(LoadedScenario const& loaded, StudyOptions const& options) {
  auto const& precision = options.precision;
  return {.relative = precision.relative,
          .metrics = precision.of.empty() ? mean_latencies(layouts_of(loaded)) : precision.of,
          .most_replications = options.limits.replications.value_or(most_replications),
          .is_out_of_time = alarm_of(options.limits)};
}

SelectionGoal selection_of(StudyOptions const& options) {
  return {.metric = options.best.by,
          .probability = options.best.probability,
          .indifference = options.best.indifference,
          .most_replications = options.limits.replications.value_or(most_replications),
          .is_out_of_time = alarm_of(options.limits)};
}

Study run(std::vector<Experiment> const& experiments, ReplicationOptions const& replication,
          StudyOptions const& options, LoadedScenario const& loaded) {
  if (options.batches) return run_in_batches(experiments, replication, *options.batches);
  if (!options.best.by.empty()) return select_best(experiments, replication, selection_of(options));
  if (options.precision.relative > 0.0)
    return replicate_to_precision(experiments, replication, precision_of(loaded, options));
  return replicate(experiments, replication);
}

/// Why one long run cannot be had.
std::optional<std::string> problem_with_batches(LoadedScenario const& loaded, std::size_t batches) {
  Duration const length = loaded.variants.front().scenario.duration;
  if (length > longest_quantity / static_cast<std::int64_t>(batches))
    return "together they would be longer than ten years";
  for (LoadedVariant const& variant : loaded.variants) {
    Undisturbed const stretches = undisturbed_in(variant.scenario);
    if (stretches.from > 0.0 || std::isfinite(stretches.until))
      return "one long run goes only once through what is planned to happen, a fault, a profile, "
             "opening hours or the like; use replications";
  }
  return std::nullopt;
}

/// Why the best cannot be chosen by that metric.
std::optional<std::string> problem_with_best(BestOptions const& best,
                                             std::vector<ResultLayout> const& layouts) {
  if (auto problem = problem_with_metric(best.by, layouts)) return problem;
  std::size_t having = 0;
  Better better = Better::neither;
  for (ResultLayout const& layout : layouts) {
    auto const found = std::ranges::find(layout.metrics, best.by, &Metric::name);
    if (found == layout.metrics.end()) continue;
    ++having;
    better = found->better;
  }
  if (better == Better::neither)
    return "neither a high nor a low " + best.by + " is the better one";
  if (having < 2)
    return "the best is chosen from at least two variants, and " +
           std::string(having == layouts.size() ? "there is one" : "one has " + best.by);
  if (best.probability * static_cast<double>(having) <= 1.0)
    return "a probability of 1 in " + std::to_string(having) + " is reached by guessing";
  return std::nullopt;
}

}  // namespace

std::vector<std::string> problems_with(LoadedScenario const& loaded, StudyOptions const& options) {
  std::vector<std::string> problems;
  if (options.batches)
    if (auto problem = problem_with_batches(loaded, *options.batches))
      problems.push_back("--batches: " + *problem);
  auto const layouts = layouts_of(loaded);
  for (std::string const& metric : options.precision.of)
    if (auto problem = problem_with_metric(metric, layouts))
      problems.push_back("--of: " + *problem);
  if (!options.best.by.empty())
    if (auto problem = problem_with_best(options.best, layouts))
      problems.push_back("--best: " + *problem);
  return problems;
}

Study study_of(LoadedScenario const& loaded, StudyOptions const& options) {
  ensure(!loaded.variants.empty(), "a scenario has at least one variant");
  Scenario const& first = loaded.variants.front().scenario;
  ReplicationOptions replication = replication_options_of(first, options);
  std::optional<FoundWarmUp> found;
  if (first.warmup_is_sought) found = find_warm_up(loaded.variants, replication);
  Duration const warmup = found ? found->length : first.warmup;
  std::vector<Experiment> experiments;
  for (auto const& variant : loaded.variants)
    experiments.push_back(experiment_of(variant, warmup, options));

  replication.antithetic = options.antithetic;
  if (options.antithetic) replication.replications += replication.replications % 2;
  Study study = run(experiments, replication, options, loaded);
  study.name = first.name;
  study.file = loaded.file;
  study.description = first.description;
  study.duration = seconds(first.duration);
  study.warmup = seconds(warmup);
  if (found) study.warm_up_choice = found->choice;
  for (auto const& variant : loaded.variants) add_marks(study, variant);
  return study;
}

}  // namespace sojourn
