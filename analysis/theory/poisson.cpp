#include "analysis/theory/poisson.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sojourn::theory {

PoissonWeights::PoissonWeights(double mean) {
  constexpr double least = 1e-18;  // Relative to the mode.
  auto const mode = static_cast<long>(std::floor(mean));
  std::vector<double> below;
  double weight = 1.0;
  for (long n = mode; n > 0 && weight > least; --n) {
    weight *= static_cast<double>(n) / mean;
    below.push_back(weight);
  }
  first = mode - static_cast<long>(below.size());
  weights.assign(below.rbegin(), below.rend());
  weights.push_back(1.0);
  weight = 1.0;
  for (long n = mode + 1; weight > least; ++n) {
    weight *= mean / static_cast<double>(n);
    weights.push_back(weight);
  }
  double const sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& each : weights) each /= sum;
}

double mean_after(std::vector<double> const& values, double mean_steps) {
  if (mean_steps <= 0.0) return values.front();
  // A Poisson number is hardly ever less than half its mean.
  if (mean_steps > 2.0 * static_cast<double>(values.size()) + 1000.0) return 0.0;
  PoissonWeights const steps(mean_steps);
  double sum = 0.0;
  for (std::size_t i = 0; i < steps.weights.size(); ++i) {
    auto const n = static_cast<std::size_t>(steps.first) + i;
    if (n >= values.size()) break;
    sum += steps.weights[i] * values[n];
  }
  return sum;
}

}  // namespace sojourn::theory
