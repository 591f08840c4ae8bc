#pragma once

#include <algorithm>

#include "sim/ensure.h"
#include "sim/time.h"

namespace sojourn {

/// Time average of a level that changes in jumps: a queue length, the number of busy servers.
///
///     mean = (1/T) * integral of level(t) dt over the T since the last restart
///
/// Unit: the level's own. Cost: O(1) time and space, no samples kept.
/// Source: Law, Simulation Modeling and Analysis, 5th ed. (2015), section 1.4.
class TimeAverage {
 public:
  explicit TimeAverage(Time start = Time{}, double level = 0.0)
      : start_(start), last_(start), level_(level), max_(level) {}

  /// The level is `level` from `now` on. Time must not run backwards.
  void set(Time now, double level) {
    ensure(now >= last_, "a level was set in the past");
    area_ += level_ * static_cast<double>((now - last_).count());
    last_ = now;
    level_ = level;
    max_ = std::max(max_, level);
  }

  void add(Time now, double change) { set(now, level_ + change); }

  /// Ends the warm-up: forgets the past but keeps the level, as the system itself does.
  void restart(Time now) { *this = TimeAverage(now, level_); }

  [[nodiscard]] double level() const { return level_; }

  /// The mean from the restart to `now`; NaN while that interval is empty.
  [[nodiscard]] double mean(Time now) const {
    TimeAverage closed = *this;
    closed.set(now, level_);
    return closed.area_ / static_cast<double>((now - start_).count());
  }

  /// Level times nanoseconds from the restart to `now`.
  [[nodiscard]] double integral(Time now) const {
    TimeAverage closed = *this;
    closed.set(now, level_);
    return closed.area_;
  }

  /// The highest level since the restart, the one it began with included.
  [[nodiscard]] double max() const { return max_; }

  /// Averages over the time of both: what `other` saw up to its last `set` counts as time that went
  /// before. The level stays. Close `other` first, by setting it to its own level.
  void merge(TimeAverage const& other) {
    start_ -= other.last_ - other.start_;
    area_ += other.area_;
    max_ = std::max(max_, other.max_);
  }

 private:
  Time start_, last_;
  double level_;
  double max_;
  double area_ = 0.0;  // level times nanoseconds
};

}  // namespace sojourn
