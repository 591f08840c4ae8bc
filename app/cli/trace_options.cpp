#include "app/cli/trace_options.h"

#include <CLI/CLI.hpp>

#include "app/config/diagnostic.h"
#include "app/config/quantity.h"

namespace sojourn {

namespace {

double share_of(std::string const& text) {
  auto const parsed = parse_ratio(text);
  if (parsed.value && *parsed.value > 0.0 && *parsed.value <= 1.0) return *parsed.value;
  throw CLI::ValidationError(
      "--sample",
      "expected a share such as 2%, above 0 and at most 100%, found " + in_quotes(text));
}

}  // namespace

void add_trace_options(CLI::App& command, TracingOptions& options) {
  auto* traces = command.add_option("--traces", options.file,
                                    "Write traces of some clients' requests into FILE, as "
                                    "OTLP/JSON for Jaeger and the like");
  traces->type_name("FILE");
  for (char const* other : {"--batches", "--control"}) traces->excludes(command.get_option(other));
  command
      .add_option_function<std::string>(
          "--sample", [&options](std::string const& text) { options.share = share_of(text); },
          "The share of requests to trace; without it 1%")
      ->type_name("SHARE")
      ->needs(traces);
}

}  // namespace sojourn
