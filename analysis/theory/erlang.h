#pragma once

#include "analysis/theory/answer.h"

/// Erlang's formulas. `load` is the offered load in erlangs: arrival rate x mean service time.
/// Source: Kleinrock, Queueing Systems, vol. 1 (1975), sections 3.5 and 3.6.
namespace sojourn::theory {

/// The share of arrivals that M/G/c/c turns away, by B(k) = a B(k-1) / (k + a B(k-1)). It hangs on
/// the mean of the service time alone. Cost: O(servers).
Answer<double> erlang_b(int servers, double load);

/// The share of arrivals that has to wait in M/M/c: C = B / (1 - (a/c) (1 - B)).
Answer<double> erlang_c(int servers, double load);

/// The fewest servers at which at least `share` of M/M/c's customers is served within `time`.
Answer<int> servers_for(double arrival_rate, double mean_service, double time, double share);

}  // namespace sojourn::theory
