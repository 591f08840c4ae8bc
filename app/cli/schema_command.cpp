#include "app/cli/schema_command.h"

#include <CLI/CLI.hpp>

#include "app/config/load.h"

namespace sojourn {

ExitCode print_schema(Console const& console) {
  console.out << scenario_schema().dump(2) << '\n';
  return ExitCode::done;
}

void add_schema_command(CLI::App& app, Console const& console, ExitCode& code) {
  auto* command =
      app.add_subcommand("schema", "Print the JSON Schema of scenario files, for editors");
  command->footer("Example:\n  sojourn schema > sojourn.schema.json\n");
  command->callback([&console, &code] { code = print_schema(console); });
}

}  // namespace sojourn
