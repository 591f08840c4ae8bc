#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/cli/study_of.h"
#include "app/cli/trace_options.h"
#include "app/config/load.h"

namespace CLI {
class App;
}

namespace sojourn {

enum class Format { text, json, csv };

/// What `run` and `demo` have in common: how to simulate and what to do with the result.
struct RunOptions {
  LoadOptions load;
  StudyOptions study;
  Format format = Format::text;
  std::optional<std::string> out;  ///< Folder for the results as files.
  bool quiet = false;              ///< No progress; with `out` no report either.
  bool theory = false;             ///< What theory says beside what was simulated.
  bool all = false;                ///< Every figure in the text.
  TracingOptions tracing;
};

/// Declares `--variant` and `--set`.
void add_load_options(CLI::App& command, LoadOptions& options);

/// Declares all of them. `options` must outlive the parsing.
void add_run_options(CLI::App& command, RunOptions& options);

}  // namespace sojourn
