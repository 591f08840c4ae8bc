#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "models/scenario/names.h"
#include "sim/distribution.h"
#include "sim/time.h"

/// What the one who calls decides: timeouts, retries, breakers, limits.
namespace sojourn {

/// The wait before a further try: drawn anew each time from `each` where that is given, else
/// growing from `first` by `factor` up to `max`, with jitter.
///     ceiling(n) = min(max, first * factor^(n-1)) before retry n = 1, 2, ...
///     none: ceiling; full: U(0, ceiling); equal: ceiling/2 + U(0, ceiling/2);
///     decorrelated: min(max, U(first, 3 * previous)), previous = first at the start
/// Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog (2015).
struct Backoff {
  enum class Jitter : std::uint8_t { none, full, equal, decorrelated };
  std::optional<Distribution> each;
  Duration first{0};
  double factor = 2.0;
  Duration max = longest_duration;
  Jitter jitter = Jitter::none;
};

struct Retry {
  Limit attempts = 3;  ///< The first included.
  Backoff backoff;
  bool on_error = true;
  bool on_timeout = true;
  bool on_rejected = true;
  std::optional<double>
      budget;  ///< Retries per first attempt, at most; a bucket that starts empty.
};

/// A breaker opens at so many outcomes within the window of which that share are failures ...
struct FailureRate {
  std::variant<Duration, std::int64_t> window;  ///< The last so long, or the last so many.
  std::int64_t calls = 20;
  double failures = 0.5;
};
/// ... or at that many failures in a row.
struct FailuresInARow {
  std::int64_t failures = 5;
};

/// A circuit breaker: once open it lets no attempt pass for `open`, then a few to try, and closes
/// when `probes` of them in a row have succeeded. One that fails opens it again.
struct Breaker {
  std::variant<FailureRate, FailuresInARow> trip;
  Duration open{0};
  std::int64_t probes = 1;
};

/// A bulkhead: how many attempts of one caller's replica may be in flight at once.
struct CallLimit {
  std::int64_t calls = 1;
  bool waits = false;  ///< `when_full: block`; otherwise one too many is rejected.
};

/// While an attempt has no answer, further copies of it are sent to other replicas, up to `copies`
/// in all with `after` between them. The first success counts.
/// Source: Dean and Barroso, "The Tail at Scale", CACM 56 (2013).
struct Hedge {
  static constexpr std::uint32_t most_copies = 8;
  Duration after{0};
  std::uint32_t copies = 2;
};

/// Bytes of a request and of its reply.
struct Payload {
  double request = 0.0;
  double reply = 0.0;
};

/// What the one who calls decides about a call.
struct CallOptions {
  std::optional<Distribution> timeout;  ///< Per attempt.
  std::optional<Retry> retry;           ///< Absent: one attempt.
  std::optional<Breaker> breaker;
  std::optional<CallLimit> limit;
  std::optional<Hedge> hedge;
  Payload payload;
  std::optional<Distribution> key;  ///< Drawn once; absent: that of the request it is part of.
  bool cancel = false;              ///< The callee is told when nobody waits any longer.
};

}  // namespace sojourn
