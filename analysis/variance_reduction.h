#pragma once

#include <span>
#include <vector>

#include "analysis/study.h"

namespace sojourn {

/// The mean of values that come in antithetic pairs (2i, 2i + 1), by Student's t over the means of
/// the pairs. What stands alone is left out. `variance_ratio` is the variance of the pairs' mean
/// against that of as many independent values.
/// Source: Law, Simulation Modeling and Analysis, 5th ed. (2015), section 11.3.
Estimate antithetic_confidence_interval(std::span<double const> values, double confidence);

/// The mean of values y by regression on what is known of their luck: controls c with mean zero.
///
///     mean = y - b'c,   b = S_cc^-1 S_cy,   variance = s^2 (1/n + c' S_cc^-1 c / (n-1))
///
/// where s^2 is the residual variance with n - q - 1 degrees of freedom; so has Student's t.
/// Of the q controls, in their order, at most one for five values is used, and none that the ones
/// before it determine. Where the interval becomes no narrower, it is the plain one.
/// `variance_ratio` is the square of both half-widths' ratio.
/// Precondition: as many controls for every value. NaN among the values is left out.
/// Source: Lavenberg and Welch, "A perspective on the use of control variables to increase the
/// efficiency of Monte Carlo simulations", Management Science 27 (1981).
Estimate controlled_confidence_interval(std::span<double const> values,
                                        std::vector<std::vector<double>> const& controls,
                                        double confidence);

}  // namespace sojourn
