#pragma once

#include <string>
#include <vector>

#include "app/cli/console.h"
#include "app/cli/exit_code.h"

namespace sojourn {

/// Does what the arguments (without the program's name) ask for. A failed write to `console.out` is
/// `failed`, whatever else was said, but for a reader that has gone: it has what it wanted.
ExitCode run_command_line(std::vector<std::string> arguments, Console const& console);

}  // namespace sojourn
