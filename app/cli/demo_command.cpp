#include "app/cli/demo_command.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/demo_scenario.h"
#include "app/cli/load_files.h"
#include "app/cli/run_scenarios.h"

namespace sojourn {

ExitCode run_demo(RunOptions const& options, Console const& console) {
  LoadResult const result = load_checked(
      [](LoadOptions const& load) { return load_scenario_text(demo_scenario, "demo", load); },
      options.load);
  console.err << result.diagnostics;
  if (!result.scenario) return ExitCode::bad_input;
  return run_scenarios({*result.scenario}, options, console);
}

void add_demo_command(CLI::App& app, Console const& console, ExitCode& code) {
  auto options = std::make_shared<RunOptions>();  // the callback below outlives this function
  auto* command = app.add_subcommand(
      "demo", "Run a built-in scenario: a checkout, synchronous or asynchronous");
  add_run_options(*command, *options);
  command->footer(
      "Examples:\n"
      "  sojourn demo\n"
      "  sojourn demo --set faults.bank-outage.for=3min\n");
  command->callback([options, &console, &code] { code = run_demo(*options, console); });
}

}  // namespace sojourn
