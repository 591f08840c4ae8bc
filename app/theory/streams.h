#pragma once

#include <vector>

#include "app/lint/traffic.h"
#include "app/theory/station.h"

namespace sojourn {

/// What kind of stream comes to each service: Poisson as it leaves the workloads, and still so
/// behind services that hold nobody up; in a network of Jackson's kind a station behaves as if it
/// were. Else why not.
/// Sources: Burke, "The output of a queuing system", Operations Research 4 (1956); Baskett et al.
/// (1975).
std::vector<Stream> streams_of(Scenario const& scenario, StepGraph const& graph,
                               Traffic const& traffic, Congestion const& congestion);

/// How variable the times between the arrivals of an open workload are, in the long run: the scv of
/// independent ones, else the variance of the number that comes in a long time over its mean.
double variability_of(Workload const& workload);

/// Whether the service is a station of a network with product form: it holds a slot once, for an
/// exponential time that is the same for all, in a line without limit; or nobody waits there.
bool has_product_form(Scenario const& scenario, StepGraph const& graph, Traffic const& traffic,
                      std::size_t service);

}  // namespace sojourn
