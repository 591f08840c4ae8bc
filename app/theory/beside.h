#pragma once

#include "analysis/study.h"
#include "app/config/load.h"

namespace sojourn {

/// Puts what theory says of each variant beside what was simulated of it.
void add_theory(Study& study, LoadedScenario const& loaded);

}  // namespace sojourn
