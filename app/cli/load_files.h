#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/console.h"
#include "app/config/load.h"

namespace sojourn {

/// Loads a scenario and holds its objectives against the figures that its variants turn out to
/// have. With `--variant` those of the variants that are left out count too: an objective about one
/// of them is no mistake.
LoadResult load_checked(std::function<LoadResult(LoadOptions const&)> const& load,
                        LoadOptions const& options);

/// Loads all files before anything is simulated, and prints all that is wrong with any of them to
/// `console.err`. Two scenarios of one name are an error, for their results could not be told
/// apart. Nothing if there is an error.
std::optional<std::vector<LoadedScenario>> load_files(std::vector<std::string> const& files,
                                                      LoadOptions const& options,
                                                      Console const& console);

}  // namespace sojourn
