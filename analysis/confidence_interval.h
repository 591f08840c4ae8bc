#pragma once

#include <span>

#include "analysis/study.h"

namespace sojourn {

/// The x with P(T <= x) = `probability` for Student's t distribution.
/// Preconditions: 0 < probability < 1, degrees_of_freedom > 0.
double student_t_quantile(double probability, double degrees_of_freedom);

/// The mean of independent values with its confidence interval:
///
///     mean +- t_{n-1, (1+confidence)/2} * s / sqrt(n),   s^2 = sum (x - mean)^2 / (n-1)
///
/// NaN among the values says that the figure did not exist there, and is left out. An infinite
/// value makes the mean infinite, without an interval; both infinities together have no mean at all
/// (NaN). Cost: O(n) time, no space. Source: Law, Simulation Modeling and Analysis, 5th ed. (2015),
/// section 4.5.
Estimate mean_confidence_interval(std::span<double const> values, double confidence = 0.95);

/// How an interval is made of values.
using Interval = Estimate (*)(std::span<double const> values, double confidence);

}  // namespace sojourn
