#pragma once

#include <optional>
#include <vector>

#include "models/scenario.h"

namespace sojourn {

/// How many wait at a service on average, from an empty start through all that is planned.
struct MarkovLine {
  static constexpr int parts = 120;
  std::vector<double> values;   ///< At the middle of each of so many equal parts of the run.
  double peak = 0.0, at = 0.0;  ///< At those moments or when something changes; s.
  bool exact = false;           ///< No ramps, and no fault of random length.
};

/// The line of a service as a birth-death chain whose rates change with what is planned, by
/// uniformisation: Poisson arrivals straight from workloads that try once, exponential work in a
/// slot that is held once, one replica, in an order that does not look at work; its faults strike
/// it whole. Nothing for other services, nor where there are too many states; `fluid_peak` says
/// about how many wait.
std::optional<MarkovLine> markov_line(Scenario const& scenario, Service const& service,
                                      double fluid_peak);

}  // namespace sojourn
