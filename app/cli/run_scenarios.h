#pragma once

#include <vector>

#include "app/cli/console.h"
#include "app/cli/exit_code.h"
#include "app/cli/run_options.h"

namespace sojourn {

/// Simulates the scenarios one after the other and reports each as soon as it is done (JSON at the
/// end, as one document). Interrupted, it reports what is done and leaves the rest.
ExitCode run_scenarios(std::vector<LoadedScenario> const& scenarios, RunOptions const& options,
                       Console const& console);

}  // namespace sojourn
