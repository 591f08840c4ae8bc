#include "app/cli/run_options.h"

#include <map>

#include <CLI/CLI.hpp>

namespace sojourn {

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
  static std::map<std::string, Format> const formats{
      {"text", Format::text}, {"json", Format::json}, {"csv", Format::csv}};
  add_load_options(command, options.load);
  command.add_option("--seed", options.study.seed, "Seed of all random numbers")->type_name("N");
  command.add_option("--replications", options.study.replications, "Independent runs")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  command.add_option("--jobs", options.study.jobs, "Threads; without it one for each core")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command.add_option("--format", options.format, "What to print: text, json or csv")
      ->type_name("FORMAT")
      ->transform(CLI::CheckedTransformer(formats).description(""));
  command.add_option("--out", options.out, "Write the results as .txt, .json and .csv into DIR")
      ->type_name("DIR");
  command.add_flag("--quiet", options.quiet, "No progress bar; with --out no report either");
  command.add_flag("--all", options.all, "Every figure in the text, and not the telling ones only");
}

}  // namespace sojourn
