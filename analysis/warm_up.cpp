#include "analysis/warm_up.h"

#include <algorithm>
#include <cmath>

#include "analysis/executor.h"
#include "analysis/steadiness.h"

namespace sojourn {

namespace {

constexpr std::size_t batch = 5;  // cells
constexpr std::size_t least_batches = 10;
constexpr std::size_t last_batches = 5;  // none of which may begin the rest: too few to judge by

struct BatchMean {
  std::size_t first_cell = 0;
  double mean = 0.0;
};

std::vector<BatchMean> batch_means(std::span<double const> series) {
  std::vector<BatchMean> means;
  for (std::size_t first = 0; first + batch <= series.size(); first += batch) {
    double sum = 0.0, count = 0.0;
    for (double const value : series.subspan(first, batch)) {
      if (!std::isfinite(value)) continue;
      sum += value;
      ++count;
    }
    if (count > 0.0) means.push_back({first, sum / count});
  }
  return means;
}

/// (batches): the squared standard error of what is left, where those before are left out.
std::vector<double> squared_errors(std::vector<BatchMean> const& means) {
  std::vector<double> errors(means.size());
  double mean = 0.0, squares = 0.0, count = 0.0;
  for (std::size_t i = means.size(); i-- > 0;) {
    ++count;
    double const before = means[i].mean - mean;
    mean += before / count;
    squares += before * (means[i].mean - mean);
    errors[i] = squares / (count * count);
  }
  return errors;
}

/// Series by replication, of the runs that reached their end.
SeriesTable table_of(RunTable::value_type const& row, std::size_t series) {
  SeriesTable table;
  for (auto const& run : row) {
    if (run && run->complete && run->error.empty()) table.push_back(run->series.at(series));
  }
  return table;
}

bool any_grows(ResultLayout const& layout, RunTable::value_type const& row) {
  constexpr double significance = 0.001;
  for (std::size_t series = 0; series < layout.series.size(); ++series) {
    if (layout.series[series].is_backlog && grows(table_of(row, series), significance)) return true;
  }
  return false;
}

}  // namespace

Truncation mser5(std::span<double const> series) {
  auto const means = batch_means(series);
  if (means.size() < least_batches) return {};
  auto const errors = squared_errors(means);
  auto const candidates = errors.begin() + static_cast<std::ptrdiff_t>(means.size() - last_batches);
  double const least = *std::min_element(errors.begin(), candidates);
  // Of equals the first: leaving out more would gain nothing.
  auto const best = std::find_if(errors.begin(), candidates,
                                 [&](double error) { return error <= least * (1.0 + 1e-9); });
  std::size_t const cells = means[static_cast<std::size_t>(best - errors.begin())].first_cell;
  return {cells, 2 * cells <= series.size()};
}

Settling settle(std::vector<Experiment> const& pilots, ReplicationOptions const& options) {
  RunTable const runs = run_all(pilots, options);
  Settling settling;
  for (std::size_t pilot = 0; pilot < pilots.size(); ++pilot) {
    ResultLayout const& layout = pilots[pilot].layout;
    if (any_grows(layout, runs[pilot])) continue;
    for (std::size_t series = 0; series < layout.series.size(); ++series) {
      SeriesTable const table = table_of(runs[pilot], series);
      if (table.empty()) continue;
      Truncation const truncation = mser5(mean_series(table));
      double const seconds = static_cast<double>(truncation.cells) * layout.series_step;
      settling.settled = settling.settled && truncation.settled;
      if (seconds <= settling.seconds) continue;
      settling.seconds = seconds;
      settling.alternative = pilots[pilot].name;
      settling.series = layout.series[series].name;
    }
  }
  return settling;
}

}  // namespace sojourn
