#pragma once

#include "app/cli/console.h"
#include "app/cli/exit_code.h"
#include "app/cli/run_options.h"
#include "app/report/trace_report.h"

namespace sojourn {

/// Writes what was traced into the file that the options name, if they do, and says so.
ExitCode write_traces(TracedAlternatives const& traced, RunOptions const& options,
                      Console const& console);

}  // namespace sojourn
