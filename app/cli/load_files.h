#pragma once

#include <string>
#include <vector>

#include "app/cli/console.h"
#include "app/config/load.h"

namespace sojourn {

/// Loads all files before anything is simulated, and prints all that is wrong with any of them to
/// `console.err`. Two scenarios of one name are an error, for their results could not be told
/// apart. Nothing if there is an error.
std::optional<std::vector<LoadedScenario>> load_files(std::vector<std::string> const& files,
                                                      LoadOptions const& options,
                                                      Console const& console);

}  // namespace sojourn
