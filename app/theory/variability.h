#pragma once

#include <optional>
#include <vector>

#include "app/lint/traffic.h"
#include "app/theory/station.h"

namespace sojourn {

/// Where it is not known what comes to a station, how variable that is, from how variable all that
/// enters is and how the services on the way change it: by the equations of the queueing network
/// analyzer. `stations` are those of the services.
void add_variability(Scenario const& scenario, StepGraph const& graph, Traffic const& traffic,
                     std::vector<std::optional<Station>>& stations);

}  // namespace sojourn
