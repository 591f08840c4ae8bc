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

struct CheckOptions {
  LoadOptions load;
  std::vector<std::string> ignore;  ///< Numbers of rules.
  bool strict = false;              ///< A finding is a failure.
};

/// `sojourn check FILE...`: tells all that is wrong with scenarios, without simulating them: the
/// mistakes, and what the rules find in the design.
ExitCode check(std::vector<std::string> const& files, CheckOptions options, Console const& console);

/// `sojourn check --rules`: what the rules find, by their numbers.
ExitCode print_rules(Console const& console);

void add_check_command(CLI::App& app, Console const& console, ExitCode& code);

}  // namespace sojourn
