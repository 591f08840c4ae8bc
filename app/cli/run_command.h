#pragma once

#include <string>
#include <vector>

#include "app/cli/console.h"
#include "app/cli/exit_code.h"
#include "app/cli/run_options.h"

namespace sojourn {

/// `sojourn run FILE...`: simulates scenarios and prints what they say.
ExitCode run(std::vector<std::string> const& files, RunOptions const& options,
             Console const& console);

void add_run_command(CLI::App& app, Console const& console, ExitCode& code);

}  // namespace sojourn
