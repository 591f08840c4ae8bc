#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/container/static_vector.hpp>

#include "models/measurements.h"
#include "sim/histogram.h"
#include "sim/metric.h"
#include "sim/time_average.h"

namespace sojourn {

/// NaN of nothing.
inline double ratio(double part, double whole) {
  return whole > 0.0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}
inline double ratio(std::uint64_t part, std::uint64_t whole) {
  return ratio(static_cast<double>(part), static_cast<double>(whole));
}

/// The name of a figure in its parts, which somebody else keeps. A run has many figures and needs
/// none of their names, which are put together where the layout is wanted.
class FigureName {
 public:
  explicit FigureName(std::string_view first) { parts_.push_back(first); }

  /// Not of what nobody keeps.
  template <std::same_as<std::string> Passing>
  FigureName operator+(Passing&&) const = delete;
  [[nodiscard]] FigureName operator+(std::string_view more) const {
    FigureName longer = *this;
    longer.parts_.push_back(more);
    return longer;
  }
  [[nodiscard]] std::string text() const {
    std::string whole;
    for (std::string_view const part : parts_) whole += part;
    return whole;
  }

 private:
  boost::container::static_vector<std::string_view, 8> parts_;
};

/// Declares and fills in every figure of a run at once, so that a name and its value cannot part.
/// One of the two, layout or result, is what the caller wants.
class Figures {
 public:
  enum class Wanted : bool { layout, result };

  ResultLayout layout;
  RunResult result;

 protected:
  /// Of what was measured from `begun` to `now`.
  Figures(Wanted wanted, Time begun, Time now, std::size_t cells)
      : wanted_(wanted),
        now_(now),
        seconds_(std::max(0.0, in_seconds(now - begun))),
        cells_(cells) {}

  [[nodiscard]] bool wants_layout() const { return wanted_ == Wanted::layout; }

  void metric(FigureName const& name, Unit unit, Better better, double value) {
    if (wants_layout()) layout.metrics.push_back({name.text(), unit, better});
    result.values.push_back(value);
  }
  void rate(FigureName const& name, Better better, std::uint64_t count) {
    metric(name, Unit::per_second, better, ratio(static_cast<double>(count), seconds_));
  }
  void counted(FigureName const& name, Better better, std::uint64_t value) {
    metric(name, Unit::one, better, static_cast<double>(value));
  }
  void money(FigureName const& name, double value) {
    metric(name, Unit::one, Better::lower, value);
  }
  void level(FigureName const& name, Better better, auto const& average, bool with_end) {
    metric(name + ".mean", Unit::one, better, mean(average));
    metric(name + ".max", Unit::one, better, average.max());
    if (with_end) metric(name + ".end", Unit::one, better, average.level());
  }
  void durations(FigureName const& name, Histogram const& histogram) {
    metric(name + ".mean", Unit::second, Better::lower, histogram.mean());
    constexpr std::pair<char const*, double> quantiles[] = {
        {".p50", 0.5}, {".p90", 0.9}, {".p95", 0.95}, {".p99", 0.99}, {".p999", 0.999}};
    for (auto const& [suffix, q] : quantiles) {
      metric(name + suffix, Unit::second, Better::lower, histogram.quantile(q));
      if (!wants_layout()) continue;
      layout.metrics.back().percentile = q;
      layout.metrics.back().sample = result.observations.size();
    }
    result.observations.push_back(histogram.count());
    metric(name + ".max", Unit::second, Better::lower, histogram.max());
  }
  void series(FigureName const& name, Unit unit, std::vector<double> const& cells,
              bool is_backlog = false) {
    if (wants_layout()) layout.series.push_back({name.text(), unit, is_backlog});
    result.series.push_back(cells);
    result.series.back().resize(cells_, std::numeric_limits<double>::quiet_NaN());
  }
  /// Over time, how much is there that waits or is in progress.
  void backlog(FigureName const& name, std::vector<double> const& cells) {
    series(name, Unit::one, cells, true);
  }
  [[nodiscard]] double mean(auto const& average) const {
    return seconds_ > 0.0 ? average.mean(now_) : std::numeric_limits<double>::quiet_NaN();
  }

  Wanted wanted_;
  Time now_;
  double seconds_;
  std::size_t cells_;
};

}  // namespace sojourn
