#pragma once

#include "app/cli/console.h"
#include "app/cli/exit_code.h"
#include "app/cli/run_options.h"

namespace sojourn {

/// `sojourn demo`: runs the scenario that is built into the program.
ExitCode run_demo(RunOptions const& options, Console const& console);

void add_demo_command(CLI::App& app, Console const& console, ExitCode& code);

}  // namespace sojourn
