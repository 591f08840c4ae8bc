#include "sim/normal_tail.h"

#include <cmath>

namespace sojourn {
namespace {

/// phi(t) / (1 - Phi(t)) as long as neither is lost to rounding.
double hazard(double t) {
  double const density = 0.3989422804014327 * std::exp(-t * t / 2.0);
  return density / (0.5 * std::erfc(t * 0.7071067811865476));
}

/// The continued fraction n / (t + (n+1) / (t + (n+2) / (t + ...))); for n = 1 it is h - t.
/// Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.14.
double fraction_from(int n, double t) {
  constexpr int depth = 200;  // beyond 1e-15 for every t > 3
  double value = 0.0;
  for (int i = n + depth; i >= n; --i) value = i / (t + value);
  return value;
}

}  // namespace

double NormalTail::mean() const {
  return threshold_ > 3.0 ? fraction_from(1, threshold_) : hazard(threshold_) - threshold_;
}

/// With d = h - t = 1 / (t + g): 1 - h d = 1 - (t + d) / (t + g) = (g - d) / (t + g).
double NormalTail::variance() const {
  double const t = threshold_;
  if (t <= 3.0) return 1.0 - hazard(t) * mean();
  double const g = fraction_from(2, t);
  return (g - mean()) / (t + g);
}

double NormalTail::sample(RandomStream& random) const {
  double const t = threshold_;
  if (t <= 0.0) {
    double normal = random.normal();
    while (normal < t) normal = random.normal();
    return normal - t;
  }
  double const root = std::sqrt(t * t + 4.0);
  double const rate = (t + root) / 2.0;
  double const rate_above_t = 2.0 / (t + root);  // rate - t, without cancellation
  for (;;) {
    double const excess = random.exponential() / rate;
    double const off = excess - rate_above_t;
    if (random.uniform() < std::exp(-off * off / 2.0)) return excess;
  }
}

}  // namespace sojourn
