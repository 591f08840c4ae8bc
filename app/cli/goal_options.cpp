#include "app/cli/goal_options.h"

#include <CLI/CLI.hpp>

#include "app/cli/share_option.h"
#include "app/config/diagnostic.h"
#include "app/config/quantity.h"

namespace sojourn {

namespace {

Duration time_of(std::string const& text) {
  auto const parsed = parse_duration(text);
  if (parsed.value && *parsed.value > Duration::zero()) return *parsed.value;
  throw CLI::ValidationError(
      "--max-time", "expected a duration such as 60s, found " + in_quotes(text) + parsed.problem);
}

void add_precision(CLI::App& command, PrecisionOptions& options) {
  auto* wanted = add_share_option(
      command, "--precision", options.relative,
      "Add replications until half the interval is at most this share of the mean");
  command
      .add_option("--of", options.of,
                  "A figure to be so precise; may be repeated. Without it the workloads' "
                  "latency.mean")
      ->type_name("METRIC")
      ->allow_extra_args(false)
      ->needs(wanted);
}

void add_best(CLI::App& command, BestOptions& options) {
  auto* best = command.add_option("--best", options.by,
                                  "Add replications until the best variant by a figure is known");
  best->type_name("METRIC")->excludes(command.get_option("--precision"));
  add_share_option(command, "--probability", options.probability,
                   "That the choice is right; without it 95%")
      ->needs(best);
  add_share_option(command, "--indifference", options.indifference,
                   "Being worse by less than this share does not matter; without it 5%")
      ->needs(best);
}

/// Of a study that goes on until something is known.
void add_limits(CLI::App& command, StudyOptions& options) {
  auto const check = [&options] {
    if (options.best.by.empty() && options.precision.relative == 0.0)
      throw CLI::ValidationError("--max-replications and --max-time end a --precision or a --best");
  };
  auto* replications = command
                           .add_option("--max-replications", options.limits.replications,
                                       "How many --precision or --best may take; without it 1000")
                           ->type_name("N")
                           ->check(CLI::Range(2, 1'000'000).description(""));
  auto* time = command
                   .add_option_function<std::string>(
                       "--max-time",
                       [&options](std::string const& text) { options.limits.time = time_of(text); },
                       "Begin no further replication after that time, such as 60s")
                   ->type_name("TIME");
  command.parse_complete_callback([=] {
    if (replications->count() + time->count() > 0) check();
  });
}

void add_batches(CLI::App& command, StudyOptions& options) {
  static constexpr std::size_t standard = 32;
  auto* batches = command.add_option_function<std::string>(
      "--batches",
      [&options](std::string const& text) {
        auto const parsed = parse_integer(text.empty() ? std::to_string(standard) : text);
        if (!parsed.value || *parsed.value < 8 || *parsed.value > 100'000)
          throw CLI::ValidationError("--batches",
                                     "expected from 8 to 100000 of them, found " + in_quotes(text));
        options.batches = static_cast<std::size_t>(*parsed.value);
      },
      "One long run in N batches of the duration instead of replications; without N 32");
  batches->type_name("N")->expected(0, 1);
  for (char const* other : {"--replications", "--precision", "--best"})
    batches->excludes(command.get_option(other));
}

void add_variance_reduction(CLI::App& command, StudyOptions& options) {
  auto* antithetic =
      command.add_flag("--antithetic", options.antithetic,
                       "Pairs of replications of which one mirrors the other's luck");
  auto* control = command.add_flag(
      "--control", options.controls,
      "Correct the figures by how much was drawn for arrivals and work, whose mean is known");
  control->excludes(antithetic);
  for (char const* other : {"--batches", "--precision", "--best"})
    antithetic->excludes(command.get_option(other));
  for (char const* other : {"--batches", "--best"}) control->excludes(command.get_option(other));
}

}  // namespace

void add_goal_options(CLI::App& command, StudyOptions& options) {
  add_precision(command, options.precision);
  add_best(command, options.best);
  add_limits(command, options);
  add_batches(command, options);
  add_variance_reduction(command, options);
}

}  // namespace sojourn
