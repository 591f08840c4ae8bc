#pragma once

#include <optional>
#include <vector>

#include "models/scenario/services.h"
#include "sim/time.h"

namespace sojourn {

/// The hours of a week in which something is open, again and again.
class Calendar {
 public:
  /// `start` is the time of the week, in UTC from Monday 00:00, at time zero.
  Calendar(std::vector<OpeningHours> const& hours, Duration start);

  [[nodiscard]] bool is_open(Time time) const;

  /// When it opens or closes next, after `time`; nothing if it is always open.
  [[nodiscard]] std::optional<Time> next_change(Time time) const;

  /// Whether those in line have to go when it closes. Precondition: it closes at `time`.
  [[nodiscard]] bool dismisses_at(Time time) const;

 private:
  struct Span {
    Duration from, to;  // in the week, UTC; from < to, at most a week after it
    bool dismisses = false;
  };

  static void extend(Span& span, Span const& next);
  [[nodiscard]] Duration in_week(Time time) const;

  std::vector<Span> spans_;  // ascending, apart from each other
  Duration start_;
};

}  // namespace sojourn
