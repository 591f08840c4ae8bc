#pragma once

#include <optional>
#include <vector>

#include "analysis/replicate.h"
#include "sim/metric.h"

namespace sojourn {

/// By experiment and replication; nothing where a run was not started.
using RunTable = std::vector<std::vector<std::optional<RunResult>>>;

/// Runs every (experiment, replication) on `options.jobs` threads, the first replications of all
/// experiments first, so that a study stopped early has something of each. The only place that
/// starts threads.
///
/// A run with an error ends its experiment: later replications are not started, or are stopped and
/// may be there incomplete. Earlier ones are run whatever the threads do. An exception from a run
/// becomes its error.
RunTable run_all(std::vector<Experiment> const& experiments, ReplicationOptions const& options);

}  // namespace sojourn
