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
  std::vector<double> observed(1), expected(1);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (expected.back() >= 10.0) {
      observed.push_back(0.0);
      expected.push_back(0.0);
    }
    observed.back() += counts[i];
    expected.back() += expectations[i];
  }
  if (expected.size() > 1 && expected.back() < 10.0) {
    *(observed.end() - 2) += observed.back();
    *(expected.end() - 2) += expected.back();
    observed.pop_back();
    expected.pop_back();
  }
  ChiSquare result;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    double const off = observed[i] - expected[i];
    result.statistic += off * off / expected[i];
  }
  auto const freedom = static_cast<double>(observed.size() - 1);
  if (freedom > 0.0) result.limit = quantile(boost::math::chi_squared(freedom), 0.99);
  return result;
}

}  // namespace sojourn
