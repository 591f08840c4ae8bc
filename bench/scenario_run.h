#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/simulate.h"
#include "sim/random_stream.h"
#include "sim/watch.h"

namespace sojourn {

/// The first variant of bench/scenarios/NAME.yaml, ready to run. Ends the program if it has errors.
std::shared_ptr<Program const> load_program(std::string const& name);

/// What one run did.
struct RunFigures {
  std::uint64_t events = 0;
  std::uint64_t requests = 0;   ///< That arrived.
  std::uint64_t in_flight = 0;  ///< Of those, at the end.
  std::uint64_t waiting = 0;    ///< Messages in channels at the end.
};

/// One run with all measuring on, of replication `replication`.
RunFigures run_once(Program const& program, std::uint64_t replication, Watch& watch);
RunFigures run_once(Program const& program, std::uint64_t replication);

}  // namespace sojourn
