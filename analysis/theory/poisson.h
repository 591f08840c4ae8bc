#pragma once

#include <vector>

namespace sojourn::theory {

/// Poisson probabilities around their mode, beyond which less than 1e-15 is left on either side.
///     weights[i] = exp(-mean) mean^n / n!, n = first + i
/// Source: Fox and Glynn, "Computing Poisson probabilities", CACM 31 (1988); here by recursion from
/// the mode and by dividing by the sum.
struct PoissonWeights {
  explicit PoissonWeights(double mean);

  long first = 0;
  std::vector<double> weights;
};

/// The mean of `values[n]` over a Poisson number n of steps; beyond its end it is zero.
double mean_after(std::vector<double> const& values, double mean_steps);

}  // namespace sojourn::theory
