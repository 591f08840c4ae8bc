#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "models/outcome.h"
#include "models/scenario.h"
#include "sim/random_stream.h"
#include "sim/time.h"

namespace sojourn {

/// The wait before retry number `retry` (from 1). `previous` is the wait before the retry before
/// this one; it matters to decorrelated jitter only. The formulas stand at `Backoff`.
inline Duration draw_backoff(Backoff const& backoff, std::int64_t retry, Duration previous,
                             RandomStream& random) {
  if (backoff.each) return backoff.each->sample_duration(random);
  double const first = in_seconds(backoff.first);
  double const limit = in_seconds(backoff.max);
  if (backoff.jitter == Backoff::Jitter::decorrelated) {
    double const reach = std::max(first, 3.0 * in_seconds(retry == 1 ? backoff.first : previous));
    return from_seconds(std::min(limit, first + (reach - first) * random.uniform()));
  }
  auto const growth = std::pow(backoff.factor, static_cast<double>(retry - 1));
  // Nothing times a growth without bound is nothing.
  double const ceiling = first > 0.0 ? std::min(limit, first * growth) : 0.0;
  if (backoff.jitter == Backoff::Jitter::full) return from_seconds(ceiling * random.uniform());
  if (backoff.jitter == Backoff::Jitter::equal) {
    return from_seconds(ceiling * (0.5 + 0.5 * random.uniform()));
  }
  return from_seconds(ceiling);
}

/// Whether an attempt that ended so is worth another one.
inline bool retries_on(Retry const& retry, Outcome outcome) {
  switch (as_seen_by_caller(outcome)) {
    case Outcome::error:
      return retry.on_error;
    case Outcome::timeout:
      return retry.on_timeout;
    case Outcome::rejected:
    case Outcome::dropped:
      return retry.on_rejected;
    default:
      return false;
  }
}

/// Caps retries to a share of the calls: a call adds `share` of a token, a retry takes a whole one.
/// The bucket starts empty and holds at most ten tokens or ten calls' worth, whichever is more, so
/// that a quiet hour does not save up a storm.
/// Source: Beyer et al., Site Reliability Engineering (2016), chapter 21, on retry budgets.
class RetryBudget {
 public:
  void add_call(double share) { tokens_ = std::min(tokens_ + share, std::max(10.0, 10.0 * share)); }

  /// Takes a token if there is one. A sum of shares that falls short by rounding counts as whole.
  bool take() {
    if (tokens_ < 1.0 - 1e-9) return false;
    tokens_ -= 1.0;
    return true;
  }

 private:
  double tokens_ = 0.0;
};

}  // namespace sojourn
