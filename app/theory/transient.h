#pragma once

#include <string>
#include <vector>

#include "app/theory/expectation.h"
#include "models/scenario.h"

namespace sojourn {

/// What piles up in the queues of services and in channels while faults last, surges come and
/// profiles rise, as a fluid that flows at mean rates. Of an open scenario, from the beginning of
/// its warm-up to its end; nothing where nothing changes. `left_out` says what it does not know.
///
/// A crashed service takes nothing in and has nothing; who consumes messages and calls it processes
/// none until its end. One that is paused takes in and serves nobody. A slow one holds its callers.
/// Retries of workloads come again to where they came first; those of calls hold their callers.
/// A broker that is down takes nothing in and gives nothing out. The line of a service that is a
/// small Markov chain is followed exactly instead.
std::vector<ExpectedBacklog> backlogs_of(Scenario const& scenario,
                                         std::vector<std::string>& left_out);

}  // namespace sojourn
