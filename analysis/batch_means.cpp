#include "analysis/batch_means.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "analysis/confidence_interval.h"
#include "analysis/executor.h"
#include "analysis/runs.h"
#include "analysis/steadiness.h"

namespace sojourn {

namespace {

constexpr std::size_t most_left = 16;  // fewer than that are not merged on

/// By how many of its standard deviations von Neumann's ratio lies below what it is without
/// dependence; none where all values are equal.
double dependence_of(std::vector<double> const& values) {
  auto const n = static_cast<double>(values.size());
  if (values.size() < 4) return 0.0;
  double mean = 0.0, steps = 0.0, squares = 0.0;
  for (double const value : values) mean += value / n;
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += (values[i] - mean) * (values[i] - mean);
    if (i > 0) steps += (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
  }
  if (!(squares > 1e-24 * n * mean * mean)) return 0.0;
  return (2.0 - steps / squares) / std::sqrt(4.0 * (n - 2.0) / (n * n - 1.0));
}

/// Two by two; of an odd number the first is left out.
std::vector<double> merged(std::vector<double> const& values) {
  std::vector<double> pairs;
  for (std::size_t i = values.size() % 2; i + 1 < values.size(); i += 2)
    pairs.push_back((values[i] + values[i + 1]) / 2.0);
  return pairs;
}

/// All of a run's series, one batch after the other, as of one run.
RunResult in_one(RunTable::value_type const& batches) {
  RunResult whole;
  for (auto const& batch : batches) {
    if (!batch) continue;
    whole.series.resize(batch->series.size());
    for (std::size_t i = 0; i < batch->series.size(); ++i)
      std::ranges::copy(batch->series[i], std::back_inserter(whole.series[i]));
  }
  return whole;
}

void add_dependence(Study& study) {
  for (auto const& alternative : study.alternatives) {
    Warning warning;
    warning.kind = Warning::Kind::dependent_batches;
    warning.alternative = alternative.name;
    for (auto const& [metric, estimate] : alternative.metrics) {
      if (!estimate.is_dependent) continue;
      if (warning.count++ == 0) warning.series = metric.name;
    }
    if (warning.count > 0) study.warnings.push_back(std::move(warning));
  }
}

}  // namespace

Batches independent_batches(std::span<double const> values) {
  constexpr double suspicious = 1.645, certain = 2.326;
  Batches batches{{values.begin(), values.end()}, false};
  std::erase_if(batches.means, [](double value) { return std::isnan(value); });
  double dependence = dependence_of(batches.means);
  while (dependence > suspicious && batches.means.size() >= most_left) {
    batches.means = merged(batches.means);
    dependence = dependence_of(batches.means);
  }
  batches.are_dependent = dependence > certain;
  return batches;
}

Estimate batch_confidence_interval(std::span<double const> values, double confidence) {
  Estimate estimate = mean_confidence_interval(values, confidence);
  if (!std::isfinite(estimate.mean)) return estimate;
  Batches const batches = independent_batches(values);
  Estimate const merged = mean_confidence_interval(batches.means, confidence);
  estimate.half_width = merged.half_width;
  estimate.replications = merged.replications;
  estimate.is_dependent = batches.are_dependent;
  return estimate;
}

Study run_in_batches(std::vector<Experiment> const& experiments, ReplicationOptions options,
                     std::size_t batches) {
  std::vector<std::vector<RunResult>> results(experiments.size());
  std::vector<Experiment> runs = experiments;
  for (std::size_t i = 0; Experiment & run : runs) {
    run.run = [&experiment = experiments[i], &mine = results[i], batches](Streams const& streams,
                                                                          Watch& watch) {
      mine = experiment.run_in_batches(streams, watch, batches);
      return mine.back();
    };
    ++i;
  }
  options.replications = 1;
  RunTable const ends = run_all(runs, options);
  RunTable table(experiments.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].empty() && ends[i].front()) results[i].push_back(*ends[i].front());
    std::ranges::move(results[i], std::back_inserter(table[i]));
    table[i].resize(batches);
  }
  options.replications = batches;
  options.in_batches = true;
  Study study = summarise(experiments, table, options);
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    RunResult const whole = in_one(table[i]);
    Runs const one{&experiments[i], {&whole}};
    std::ranges::move(steadiness_warnings(one), std::back_inserter(study.warnings));
  }
  add_dependence(study);
  study.batches = batches;
  return study;
}

}  // namespace sojourn
