#pragma once

#include "models/scenario.h"

namespace sojourn {

/// Requests a second that a workload sends on average over the measured time, retries not counted.
/// Nothing from a closed one, whose rate is the answer of those whom it asks.
double mean_rate(Workload const& workload, Duration duration);

/// The same at the height of its profile and in its bursts. Of a closed workload, what its users
/// would send if every request were over at once; without a bound where nothing says one.
double peak_rate(Workload const& workload);

}  // namespace sojourn
