#pragma once

#include "app/cli/study_of.h"

namespace CLI {
class App;
}

namespace sojourn {

/// Declares `--precision` and what belongs to it. `options` must outlive the parsing.
void add_precision_options(CLI::App& command, PrecisionOptions& options);

}  // namespace sojourn
