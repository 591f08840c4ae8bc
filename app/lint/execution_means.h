#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "app/config/step_graph.h"
#include "app/lint/cache_misses.h"

namespace sojourn {

/// What executions meet on their way. Where it says nothing nobody waits, and calls are made once.
struct Congestion {
  struct Call {
    double attempts = 1.0;  ///< On average.
    double failure = 0.0;   ///< Probability that the last one fails.
    double pauses = 0.0;    ///< Backoff between them on average, s.
  };
  std::vector<double> wait;     ///< (services): for a slot, s.
  std::vector<double> loss;     ///< (services): share of requests that are turned away.
  std::vector<double> stretch;  ///< (services): how many times longer work takes.
  std::map<CallOptions const*, Call> calls;

  [[nodiscard]] double wait_at(std::size_t service) const {
    return service < wait.size() ? wait[service] : 0.0;
  }
  [[nodiscard]] double loss_at(std::size_t service) const {
    return service < loss.size() ? loss[service] : 0.0;
  }
  [[nodiscard]] double stretch_at(std::size_t service) const {
    return service < stretch.size() ? stretch[service] : 1.0;
  }
  [[nodiscard]] Call of(CallOptions const& options) const {
    auto const found = calls.find(&options);
    return found == calls.end() ? Call{} : found->second;
  }
};

/// One execution of an operation on average, where nothing comes on top of what `Congestion` says
/// and nothing fails but where a step says so: in all sums a step counts with the probability that
/// it is reached. Parallel branches are over when the slowest of their means is (or that which
/// `join` asks for), fallbacks do not happen, and a call is over after its timeout at the latest.
/// Times in seconds.
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
  double succeeds = 1.0;  ///< Probability that its end is reached.
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
                                            CacheMisses const& misses = {},
                                            Congestion const& congestion = {});

}  // namespace sojourn
