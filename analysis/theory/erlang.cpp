#include "analysis/theory/erlang.h"

#include <cmath>

namespace sojourn::theory {

Answer<double> erlang_b(int servers, double load) {
  Requirements needs;
  needs.at_least("the number of servers", servers, 1).not_negative("the offered load", load);
  if (needs.broken()) return needs.failure();
  double blocking = 1.0;
  for (int k = 1; k <= servers; ++k) blocking = load * blocking / (k + load * blocking);
  return blocking;
}

Answer<double> erlang_c(int servers, double load) {
  auto const blocking = erlang_b(servers, load);
  if (!blocking) return blocking;
  double const each = load / servers;
  Requirements needs;
  if (needs.stable(each).broken()) return needs.failure();
  return *blocking / (1.0 - each * (1.0 - *blocking));
}

Answer<int> servers_for(double arrival_rate, double mean_service, double time, double share) {
  Requirements needs;
  needs.positive("the arrival rate", arrival_rate)
      .positive("the mean service time", mean_service)
      .not_negative("the time", time)
      .that(share > 0.0 && share < 1.0, "the share must be between zero and one");
  if (needs.broken()) return needs.failure();
  double const load = arrival_rate * mean_service;
  if (load > 1e8) return Unsolvable{"the load is too great to count its servers"};
  for (int servers = static_cast<int>(load) + 1;; ++servers) {
    auto const waits = erlang_c(servers, load);
    if (waits && *waits * std::exp(-(servers - load) * time / mean_service) <= 1.0 - share)
      return servers;
  }
}

}  // namespace sojourn::theory
