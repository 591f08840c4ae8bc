#pragma once

#include <cstddef>

#include "bench/scenario_run.h"

namespace sojourn {

/// One run, and the memory that it took beyond what was there before it.
struct MeteredRun {
  RunFigures figures;
  double bytes = 0.0;  ///< Near its end.
  double peak = 0.0;   ///< The most bytes at any time; a vector that grows is there twice then.
  double warm_allocations = 0.0;  ///< An event, in the last third of the simulated time.
};

MeteredRun metered_run(Program const& program, std::uint64_t replication = 0);

}  // namespace sojourn
