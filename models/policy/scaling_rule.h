#pragma once

#include <cstdint>
#include <vector>

#include "models/scenario/services.h"
#include "sim/time.h"

namespace sojourn {

/// How many replicas a service should have, from what has been seen of it: target tracking with
/// stabilisation windows.
///
///     desired = ceil(replicas * seen / target), but `replicas` within the tolerance of the target
///
/// Up it goes to the least that was desired within the last `up_delay`, down to the most within the
/// last `down_delay`, and not at all for `cooldown` after a change.
/// Source: Kubernetes documentation, "Horizontal Pod Autoscaling": algorithm details and
/// stabilization window.
class ScalingRule {
 public:
  explicit ScalingRule(Autoscale const& spec) : spec_(spec) {}

  /// The number to have from now on. `seen` is the metric as a mean over those that serve, of which
  /// there are `serving`; others of the `replicas` are about to. Times must not run backwards.
  std::int64_t decide(Time now, std::int64_t replicas, std::int64_t serving, double seen);

 private:
  struct Wish {
    Time time;
    std::int64_t replicas;
  };

  [[nodiscard]] std::int64_t desired(std::int64_t replicas, std::int64_t serving,
                                     double seen) const;
  [[nodiscard]] std::int64_t stabilised(Time now, std::int64_t replicas) const;

  Autoscale spec_;
  std::vector<Wish> wishes_;  // of the longer of both windows
  Time rests_until_ = Time::min();
};

}  // namespace sojourn
