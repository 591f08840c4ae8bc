#include "app/cli/run_command.h"

#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/goal_options.h"
#include "app/cli/load_files.h"
#include "app/cli/output_files.h"
#include "app/cli/run_scenarios.h"

namespace sojourn {

namespace {

/// With `--out` two files of one name in different folders would overwrite each other's results.
bool have_names_of_their_own(std::vector<std::string> const& files, Console const& console) {
  std::map<std::string, std::string> file_of;
  for (auto const& file : files) {
    auto const [entry, is_new] = file_of.emplace(result_name(file), file);
    if (is_new) continue;
    console.err << file << ": its results would overwrite those of " << entry->second
                << "; run them into different folders\n";
    return false;
  }
  return true;
}

bool can_be_answered(std::vector<LoadedScenario> const& scenarios, StudyOptions const& options,
                     Console const& console) {
  bool answerable = true;
  for (auto const& loaded : scenarios) {
    for (auto const& problem : problems_with(loaded, options)) {
      console.err << loaded.file << ": " << problem << '\n';
      answerable = false;
    }
  }
  return answerable;
}

}  // namespace

ExitCode run(std::vector<std::string> const& files, RunOptions const& options,
             Console const& console) {
  auto const scenarios = load_files(files, options.load, console);
  if (!scenarios) return ExitCode::bad_input;
  if (options.out && !have_names_of_their_own(files, console)) return ExitCode::bad_input;
  if (!can_be_answered(*scenarios, options.study, console)) return ExitCode::bad_input;
  return run_scenarios(*scenarios, options, console);
}

void add_run_command(CLI::App& app, Console const& console, ExitCode& code) {
  struct Arguments {
    std::vector<std::string> files;
    RunOptions options;
  };
  auto arguments = std::make_shared<Arguments>();  // the callback below outlives this function
  auto* command = app.add_subcommand("run", "Simulate scenarios and print what they say");
  command->add_option("FILE", arguments->files, "Scenario files")->required()->type_name("");
  add_run_options(*command, arguments->options);
  add_goal_options(*command, arguments->options.study);
  add_trace_options(*command, arguments->options.tracing);
  command->footer(
      "Examples:\n"
      "  sojourn run checkout.yaml\n"
      "  sojourn run checkout.yaml --variant async --set parameters.demand=200/s\n"
      "  sojourn run *.yaml --replications 30 --out results --quiet\n"
      "  sojourn run checkout.yaml --precision 2% --of shoppers.latency.p99\n"
      "  sojourn run checkout.yaml --traces checkout.traces.json --sample 0.1%\n"
      "  sojourn run checkout.yaml --best shoppers.latency.p99 --probability 99%\n"
      "  sojourn run checkout.yaml --format json | jq '.alternatives[].objectives'\n");
  command->callback(
      [arguments, &console, &code] { code = run(arguments->files, arguments->options, console); });
}

}  // namespace sojourn
