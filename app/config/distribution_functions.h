#pragma once

#include <optional>
#include <vector>

#include "app/config/arguments.h"
#include "sim/distribution.h"

namespace sojourn {

/// Makes a distribution of its arguments; nothing if a mistake has been recorded.
using MakeDistribution = std::optional<Distribution> (*)(Arguments&);

constexpr double largest_count = 1e6;  ///< That a distribution of counts may have.

/// The functions that make distributions of durations. Those whose arguments have no fixed names
/// (quantiles, mixture) or that read a file (empirical) have no `make`.
std::vector<Function<MakeDistribution>> const& duration_functions();

/// The functions that make distributions of counts.
std::vector<Function<MakeDistribution>> const& count_functions();

}  // namespace sojourn
