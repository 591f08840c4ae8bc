#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "models/scenario.h"
#include "models/span.h"
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

/// The same run, in which a share of the requests of clients is traced. That changes none of its
/// results. Cost: that of a world that can do more than others, and of what is traced.
RunResult simulate_traced(Program const& program, Streams const& streams, Watch& watch,
                          TraceOptions const& options, TracedRun& traced);

/// What of a run's luck is known beforehand: the draws of the times between arrivals of each open
/// workload, and of each step of work, against their mean. Constants, and draws of which none is
/// like the next (bursts, traces, users who think), have none.
std::vector<std::string> controls_of(Program const& program);

/// The same run, with the sum of (draw / mean - 1) over all draws of each control, warm-up
/// included. Its mean is zero whatever decides how many there are, by Wald's equation. Cost: the
/// random numbers are drawn twice.
RunResult simulate_with_controls(Program const& program, Streams const& streams, Watch& watch);

/// One run as long as `count` of them, and what it yields in each of as many stretches of the
/// scenario's duration, one after the other. Flows and levels are those of the stretch. The cohort
/// of one is what ends in it: requests that are on their way at its end count where they end, and
/// so all of them are in the sum of the accounts. Fewer stretches if the run is stopped or given
/// up; the last of them says so. Precondition: nothing is planned to happen at a stated time.
std::vector<RunResult> simulate_in_stretches(Program const& program, Streams const& streams,
                                             Watch& watch, std::size_t count);

}  // namespace sojourn
