#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/time.h"

namespace sojourn {

/// A bucket of `burst` tokens that fills continuously, one token each `interval`, and starts full.
/// It is kept as the time at which it will be full again, in whole nanoseconds, so that nothing is
/// rounded however long it runs:
///     tokens(t) = burst - max(0, full_at - t) / interval
/// Source: ITU-T Recommendation I.371, the generic cell rate algorithm (virtual scheduling).
class TokenBucket {
 public:
  /// Precondition: both positive, and burst * interval is a duration.
  TokenBucket(Duration interval, std::int64_t burst)
      : interval_(interval), slack_(interval * (burst - 1)) {}

  /// Takes a token, if a whole one is there. Times must not run backwards.
  bool take(Time now) {
    if (next_token(now) > now) return false;
    full_at_ = std::max(full_at_, now) + interval_;
    return true;
  }

  /// From when on a whole token is there, if nobody takes one before.
  [[nodiscard]] Time next_token(Time now) const {
    return full_at_ <= now ? now : std::max(now, full_at_ - slack_);
  }

 private:
  Duration interval_;
  Duration slack_;
  Time full_at_ = Time::min();
};

}  // namespace sojourn
