#pragma once

#include <vector>

#include "models/scenario.h"

/// What faults, profiles and surges make of a scenario from one moment to the next.
namespace sojourn {

/// At one moment: by service, how much of it is up, and how many times slower it is.
struct Condition {
  std::vector<double> up, slower;
  std::vector<bool> crashed, paused;  ///< All of its replicas.
  std::vector<bool> broker_down;      ///< Takes nothing in and hands nothing out.
};

/// With the faults whose times are stated, those of random length as long as on average.
Condition condition_at(Scenario const& scenario, double time);

/// When anything changes, the beginning of the warm-up first. Ramps and sines are cut into short
/// steps.
std::vector<double> change_times(Scenario const& scenario);
/// Whether a rate changes at other times than those, too.
bool changes_steadily(Workload const& workload);

/// Of an open workload without retries, on average between two times between which no fault begins
/// or ends, 1/s.
double rate_between(Scenario const& scenario, Workload const& workload, double from, double to);

/// Whether the fault is known to `condition_at`.
bool is_in_conditions(Fault const& fault);

}  // namespace sojourn
