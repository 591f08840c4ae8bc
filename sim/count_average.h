#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sim/time.h"

namespace sojourn {

/// Time average of a count that changes in jumps: how many wait, how many servers are busy.
///
///     integral of n(t) dt from a to b = n(b) b - n(a) a - sum of each change times its time
///
/// It is kept in whole numbers, so that it is exact.
///
/// Cost: O(1) time and space, no samples kept.
class CountAverage {
 public:
  explicit CountAverage(Time start = Time{}, std::int64_t level = 0)
      : level_(level), max_(level), weighted_(Wide(level) * of(start)), start_(start) {}

  /// Time must not run backwards.
  void add(Time now, int change) {
    level_ += change;
    weighted_ += Wide(change) * of(now);
    if (change > 0) max_ = std::max(max_, level_);
  }

  /// Ends the warm-up: forgets the past but keeps the level, as the system itself does.
  void restart(Time now) { *this = CountAverage(now, level_); }

  [[nodiscard]] double level() const { return static_cast<double>(level_); }

  /// The mean from the restart to `now`; NaN while that interval is empty.
  [[nodiscard]] double mean(Time now) const {
    if (now == start_) return std::numeric_limits<double>::quiet_NaN();
    return integral(now) / static_cast<double>((now - start_).count());
  }

  /// Level times nanoseconds from the restart to `now`.
  [[nodiscard]] double integral(Time now) const {
    return static_cast<double>(Wide(level_) * of(now) - weighted_);
  }

  /// The highest level since the restart, the one it began with included.
  [[nodiscard]] double max() const { return static_cast<double>(max_); }

 private:
  __extension__ using Wide =
      __int128;  // ten thousand that wait for eleven days are more than 64 hold

  static std::int64_t of(Time time) { return time.time_since_epoch().count(); }

  std::int64_t level_;
  std::int64_t max_;
  Wide weighted_;  // the level at the start and each change since, times its time
  Time start_;
};

}  // namespace sojourn
