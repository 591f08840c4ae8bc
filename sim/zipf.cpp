#include "sim/zipf.h"

#include <algorithm>
#include <cmath>

#include "sim/ensure.h"

namespace sojourn {
namespace {

/// (e^x - 1) / x, and its limit 1 at zero.
double expm1_over(double x) { return x == 0.0 ? 1.0 : std::expm1(x) / x; }

/// log(1 + x) / x, and its limit 1 at zero.
double log1p_over(double x) { return x == 0.0 ? 1.0 : std::log1p(x) / x; }

/// Sum of k^power for first <= k <= last, by the Euler-Maclaurin formula to the first derivative:
/// with first = 1000 the rest is below 1e-12 of the sum for every power up to 2.
double sum_of_powers(double first, double last, double power) {
  auto const f = [power](double x) { return std::pow(x, power); };
  double const span = std::log(last / first);
  double const integral = first * f(first) * span * expm1_over((power + 1.0) * span);
  double const slope = power * (f(last) / last - f(first) / first);
  return integral + (f(first) + f(last)) / 2.0 + slope / 12.0;
}

struct Sums {
  double weight = 0.0, first = 0.0, second = 0.0;  // of (k-1)^0, (k-1)^1, (k-1)^2 times k^-s
};

/// Moments about 1, not 0, for with a large s nearly every draw is 1.
Sums sums_of(double n, double s) {
  constexpr double head = 1000.0;
  Sums sums;
  for (double k = std::min(n, head - 1.0); k >= 1.0; --k) {  // the small ones first
    double const weight = std::pow(k, -s);
    sums.weight += weight;
    sums.first += (k - 1.0) * weight;
    sums.second += (k - 1.0) * (k - 1.0) * weight;
  }
  if (n >= head) {
    double const zeroth = sum_of_powers(head, n, -s);
    double const first = sum_of_powers(head, n, 1.0 - s);
    double const second = sum_of_powers(head, n, 2.0 - s);
    sums.weight += zeroth;
    sums.first += first - zeroth;
    sums.second += second - 2.0 * first + zeroth;
  }
  return sums;
}

}  // namespace

Zipf::Zipf(std::int64_t n, double s) : n_(static_cast<double>(n)), s_(s) {
  ensure(n >= 1 && s >= 0.0 && std::isfinite(s), "a Zipf law has n >= 1 and s >= 0");
  first_area_ = integral(1.5) - 1.0;
  last_area_ = integral(n_ + 0.5);
  sure_ = 2.0 - inverse_integral(integral(2.5) - density(2.0));
  Sums const sums = sums_of(n_, s_);
  mean_above_one_ = sums.first / sums.weight;
  variance_ = std::max(0.0, sums.second / sums.weight - mean_above_one_ * mean_above_one_);
}

double Zipf::sample(RandomStream& random) const {
  for (;;) {
    double const area = last_area_ + random.uniform() * (first_area_ - last_area_);
    double const x = inverse_integral(area);
    double const k = std::clamp(std::floor(x + 0.5), 1.0, n_);
    if (k - x <= sure_ || area >= integral(k + 0.5) - density(k)) return k;
  }
}

double Zipf::density(double x) const { return std::exp(-s_ * std::log(x)); }

/// (x^(1-s) - 1) / (1-s), which is log(x) for s = 1: an integral of the density.
double Zipf::integral(double x) const {
  double const logarithm = std::log(x);
  return expm1_over((1.0 - s_) * logarithm) * logarithm;
}

double Zipf::inverse_integral(double area) const {
  double const t = std::max(-1.0, area * (1.0 - s_));  // rounding must not leave the domain
  return std::exp(log1p_over(t) * area);
}

}  // namespace sojourn
