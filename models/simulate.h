#pragma once

#include <memory>
#include <vector>

#include "models/scenario.h"
#include "sim/metric.h"
#include "sim/random_stream.h"
#include "sim/watch.h"

namespace sojourn {

struct Program;

/// The scenario compiled to flat tables: immutable, so any number of runs may share it.
/// Precondition: the scenario has been validated (every name refers to something).
std::shared_ptr<Program const> compile(Scenario const& scenario);

/// What each run of the program yields.
ResultLayout const& layout_of(Program const& program);

/// One run from empty, or from the channels' `initial` messages. Deterministic in (program,
/// streams). Asks `watch` every few thousand events whether to go on and tells it how far it is.
RunResult simulate(Program const& program, Streams const& streams, Watch& watch);

}  // namespace sojourn
