#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config/load.h"
#include "sim/metric.h"

namespace sojourn {

/// What each variant, in order, measures.
std::vector<ResultLayout> layouts_of(LoadedScenario const& loaded);

/// Why a name that stands on the command line is no metric of any variant; nothing if it is one.
std::optional<std::string> problem_with_metric(std::string const& name,
                                               std::vector<ResultLayout> const& layouts);

/// What stands for the scenario as a whole: `latency.mean` of every workload, or of every channel
/// where nobody sends requests.
std::vector<std::string> mean_latencies(std::vector<ResultLayout> const& layouts);

}  // namespace sojourn
