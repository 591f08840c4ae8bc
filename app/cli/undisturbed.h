#pragma once

#include "analysis/replicate.h"
#include "models/scenario.h"

namespace sojourn {

/// Where nothing is planned to happen in a scenario: no fault strikes, no profile changes the rate.
/// Nowhere if what is planned is spread over all of it: opening hours, traces, waves, faults that
/// come by themselves.
Undisturbed undisturbed_in(Scenario const& scenario);

/// The scenario as if nothing were planned to happen: without faults, profiles and messages that
/// are there at time zero. So it behaves in its warm-up.
Scenario without_events(Scenario scenario);

}  // namespace sojourn
