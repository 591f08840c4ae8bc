#pragma once

#include <cstdint>

#include "sim/random_stream.h"

namespace sojourn {

/// The Zipf law: P(k) proportional to 1/k^s for k = 1, ..., n.
///
/// Drawn by rejection from the inverse of an integral that lies above the sum: O(1) whatever n, and
/// no table.
/// Source: Hörmann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
/// distributions", ACM TOMACS 6 (1996).
class Zipf {
 public:
  /// Preconditions: n >= 1, s >= 0.
  Zipf(std::int64_t n, double s);

  [[nodiscard]] double sample(RandomStream& random) const;

  [[nodiscard]] double values() const { return n_; }
  [[nodiscard]] double exponent() const { return s_; }
  [[nodiscard]] double mean() const { return 1.0 + mean_above_one_; }
  [[nodiscard]] double variance() const { return variance_; }

 private:
  [[nodiscard]] double density(double x) const;
  [[nodiscard]] double integral(double x) const;
  [[nodiscard]] double inverse_integral(double area) const;

  double n_, s_;
  double first_area_, last_area_;  // of the draws' range
  double sure_;                    // a draw this little below its whole number is always accepted
  double mean_above_one_, variance_;
};

}  // namespace sojourn
