#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/config/load.h"
#include "models/simulate.h"
#include "sim/random_stream.h"
#include "sim/watch.h"

namespace sojourn {

/// What was read. Ends the program, with the diagnostics, if it has errors.
LoadedScenario const& without_errors(LoadResult const& result);

/// The first variant of bench/scenarios/NAME.yaml, with `a.b=value` laid over it. Ends the program
/// if it has errors.
Scenario load_bench_scenario(std::string const& name, std::vector<std::string> const& sets = {});

/// The same, ready to run.
std::shared_ptr<Program const> load_program(std::string const& name,
                                            std::vector<std::string> const& sets = {});

/// What one run did.
struct RunFigures {
  std::uint64_t events = 0;
  std::uint64_t requests = 0;   ///< That arrived.
  std::uint64_t in_flight = 0;  ///< Of those, at the end.
  double at_services = 0.0;     ///< Requests and calls that are at a service at the end.
  std::uint64_t waiting = 0;    ///< Messages in channels at the end.
  double mean_latency = 0.0;    ///< Of the workload named `clients`, s.
};

/// One run with all measuring on, of replication `replication`.
RunFigures run_once(Program const& program, std::uint64_t replication, Watch& watch);
RunFigures run_once(Program const& program, std::uint64_t replication);

}  // namespace sojourn
