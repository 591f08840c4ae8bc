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

struct TheoryOptions {
  LoadOptions load;
  bool json = false;
  bool all = false;  ///< Figures that are zero too.
};

/// `sojourn theory FILE...`: prints what can be known of scenarios without simulating them.
ExitCode theory(std::vector<std::string> const& files, TheoryOptions const& options,
                Console const& console);

void add_theory_command(CLI::App& app, Console const& console, ExitCode& code);

}  // namespace sojourn
