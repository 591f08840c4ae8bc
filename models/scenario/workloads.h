#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/scenario/calls.h"
#include "models/scenario/names.h"
#include "sim/distribution.h"
#include "sim/time.h"

/// Who sends.
namespace sojourn {

/// Requests, `batch` at a time, with independent times between. `poisson(r)`, `periodic(r)`,
/// `renewal(d)` and `batches(r, size=n)` all come to this.
struct OpenArrivals {
  Distribution interarrival_time;
  std::optional<Distribution> batch;  ///< Absent: one.
};
/// Requests at stated times, ascending.
struct TraceArrivals {
  std::vector<Duration> times;
};
/// A fixed population: each user thinks, sends, waits for the end of the request, thinks again.
struct ClosedArrivals {
  std::int64_t users = 1;
  Distribution think;
};

/// A Poisson stream whose rate changes between two values, each for a time drawn from its
/// distribution. With exponential times it is the two-state Markov-modulated Poisson process. It
/// begins in either with the share of time that it spends there.
struct BurstyArrivals {
  double calm_rate = 1.0, burst_rate = 1.0;  ///< 1/s
  Distribution calm, burst;                  ///< How long each lasts.
};

/// The factor of the rate is 1 + amplitude * sin(2 pi t / period).
struct SineProfile {
  Duration period{1};
  double amplitude = 0.0;  ///< At most 1.
};

/// From `at` on the rate moves to `factor` times the stated one, linearly over `ramp`.
struct ProfilePoint {
  Duration at{0};
  double factor = 1.0;
  Duration ramp{0};
};

struct Workload {
  struct Target {
    OperationName operation;
    double share = 1.0;
  };
  std::string name;
  std::vector<Target> mix;  ///< Shares sum to 1.
  std::variant<OpenArrivals, TraceArrivals, ClosedArrivals, BurstyArrivals> arrivals;
  std::vector<ProfilePoint> profile;  ///< Ascending; 1 before the first point.
  std::optional<SineProfile> sine;    ///< Instead of points.
  CallOptions options;
  std::optional<Distribution> patience;
  bool propagates_deadline = false;  ///< Whoever works on the request knows when nobody waits.
  int priority = 0;                  ///< Greater is more urgent.
};

}  // namespace sojourn
