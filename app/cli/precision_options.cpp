#include "app/cli/precision_options.h"

#include <CLI/CLI.hpp>

#include "app/config/diagnostic.h"
#include "app/config/quantity.h"

namespace sojourn {

namespace {

double precision_of(std::string const& text) {
  auto const parsed = parse_ratio(text);
  if (parsed.value && *parsed.value > 0.0 && *parsed.value < 1.0) return *parsed.value;
  throw CLI::ValidationError("--precision",
                             "expected a share such as 2%, above 0 and below 100%, "
                             "found " +
                                 in_quotes(text));
}

Duration time_of(std::string const& text) {
  auto const parsed = parse_duration(text);
  if (parsed.value && *parsed.value > Duration::zero()) return *parsed.value;
  throw CLI::ValidationError(
      "--max-time", "expected a duration such as 60s, found " + in_quotes(text) + parsed.problem);
}

}  // namespace

void add_precision_options(CLI::App& command, PrecisionOptions& options) {
  auto* wanted = command.add_option_function<std::string>(
      "--precision", [&options](std::string const& text) { options.relative = precision_of(text); },
      "Add replications until half the interval is at most this share of the mean");
  wanted->type_name("SHARE");
  command
      .add_option("--of", options.of,
                  "A figure to be so precise; may be repeated. Without it the workloads' "
                  "latency.mean")
      ->type_name("METRIC")
      ->allow_extra_args(false)
      ->needs(wanted);
  command
      .add_option("--max-replications", options.most_replications,
                  "How many it may take; without it 1000")
      ->type_name("N")
      ->check(CLI::Range(2, 1'000'000).description(""))
      ->needs(wanted);
  command
      .add_option_function<std::string>(
          "--max-time", [&options](std::string const& text) { options.most_time = time_of(text); },
          "Begin no further replication after that time, such as 60s")
      ->type_name("TIME")
      ->needs(wanted);
}

}  // namespace sojourn
