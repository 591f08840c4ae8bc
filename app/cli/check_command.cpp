#include "app/cli/check_command.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/load_files.h"
#include "app/cli/run_options.h"

namespace sojourn {

namespace {

/// "checkout.yaml: ok (sync, async)"
void print_ok(LoadedScenario const& loaded, std::ostream& out) {
  out << loaded.file << ": ok";
  char const* separator = " (";
  for (auto const& variant : loaded.variants) {
    out << separator << variant.name;
    separator = ", ";
  }
  out << ")\n";
}

}  // namespace

ExitCode check(std::vector<std::string> const& files, LoadOptions const& options,
               Console const& console) {
  auto const scenarios = load_files(files, options, console);
  if (!scenarios) return ExitCode::bad_input;
  for (auto const& loaded : *scenarios) print_ok(loaded, console.out);
  return ExitCode::done;
}

void add_check_command(CLI::App& app, Console const& console, ExitCode& code) {
  struct Arguments {
    std::vector<std::string> files;
    LoadOptions options;
  };
  auto arguments = std::make_shared<Arguments>();  // the callback below outlives this function
  auto* command = app.add_subcommand("check", "Tell what is wrong with scenarios, without a run");
  command->add_option("FILE", arguments->files, "Scenario files")->required()->type_name("");
  add_load_options(*command, arguments->options);
  command->footer("Example:\n  sojourn check scenarios/*.yaml\n");
  command->callback([arguments, &console, &code] {
    code = check(arguments->files, arguments->options, console);
  });
}

}  // namespace sojourn
