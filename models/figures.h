#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

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

/// Declares and fills in every figure of a run at once, so that a name and its value cannot part.
/// One of the two, layout or result, is what the caller wants.
class Figures {
 public:
  ResultLayout layout;
  RunResult result;

 protected:
  /// Of what was measured from `begun` to `now`.
  Figures(Time begun, Time now, std::size_t cells)
      : now_(now), seconds_(std::max(0.0, in_seconds(now - begun))), cells_(cells) {}

  void metric(std::string name, Unit unit, Better better, double value) {
    layout.metrics.push_back({std::move(name), unit, better});
    result.values.push_back(value);
  }
  void rate(std::string name, Better better, std::uint64_t count) {
    metric(std::move(name), Unit::per_second, better, ratio(static_cast<double>(count), seconds_));
  }
  void counted(std::string name, Better better, std::uint64_t value) {
    metric(std::move(name), Unit::one, better, static_cast<double>(value));
  }
  void money(std::string name, double value) {
    metric(std::move(name), Unit::one, Better::lower, value);
  }
  void level(std::string const& name, Better better, auto const& average, bool with_end) {
    metric(name + ".mean", Unit::one, better, mean(average));
    metric(name + ".max", Unit::one, better, average.max());
    if (with_end) metric(name + ".end", Unit::one, better, average.level());
  }
  void durations(std::string const& name, Histogram const& histogram) {
    metric(name + ".mean", Unit::second, Better::lower, histogram.mean());
    constexpr std::pair<char const*, double> quantiles[] = {
        {".p50", 0.5}, {".p90", 0.9}, {".p95", 0.95}, {".p99", 0.99}, {".p999", 0.999}};
    for (auto const& [suffix, q] : quantiles) {
      metric(name + suffix, Unit::second, Better::lower, histogram.quantile(q));
      layout.metrics.back().percentile = q;
      layout.metrics.back().sample = result.observations.size();
    }
    result.observations.push_back(histogram.count());
    metric(name + ".max", Unit::second, Better::lower, histogram.max());
  }
  void series(std::string name, Unit unit, std::vector<double> const& cells,
              bool is_backlog = false) {
    layout.series.push_back({std::move(name), unit, is_backlog});
    result.series.push_back(cells);
    result.series.back().resize(cells_, std::numeric_limits<double>::quiet_NaN());
  }
  /// Over time, how much is there that waits or is in progress.
  void backlog(std::string name, std::vector<double> const& cells) {
    series(std::move(name), Unit::one, cells, true);
  }
  [[nodiscard]] double mean(auto const& average) const {
    return seconds_ > 0.0 ? average.mean(now_) : std::numeric_limits<double>::quiet_NaN();
  }

  Time now_;
  double seconds_;
  std::size_t cells_;
};

}  // namespace sojourn
