#include "analysis/steadiness.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "analysis/confidence_interval.h"
#include "analysis/warm_up.h"

namespace sojourn {

namespace {

using Cells = std::span<double const>;

constexpr std::size_t least_replications = 3;  // that Student's t can say something of
constexpr std::size_t least_cells = 40;        // of a stretch that is judged
constexpr double false_alarms = 0.01;          // a study may raise, at most

double mean_of(Cells cells) {
  double sum = 0.0, count = 0.0;
  for (double const value : cells) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  return count > 0.0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

/// Least squares, per cell. Cells without a value count as the mean.
double slope_of(Cells cells) {
  double const mean = mean_of(cells);
  double const middle = (static_cast<double>(cells.size()) - 1.0) / 2.0;
  double products = 0.0, squares = 0.0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    double const x = static_cast<double>(i) - middle;
    if (std::isfinite(cells[i])) products += x * (cells[i] - mean);
    squares += x * x;
  }
  return squares > 0.0 ? products / squares : 0.0;
}

/// -1 or +1 where the values' mean is on that side of zero by Student's t, two-sided; else 0.
int side_of(std::vector<double> const& values, double significance) {
  Estimate const estimate = mean_confidence_interval(values, 1.0 - significance);
  bool const sure =
      estimate.replications >= least_replications && std::abs(estimate.mean) > estimate.half_width;
  if (!sure) return 0;
  return estimate.mean > 0.0 ? 1 : -1;
}

bool rises(SeriesTable const& runs, std::size_t first, double significance) {
  std::vector<double> slopes;
  for (auto const& run : runs) slopes.push_back(slope_of(Cells(run).subspan(first)));
  return side_of(slopes, significance) > 0;
}

/// Through all of eight equal parts.
bool rises_throughout(Cells cells) {
  constexpr std::size_t parts = 8;
  double last = -std::numeric_limits<double>::infinity();
  for (std::size_t part = 0; part < parts; ++part) {
    std::size_t const begin = part * cells.size() / parts;
    std::size_t const end = (part + 1) * cells.size() / parts;
    double const mean = mean_of(cells.subspan(begin, end - begin));
    if (!(mean > last)) return false;
    last = mean;
  }
  return true;
}

SeriesTable cut(Runs const& runs, std::size_t series, std::size_t begin, std::size_t end) {
  SeriesTable table;
  for (auto const* run : runs.by_replication) {
    if (run == nullptr) continue;
    auto const& cells = run->series.at(series);
    if (cells.size() < end) continue;
    table.emplace_back(cells.begin() + static_cast<std::ptrdiff_t>(begin),
                       cells.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return table;
}

std::size_t longest_of(Runs const& runs) {
  std::size_t cells = 0;
  for (auto const* run : runs.by_replication) {
    if (run == nullptr) continue;
    for (auto const& series : run->series) cells = std::max(cells, series.size());
  }
  return cells;
}

/// Looks at the series of one experiment, one after the other.
class Judge {
 public:
  explicit Judge(Runs const& runs)
      : runs_(runs), layout_(runs.experiment->layout), cells_(longest_of(runs)) {}

  std::vector<Warning> warnings() {
    for (std::size_t series = 0; series < layout_.series.size(); ++series) judge_growth(series);
    if (warnings_.empty()) judge_beginning();
    return std::move(warnings_);
  }

 private:
  void judge_growth(std::size_t series) {
    double const from = runs_.experiment->undisturbed.from;
    std::size_t const begin = cell_at(from, true);
    if (!layout_.series[series].is_backlog || begin + least_cells > cells_) return;
    SeriesTable const table = cut(runs_, series, begin, cells_);
    if (!grows(table, significance())) return;
    auto const mean = mean_series(table);
    Warning warning = warning_of(Warning::Kind::growth, series);
    warning.from = mean_of(Cells(mean).first(mean.size() / 10));
    warning.to = mean_of(Cells(mean).last(mean.size() / 10));
    warnings_.push_back(std::move(warning));
  }

  /// By the series that needs longest.
  void judge_beginning() {
    std::size_t const end = cell_at(runs_.experiment->undisturbed.until, false);
    if (end < least_cells) return;
    std::size_t most = 0;
    for (std::size_t series = 0; series < layout_.series.size(); ++series) {
      std::size_t const cells = unsettled_cells(cut(runs_, series, 0, end), significance());
      if (cells <= most) continue;
      most = cells;
      warnings_ = {warning_of(Warning::Kind::short_warm_up, series)};
      warnings_.front().seconds = static_cast<double>(cells) * layout_.series_step;
    }
  }

  [[nodiscard]] Warning warning_of(Warning::Kind kind, std::size_t series) const {
    return {kind,
            runs_.experiment->name,
            layout_.series[series].name,
            layout_.series[series].unit,
            0.0,
            0.0,
            0.0};
  }

  /// Bonferroni: among all series.
  [[nodiscard]] double significance() const {
    return false_alarms / static_cast<double>(std::max<std::size_t>(1, layout_.series.size()));
  }

  [[nodiscard]] std::size_t cell_at(double seconds, bool after) const {
    double const cell = (seconds - layout_.series_start) / layout_.series_step;
    if (!(cell > 0.0)) return 0;
    if (cell >= static_cast<double>(cells_)) return cells_;
    return static_cast<std::size_t>(after ? std::ceil(cell) : std::floor(cell));
  }

  Runs const& runs_;
  ResultLayout const& layout_;
  std::size_t cells_;
  std::vector<Warning> warnings_;
};

}  // namespace

std::vector<double> mean_series(SeriesTable const& runs) {
  std::size_t cells = 0;
  for (auto const& run : runs) cells = std::max(cells, run.size());
  std::vector<double> means(cells);
  std::vector<double> column;
  for (std::size_t cell = 0; cell < cells; ++cell) {
    column.clear();
    for (auto const& run : runs) {
      if (cell < run.size()) column.push_back(run[cell]);
    }
    means[cell] = mean_of(column);
  }
  return means;
}

bool grows(SeriesTable const& runs, double significance) {
  if (runs.empty() || runs.front().size() < least_cells) return false;
  auto const mean = mean_series(runs);
  double const rise = slope_of(mean) * static_cast<double>(mean.size());
  if (!(rise >= 0.05 * mean_of(mean)) || rise < 1.0) return false;
  if (runs.size() < least_replications)
    return std::ranges::all_of(runs, [](auto const& run) { return rises_throughout(run); });
  return rises(runs, 0, significance) && rises(runs, mean.size() / 2, significance);
}

std::size_t unsettled_cells(SeriesTable const& runs, double significance) {
  if (runs.size() < least_replications) return 0;
  auto const mean = mean_series(runs);
  std::size_t const cells = mser5(mean).cells;
  if (cells == 0) return 0;
  std::vector<double> apart;
  for (auto const& run : runs)
    apart.push_back(mean_of(Cells(run).first(cells)) - mean_of(Cells(run).subspan(cells)));
  double const places = static_cast<double>(mean.size()) / 5.0;
  if (side_of(apart, significance / places) == 0) return 0;
  double const bias = mean_of(mean) - mean_of(Cells(mean).subspan(cells));
  return std::abs(bias) >= 0.01 * std::abs(mean_of(mean)) ? cells : 0;
}

std::vector<Warning> steadiness_warnings(Runs const& runs) {
  if (!runs.has_any()) return {};
  return Judge(runs).warnings();
}

}  // namespace sojourn
