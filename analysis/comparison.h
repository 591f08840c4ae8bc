#pragma once

#include <vector>

#include "analysis/confidence_interval.h"
#include "analysis/runs.h"
#include "analysis/study.h"

namespace sojourn {

/// Paired differences `to` - `from` of every metric that both have, over the replications that both
/// have: replication i of either saw the same luck, so what they share cancels.
///
/// The verdict is by the confidence interval excluding zero. Where a difference is infinite (one of
/// the two never recovered) no interval exists; then all pairs must fall on one side and be so many
/// that the sign test calls it at the same confidence: 2 * (1/2)^n <= 1 - confidence.
/// Source: Law, Simulation Modeling and Analysis, 5th ed. (2015), section 10.2.1.
std::vector<Comparison> compare(Runs const& from, Runs const& to, double confidence,
                                Interval interval = mean_confidence_interval);

}  // namespace sojourn
