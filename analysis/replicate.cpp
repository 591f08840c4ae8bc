#include "analysis/replicate.h"

#include <algorithm>

#include "analysis/batch_means.h"
#include "analysis/comparison.h"
#include "analysis/executor.h"
#include "analysis/objectives.h"
#include "analysis/runs.h"
#include "analysis/steadiness.h"
#include "analysis/variance_reduction.h"

namespace sojourn {

namespace {

using Row = RunTable::value_type;

/// The first replication with an error, or their number. What comes after it does not count: how
/// much of that there is depends on the threads.
std::size_t first_error(Row const& row) {
  auto const failed =
      std::ranges::find_if(row, [](auto const& run) { return run && !run->error.empty(); });
  return static_cast<std::size_t>(failed - row.begin());
}

/// Of a pair both count or none.
void drop_the_single(Runs& runs) {
  auto& list = runs.by_replication;
  for (std::size_t i = 0; i < list.size(); i += 2) {
    bool const is_pair = i + 1 < list.size() && list[i] != nullptr && list[i + 1] != nullptr;
    if (is_pair) continue;
    list[i] = nullptr;
    if (i + 1 < list.size()) list[i + 1] = nullptr;
  }
}

Runs runs_where(Experiment const& experiment, Row const& row, bool complete,
                bool antithetic = false) {
  Runs runs{&experiment, std::vector<RunResult const*>(row.size())};
  std::size_t const end = std::min(row.size(), first_error(row) + (complete ? 0 : 1));
  for (std::size_t i = 0; i < end; ++i) {
    // One that stopped with an exception has measured nothing.
    bool const has_figures = row[i] && (row[i]->error.empty() || !row[i]->values.empty());
    if (has_figures && row[i]->complete == complete) runs.by_replication[i] = &*row[i];
  }
  if (antithetic) drop_the_single(runs);
  return runs;
}

/// The complete runs, or where there is none what the incomplete ones have measured, the first one
/// with an error included.
Runs runs_that_count(Experiment const& experiment, Row const& row, bool antithetic) {
  Runs complete = runs_where(experiment, row, true, antithetic);
  return complete.has_any() ? complete : runs_where(experiment, row, false);
}

AlternativeResult alternative_of(Experiment const& experiment, Row const& row,
                                 ReplicationOptions const& options) {
  AlternativeResult result = merge(runs_that_count(experiment, row, options.antithetic), options);
  result.name = experiment.name;
  result.partial = std::ranges::any_of(row, [](auto const& run) { return !run || !run->complete; });
  for (Goal const& goal : experiment.goals) result.objectives.push_back(judge(goal, result));
  return result;
}

void add_comparisons(Study& study, std::vector<Experiment> const& experiments,
                     RunTable const& table, ReplicationOptions const& options) {
  // From the first to each other one first: that is what most readers look for.
  Interval const interval = interval_for(options);
  std::size_t const count = experiments.size();
  if (count < 2) return;
  std::size_t const last_from = count > most_compared ? 1 : count - 1;
  std::size_t const pairs = count > most_compared ? count - 1 : count * (count - 1) / 2;
  double const individual = 1.0 - (1.0 - options.confidence) / static_cast<double>(pairs);
  for (std::size_t from = 0; from < last_from; ++from) {
    for (std::size_t to = from + 1; to < count; ++to) {
      auto comparisons = compare(
          runs_where(experiments[from], table[from], true, options.antithetic),
          runs_where(experiments[to], table[to], true, options.antithetic), individual, interval);
      std::ranges::move(comparisons, std::back_inserter(study.comparisons));
    }
  }
}

void add_error(Study& study, Experiment const& experiment, Row const& row) {
  std::size_t const failed = first_error(row);
  if (failed == row.size()) return;
  study.errors.push_back(experiment.name + ", replication " + std::to_string(failed + 1) + ": " +
                         row[failed]->error);
}

}  // namespace

Interval interval_for(ReplicationOptions const& options) {
  if (options.in_batches) return batch_confidence_interval;
  return options.antithetic ? antithetic_confidence_interval : mean_confidence_interval;
}

Study replicate(std::vector<Experiment> const& experiments, ReplicationOptions const& options) {
  return summarise(experiments, run_all(experiments, options), options);
}

Study summarise(std::vector<Experiment> const& experiments, RunTable const& table,
                ReplicationOptions const& options) {
  Study study;
  study.seed = options.seed;
  study.replications = options.replications;
  study.antithetic = options.antithetic;
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    study.alternatives.push_back(alternative_of(experiments[i], table[i], options));
    add_error(study, experiments[i], table[i]);
    if (options.in_batches) continue;  // as of one run, by whoever has its batches
    std::ranges::move(steadiness_warnings(runs_where(experiments[i], table[i], true)),
                      std::back_inserter(study.warnings));
  }
  add_comparisons(study, experiments, table, options);

  bool const stopped = options.stop != nullptr && *options.stop;
  study.partial = stopped && std::ranges::any_of(study.alternatives, &AlternativeResult::partial);
  return study;
}

}  // namespace sojourn
