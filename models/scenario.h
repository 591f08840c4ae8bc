#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/scenario/brokers.h"
#include "models/scenario/faults.h"
#include "models/scenario/hosts.h"
#include "models/scenario/network.h"
#include "models/scenario/services.h"
#include "models/scenario/workloads.h"
#include "sim/metric.h"
#include "sim/time.h"

/// A scenario as plain values: what the reader makes and `compile` takes. Names refer to things by
/// the words of the file; the reader has checked that each refers to something. All of a scenario's
/// times count from the end of the warm-up.
namespace sojourn {

struct Objective {
  enum class Comparison : std::uint8_t { less, at_most, at_least, more };
  std::string text;  ///< As written.
  std::string metric;
  Comparison comparison = Comparison::at_most;
  double value = 0.0;  ///< In the metric's unit.
};

/// Of every series, unless a scenario says otherwise.
constexpr std::size_t series_cells = 120;

struct Scenario {
  std::string name;
  std::string description;
  Duration duration{0};
  Duration warmup{0};
  bool warmup_is_sought = false;  ///< `warmup: auto`; pilots find what `warmup` shall be.
  Duration starts{0};             ///< The time of the week, in UTC from Monday 00:00, at time zero.
  std::int64_t replications = 10;
  std::size_t cells = series_cells;  ///< Of every series over `duration`.
  std::uint64_t seed = 1;
  std::vector<Workload> workloads;
  std::vector<Service> services;
  std::vector<Host> hosts;
  NetworkSpec network;
  std::vector<Broker> brokers;
  std::vector<Fault> faults;
  std::vector<Objective> objectives;
};

}  // namespace sojourn
