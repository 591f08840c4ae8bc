#pragma once

#include "app/cli/console.h"
#include "app/cli/exit_code.h"

namespace CLI {
class App;
}

namespace sojourn {

/// `sojourn schema`: prints the JSON Schema of scenario files.
ExitCode print_schema(Console const& console);

void add_schema_command(CLI::App& app, Console const& console, ExitCode& code);

}  // namespace sojourn
