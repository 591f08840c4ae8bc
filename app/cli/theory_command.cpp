#include "app/cli/theory_command.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/load_files.h"
#include "app/cli/run_options.h"
#include "app/cli/version.h"
#include "app/report/json_report.h"
#include "app/report/theory_report.h"
#include "app/theory/theory_of.h"

namespace sojourn {

ExitCode theory(std::vector<std::string> const& files, TheoryOptions const& options,
                Console const& console) {
  auto const scenarios = load_files(files, options.load, console);
  if (!scenarios) return ExitCode::bad_input;
  bool first = true;
  for (auto const& loaded : *scenarios) {
    TheoryReport report{loaded.variants.front().scenario.name, loaded.file, {}};
    for (auto const& variant : loaded.variants)
      report.variants.push_back(theory_of(variant.scenario, variant.name));
    if (options.json) {
      console.out << json_text(json_of(report, version));
    } else {
      if (!first) console.out << '\n';
      write_theory(report, {console.colour, options.all, console.width}, console.out);
    }
    first = false;
  }
  return ExitCode::done;
}

void add_theory_command(CLI::App& app, Console const& console, ExitCode& code) {
  struct Arguments {
    std::vector<std::string> files;
    TheoryOptions options;
  };
  auto arguments = std::make_shared<Arguments>();  // the callback below outlives this function
  auto* command =
      app.add_subcommand("theory", "Tell what is known of scenarios without simulating them");
  command->add_option("FILE", arguments->files, "Scenario files")->required()->type_name("");
  add_load_options(*command, arguments->options.load);
  command
      ->add_option_function<std::string>(
          "--format",
          [arguments](std::string const& name) { arguments->options.json = name == "json"; },
          "What to print: text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  command->add_flag("--all", arguments->options.all, "Figures that are zero too");
  command->footer(
      "Examples:\n"
      "  sojourn theory checkout.yaml\n"
      "  sojourn theory checkout.yaml --set parameters.demand=200/s\n"
      "  sojourn theory *.yaml --format json\n");
  command->callback([arguments, &console, &code] {
    code = theory(arguments->files, arguments->options, console);
  });
}

}  // namespace sojourn
