#pragma once

#include "sim/random_stream.h"

namespace sojourn {

/// By how much a standard normal exceeds a threshold t, given that it does: Z - t given Z > t.
///
///     mean = h - t,  variance = 1 - h (h - t),  with h = phi(t) / (1 - Phi(t))
///
/// Exact for every t, however unlikely the event. Cost of a draw: O(1), less than 2 tries on
/// average. Source: Robert, "Simulation of truncated normal variables", Statistics and Computing 5
/// (1995).
class NormalTail {
 public:
  explicit NormalTail(double threshold) : threshold_(threshold) {}

  [[nodiscard]] double mean() const;
  [[nodiscard]] double variance() const;
  [[nodiscard]] double sample(RandomStream& random) const;

 private:
  double threshold_;
};

}  // namespace sojourn
