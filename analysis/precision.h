#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "analysis/replicate.h"
#include "analysis/study.h"

namespace sojourn {

struct PrecisionGoal {
  double relative = 0.0;                 ///< The half-width of an interval over its mean, at most.
  std::vector<std::string> metrics;      ///< In every experiment that has them.
  std::size_t most_replications = 1000;  ///< At least 2.
  std::function<bool()> is_out_of_time = nullptr;  ///< True: no further replication begins. Asked
                                                   ///< from any thread.
};

/// Adds replications until the interval of every named figure is as narrow as wanted, or the goal's
/// limits end it; `Study::precision` says which. Begins with those that `options` ask for, at least
/// ten, for an interval that is narrow by chance ends the search too early. How many are added
/// next is reckoned from the widest interval, never more than there are, so that the result is that
/// of as many replications run at once, on any number of threads, but for the limit on time.
/// Source: Law, Simulation Modeling and Analysis, 5th ed. (2015), section 9.4.1.
Study replicate_to_precision(std::vector<Experiment> const& experiments, ReplicationOptions options,
                             PrecisionGoal const& goal);

}  // namespace sojourn
