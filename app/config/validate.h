#pragma once

#include "app/config/diagnostic.h"
#include "app/config/names.h"
#include "models/scenario.h"

namespace sojourn {

/// Checks what concerns the scenario as a whole: calls and messages without end, and calls that
/// can wait for each other. Precondition: it was read without a mistake.
void validate(Scenario const& scenario, Names const& names, Diagnostics& diagnostics);

}  // namespace sojourn
