#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/config/step_graph.h"
#include "app/lint/cache_misses.h"

namespace sojourn {

/// One execution of an operation on average, where nobody waits for a slot, a core or a pool and
/// nothing fails but where a step says so: in all sums a step counts with the probability that it
/// is reached. Parallel branches are over when the slowest of their means is (or that which `join`
/// asks for), retries and fallbacks do not happen, and a call is over after its timeout at the
/// latest. Times in seconds.
struct ExecutionMeans {
  struct Visit {
    Step const* step = nullptr;
    std::size_t target = 0;  ///< A vertex of the graph.
    double times = 0.0;      ///< For each execution.
  };
  struct PoolTime {
    std::string pool;
    double held = 0.0;
  };
  struct CacheTimes {
    CacheStep const* cache = nullptr;
    double asked = 0.0;  ///< For each execution.
  };
  double work = 0.0;      ///< On the processor, that of `background` included.
  double held = 0.0;      ///< With a slot.
  double response = 0.0;  ///< Until the reply, that of whom it forwards to included.
  std::vector<Visit> visits;
  std::vector<PoolTime> pools;
  std::vector<CacheTimes> caches;
};

/// The means of all operations, by vertex. Calls in a circle are followed until that changes
/// nothing more.
std::vector<ExecutionMeans> execution_means(Scenario const& scenario, StepGraph const& graph,
                                            CacheMisses const& misses = {});

}  // namespace sojourn
