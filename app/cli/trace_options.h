#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace sojourn {

/// `--traces` and what belongs to it.
struct TracingOptions {
  std::optional<std::string> file;  ///< None: nothing is traced.
  double share = 0.01;              ///< Of the clients' requests.
};

/// Declares both. `options` must outlive the parsing. Precondition: the command has those options
/// that exclude them.
void add_trace_options(CLI::App& command, TracingOptions& options);

}  // namespace sojourn
