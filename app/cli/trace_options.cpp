#include "app/cli/trace_options.h"

#include <CLI/CLI.hpp>

#include "app/cli/share_option.h"

namespace sojourn {

void add_trace_options(CLI::App& command, TracingOptions& options) {
  auto* traces = command.add_option("--traces", options.file,
                                    "Write traces of some clients' requests into FILE, as "
                                    "OTLP/JSON for Jaeger and the like");
  traces->type_name("FILE");
  for (char const* other : {"--batches", "--control"}) traces->excludes(command.get_option(other));
  add_share_option(command, "--sample", options.share,
                   "The share of requests to trace; without it 1%", Most::all)
      ->needs(traces);
}

}  // namespace sojourn
