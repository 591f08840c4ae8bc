#pragma once

#include <string>
#include <vector>

#include "app/cli/console.h"
#include "app/cli/exit_code.h"
#include "app/config/load.h"

namespace CLI {
class App;
}

namespace sojourn {

/// `sojourn check FILE...`: tells all that is wrong with scenarios, without simulating them.
ExitCode check(std::vector<std::string> const& files, LoadOptions const& options,
               Console const& console);

void add_check_command(CLI::App& app, Console const& console, ExitCode& code);

}  // namespace sojourn
