#include "app/cli/command_line.h"

#include <algorithm>
#include <optional>

#include <CLI/CLI.hpp>

#include "app/cli/check_command.h"
#include "app/cli/demo_command.h"
#include "app/cli/run_command.h"
#include "app/cli/schema_command.h"
#include "app/cli/theory_command.h"
#include "app/cli/version.h"
#include "app/config/diagnostic.h"

namespace sojourn {

namespace {

constexpr char const* examples =
    "Examples:\n"
    "  sojourn demo                                 a first answer, without any file\n"
    "  sojourn run checkout.yaml                    simulate every variant, side by side\n"
    "  sojourn run checkout.yaml --set parameters.demand=200/s\n"
    "  sojourn run *.yaml --format json             for other programs\n"
    "  sojourn check checkout.yaml                  find mistakes without a run\n"
    "  sojourn theory checkout.yaml                 what is known without simulating\n"
    "  sojourn schema > sojourn.schema.json         completion and checks in an editor\n"
    "\n"
    "Exit codes: 0 done, 1 an objective was missed, 2 the scenario or the command line is wrong,\n"
    "3 Sojourn or the machine failed, 130 interrupted (what was done is reported).\n";

/// The first word if it is no command. CLI11 would only say that a command is missing.
std::optional<std::string> unknown_command(CLI::App const& app,
                                           std::vector<std::string> const& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return std::nullopt;
  for (auto const* command : app.get_subcommands([](CLI::App const*) { return true; })) {
    if (command->get_name() == arguments.front()) return std::nullopt;
  }
  return arguments.front();
}

ExitCode refuse(std::string const& command, Console const& console) {
  console.err << "unknown command " << in_quotes(command)
              << did_you_mean(command, {"run", "demo", "check", "theory", "schema"})
              << "\nRun with --help for more information.\n";
  return ExitCode::bad_input;
}

ExitCode parse_and_run(CLI::App& app, std::vector<std::string> arguments, ExitCode const& code,
                       Console const& console) {
  if (auto const unknown = unknown_command(app, arguments)) return refuse(*unknown, console);
  std::ranges::reverse(arguments);  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (CLI::ParseError const& error) {
    return app.exit(error, console.out, console.err) == 0 ? ExitCode::done : ExitCode::bad_input;
  }
  return code;
}

ExitCode check_output(ExitCode code, Console const& console) {
  console.out.flush();
  if (console.out || reader_is_gone()) return code;
  console.err << "sojourn: cannot write the output\n";
  return ExitCode::failed;
}

}  // namespace

ExitCode run_command_line(std::vector<std::string> arguments, Console const& console) {
  CLI::App app(
      "Predicts how synchronous and asynchronous architectures behave, in load and failure",
      "sojourn");
  app.set_version_flag("--version", "sojourn " + std::string(version));
  app.require_subcommand(1);
  app.footer(examples);

  ExitCode code = ExitCode::done;
  add_run_command(app, console, code);
  add_demo_command(app, console, code);
  add_check_command(app, console, code);
  add_theory_command(app, console, code);
  add_schema_command(app, console, code);
  return check_output(parse_and_run(app, std::move(arguments), code, console), console);
}

}  // namespace sojourn
