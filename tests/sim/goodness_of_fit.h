#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <boost/math/distributions/chi_squared.hpp>

namespace sojourn {

/// The greatest distance between the distribution function of the sample and the one it should
/// have. Below 1.628 / sqrt(n) with probability 99 % for a continuous distribution.
template <class Cdf>
double kolmogorov_distance(std::vector<double> sample, Cdf const& cdf) {
  std::sort(sample.begin(), sample.end());
  auto const n = static_cast<double>(sample.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    double const expected = cdf(sample[i]);
    double const below = static_cast<double>(i) / n;
    double const up_to = static_cast<double>(i + 1) / n;
    distance = std::max({distance, expected - below, up_to - expected});
  }
  return distance;
}

inline double kolmogorov_limit(std::size_t n) { return 1.628 / std::sqrt(static_cast<double>(n)); }

struct ChiSquare {
  double statistic = 0.0;
  double limit = 0.0;  ///< Exceeded with probability 1 %.
};

/// Compares counts with their expectations; cells that expect fewer than ten are taken together.
inline ChiSquare chi_square(std::vector<double> const& counts,
                            std::vector<double> const& expectations) {
  ChiSquare result;
  int cells = 0;
  double count = 0.0, expected = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    count += counts[i];
    expected += expectations[i];
    if (expected < 10.0 && i + 1 < counts.size()) continue;
    result.statistic += (count - expected) * (count - expected) / expected;
    ++cells;
    count = expected = 0.0;
  }
  result.limit = quantile(boost::math::chi_squared(cells - 1), 0.99);
  return result;
}

}  // namespace sojourn
