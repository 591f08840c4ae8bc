#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/confidence_interval.h"
#include "analysis/runs.h"
#include "analysis/variance_reduction.h"
#include "sim/ensure.h"

namespace sojourn {

namespace {

using RunList = std::vector<RunResult const*>;

RunList present(Runs const& runs) {
  RunList list;
  std::ranges::copy_if(runs.by_replication, std::back_inserter(list),
                       [](auto const* run) { return run != nullptr; });
  return list;
}

/// Order matters: the same runs in another order are another study.
std::uint64_t fingerprint_of(RunList const& runs) {
  std::uint64_t combined = 0;
  for (auto const* run : runs) {
    combined = (combined ^ run->fingerprint) * 0x9E3779B97F4A7C15U;
    combined ^= combined >> 32U;
  }
  return combined;
}

/// Fewer than ten observations beyond a percentile, in all replications together, say where it is
/// no better than luck. With less than one in a replication, its own is only its greatest value,
/// which no number of replications puts right.
bool too_few(double percentile, std::uint64_t observations, std::size_t runs) {
  double const beyond = static_cast<double>(observations) * std::min(percentile, 1.0 - percentile);
  constexpr double rounding = 1e-9;
  return beyond < 10.0 - rounding || beyond < static_cast<double>(runs) - rounding;
}

void judge_percentile(MetricEstimate& entry, RunList const& runs) {
  if (entry.metric.percentile <= 0.0 || runs.empty()) return;
  std::uint64_t observations = 0;
  for (auto const* run : runs) observations += run->observations.at(entry.metric.sample);
  entry.estimate.observations = observations;
  entry.estimate.is_thin =
      observations > 0 && too_few(entry.metric.percentile, observations, runs.size());
}

using Controls = std::vector<std::vector<double>>;

Controls controls_of(ResultLayout const& layout, RunList const& runs) {
  if (layout.controls.empty()) return {};
  Controls controls;
  for (auto const* run : runs) controls.push_back(run->controls);
  return controls;
}

Estimate interval_of(std::span<double const> values, Controls const& controls,
                     ReplicationOptions const& options) {
  return controls.empty() ? interval_for(options)(values, options.confidence)
                          : controlled_confidence_interval(values, controls, options.confidence);
}

std::vector<MetricEstimate> metrics_of(ResultLayout const& layout, RunList const& runs,
                                       ReplicationOptions const& options) {
  std::vector<MetricEstimate> estimates;
  estimates.reserve(layout.metrics.size());
  std::vector<double> values(runs.size());
  Controls const controls = controls_of(layout, runs);
  for (std::size_t metric = 0; metric < layout.metrics.size(); ++metric) {
    std::ranges::transform(runs, values.begin(),
                           [&](auto const* run) { return run->values.at(metric); });
    estimates.push_back({layout.metrics[metric], interval_of(values, controls, options)});
    judge_percentile(estimates.back(), runs);
  }
  return estimates;
}

double mean_of_cell(RunList const& runs, std::size_t series, std::size_t cell) {
  double sum = 0.0;
  std::size_t count = 0;
  for (auto const* run : runs) {
    auto const& values = run->series.at(series);
    if (cell >= values.size() || std::isnan(values[cell])) continue;
    sum += values[cell];
    ++count;
  }
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count);
}

/// Runs that were stopped early have fewer cells than others.
std::vector<SeriesEstimate> series_of(ResultLayout const& layout, RunList const& runs) {
  std::vector<SeriesEstimate> estimates;
  for (std::size_t series = 0; series < layout.series.size(); ++series) {
    std::size_t cells = 0;
    for (auto const* run : runs) cells = std::max(cells, run->series.at(series).size());
    SeriesEstimate estimate{layout.series[series], std::vector<double>(cells)};
    for (std::size_t cell = 0; cell < cells; ++cell)
      estimate.values[cell] = mean_of_cell(runs, series, cell);
    estimates.push_back(std::move(estimate));
  }
  return estimates;
}

void add(std::vector<std::uint64_t>& sums, std::vector<std::uint64_t> const& terms) {
  ensure(sums.size() == terms.size(), "an account has the lines that its definition names");
  std::ranges::transform(sums, terms, sums.begin(), std::plus<>());
}

std::vector<AccountTotal> accounts_of(ResultLayout const& layout, RunList const& runs) {
  std::vector<AccountTotal> totals;
  for (std::size_t account = 0; account < layout.accounts.size(); ++account) {
    auto const& definition = layout.accounts[account];
    RunResult::Account sum{0, std::vector<std::uint64_t>(definition.parts.size()),
                           std::vector<std::uint64_t>(definition.beside.size())};
    for (auto const* run : runs) {
      auto const& term = run->accounts.at(account);
      sum.total += term.total;
      add(sum.parts, term.parts);
      add(sum.beside, term.beside);
    }
    totals.push_back({definition, std::move(sum)});
  }
  return totals;
}

}  // namespace

AlternativeResult merge(Runs const& runs, ReplicationOptions const& options) {
  ResultLayout const& layout = runs.experiment->layout;
  RunList const list = present(runs);

  AlternativeResult result;
  result.fingerprint = fingerprint_of(list);
  result.replications = list.size();
  result.simulated = list.empty() ? 0.0 : std::numeric_limits<double>::infinity();
  for (auto const* run : list) {
    result.events += run->events;
    result.simulated = std::min(result.simulated, run->simulated);
  }
  result.metrics = metrics_of(layout, list, options);
  result.series = series_of(layout, list);
  result.controls = layout.controls;
  result.series_start = layout.series_start;
  result.series_step = layout.series_step;
  result.accounts = accounts_of(layout, list);
  return result;
}

}  // namespace sojourn
