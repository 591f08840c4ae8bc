#include "analysis/confidence_interval.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/students_t.hpp>

#include "sim/ensure.h"

namespace sojourn {

namespace {

struct Sum {
  double total = 0.0;
  std::size_t count = 0;
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();
};

Sum sum_of(std::span<double const> values) {
  Sum sum;
  for (double const value : values) {
    if (std::isnan(value)) continue;
    sum.total += value;
    ++sum.count;
    sum.least = std::min(sum.least, value);
    sum.greatest = std::max(sum.greatest, value);
  }
  return sum;
}

/// Around a known mean, since the textbook's one-pass formula loses every digit of a small
/// variance.
double squared_deviations(std::span<double const> values, double mean) {
  double total = 0.0;
  for (double const value : values) {
    if (!std::isnan(value)) total += (value - mean) * (value - mean);
  }
  return total;
}

}  // namespace

double student_t_quantile(double probability, double degrees_of_freedom) {
  ensure(probability > 0.0 && probability < 1.0, "a quantile's probability is inside (0, 1)");
  ensure(degrees_of_freedom > 0.0, "Student's t has positive degrees of freedom");
  return boost::math::quantile(boost::math::students_t(degrees_of_freedom), probability);
}

Estimate mean_confidence_interval(std::span<double const> values, double confidence) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  Sum const sum = sum_of(values);
  auto const count = static_cast<double>(sum.count);

  Estimate estimate{none, none, confidence, sum.count};
  if (sum.count == 0) return estimate;
  // Exact where all agree: a sum divided again may be off by a rounding, and so look like a spread.
  estimate.mean = sum.least == sum.greatest ? sum.least : sum.total / count;
  if (sum.count < 2 || !std::isfinite(estimate.mean)) return estimate;

  double const variance = squared_deviations(values, estimate.mean) / (count - 1.0);
  double const quantile = student_t_quantile((1.0 + confidence) / 2.0, count - 1.0);
  estimate.half_width = quantile * std::sqrt(variance / count);
  return estimate;
}

}  // namespace sojourn
