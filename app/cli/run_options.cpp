#include "app/cli/run_options.h"

#include <CLI/CLI.hpp>

namespace sojourn {

namespace {

Format format_of(std::string const& name) {
  return name == "json" ? Format::json : name == "csv" ? Format::csv : Format::text;
}

}  // namespace

void add_load_options(CLI::App& command, LoadOptions& options) {
  command.add_option("--variant", options.variants, "Only the variant NAME; may be repeated")
      ->type_name("NAME")
      ->allow_extra_args(false);
  command
      .add_option(
          "--set", options.sets,
          "Change one value of the scenario, as in parameters.demand=200/s; may be repeated")
      ->type_name("A.B.C=VALUE")
      ->allow_extra_args(false);
}

void add_run_options(CLI::App& command, RunOptions& options) {
  add_load_options(command, options.load);
  command.add_option("--seed", options.study.seed, "Seed of all random numbers")->type_name("N");
  command.add_option("--replications", options.study.replications, "Independent runs")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000).description(""));
  command.add_option("--jobs", options.study.jobs, "Threads; without it one for each core")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
  command
      .add_option_function<std::string>(
          "--format", [&options](std::string const& name) { options.format = format_of(name); },
          "What to print: text, json or csv")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "csv"}).description(""));
  command.add_option("--out", options.out, "Write the results as .txt, .json and .csv into DIR")
      ->type_name("DIR");
  command.add_flag("--quiet", options.quiet, "No progress bar; with --out no report either");
  command.add_flag("--theory", options.theory, "What theory says beside what was simulated");
  command.add_flag("--all", options.all, "Every figure in the text, and not the telling ones only");
}

}  // namespace sojourn
