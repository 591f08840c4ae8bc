#pragma once

#include <cmath>
#include <cstdint>
#include <utility>

#include "models/scenario.h"
#include "sim/time.h"

namespace sojourn {

/// Controlled delay (CoDel): notices a line that does not empty by the least wait of those who
/// leave it, and sheds some of them, more and more often, until that is below the target again.
///
/// Nobody is shed before the wait has been `target` or more for a whole `interval`. The n-th of a
/// row is shed interval / sqrt(n) after the one before it. A row that begins within 16 intervals of
/// the last one goes on about as fast as that ended. Who leaves nobody behind in line is not shed;
/// of packets the standard says that of less than a full one.
/// Source: Nichols, Jacobson, McGregor and Iyengar, RFC 8289 (2018), section 5.
class ControlledDelay {
 public:
  explicit ControlledDelay(ControlledDelaySpec const& spec) : spec_(spec) {}

  /// Whether the one who leaves the line at `now` after so long a wait is shed. If it is, the next
  /// one leaves at once and is asked about too. Times must not run backwards.
  bool sheds(Time now, Duration wait, bool leaves_empty_line) {
    bool const after_another = std::exchange(has_shed_, false);
    bool const may_shed = is_standing(now, wait, leaves_empty_line);
    if (!may_shed) {
      is_shedding_ = false;
      return false;
    }
    if (!is_shedding_) {
      begin_row(now);
      return true;
    }
    if (after_another) next_ = after(next_);
    if (now < next_) return false;
    ++count_;
    return has_shed_ = true;
  }

 private:
  /// Whether the wait has been too long for a whole interval.
  bool is_standing(Time now, Duration wait, bool leaves_empty_line) {
    if (wait < spec_.target || leaves_empty_line) {
      standing_from_ = never;
      return false;
    }
    if (standing_from_ == never) standing_from_ = now + spec_.interval;
    return now >= standing_from_;
  }

  void begin_row(Time now) {
    std::int64_t const shed_last_time = count_ - first_count_;
    bool const is_recent = now - next_ < 16 * spec_.interval;
    count_ = first_count_ = shed_last_time > 1 && is_recent ? shed_last_time : 1;
    next_ = after(now);
    is_shedding_ = true;
  }

  [[nodiscard]] Time after(Time time) const {
    double const root = std::sqrt(static_cast<double>(count_));
    return time + from_seconds(in_seconds(spec_.interval) / root);
  }

  ControlledDelaySpec spec_;
  Time standing_from_ = never;  // from when on it is, if no shorter wait comes before
  bool is_shedding_ = false;
  bool has_shed_ = false;         // the last one asked about, within a row
  std::int64_t count_ = 0;        // of the row
  std::int64_t first_count_ = 0;  // with which the row began
  Time next_{};                   // when the next one of the row is shed
};

}  // namespace sojourn
