#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "analysis/replicate.h"
#include "analysis/study.h"

namespace sojourn {

/// The values of what follows one another in time, made into fewer that do not depend on each
/// other: neighbours are averaged two by two until von Neumann's ratio shows no dependence, or
/// fewer than sixteen are left.
///
///     ratio = sum (x_(i+1) - x_i)^2 / sum (x_i - mean)^2
///
/// is about 2 for independent values, with a variance of 4 (n-2) / (n^2-1), and less where what
/// comes after one another is alike; below 2 by 1.645 of its deviations, values are averaged on.
/// Source: von Neumann, "Distribution of the ratio of the mean square successive difference to the
/// variance", Ann. Math. Stat. 12 (1941); Fishman, "Grouping observations in digital simulation",
/// Management Science 24 (1978).
struct Batches {
  std::vector<double> means;
  bool are_dependent = false;  ///< Still, beyond doubt: by 2.326 deviations.
};
Batches independent_batches(std::span<double const> values);

/// The mean of a run's batches with the interval that they have when they are merged until they are
/// independent. NaN among the values is left out. `is_dependent` tells if they never are.
Estimate batch_confidence_interval(std::span<double const> values, double confidence);

/// One long run of every experiment instead of replications: as many batches one after the other,
/// each as long as a replication. Precondition: every experiment can `run_in_batches`, and
/// `batches` >= 2.
Study run_in_batches(std::vector<Experiment> const& experiments, ReplicationOptions options,
                     std::size_t batches);

}  // namespace sojourn
