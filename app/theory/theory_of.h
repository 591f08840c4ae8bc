#pragma once

#include <string>

#include "app/theory/expectation.h"
#include "models/scenario.h"

namespace sojourn {

/// What theory says about a scenario in its steady state, without simulating it. Nothing in it is
/// NaN or infinite; what cannot be said is left out, and why is said in words.
ScenarioExpectation theory_of(Scenario const& scenario, std::string variant = {});

}  // namespace sojourn
