#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "app/config/step_graph.h"
#include "app/lint/cache_misses.h"
#include "sim/random_stream.h"

namespace sojourn {

/// How the time until an operation's reply is distributed where nobody waits for a slot, a core or
/// a pool: drawn, always the same numbers, from its steps and from the draws of those it calls.
/// What fails ends there; retries and fallbacks do not happen, and what an operation calls in a
/// circle takes no time.
class ResponseTimes {
 public:
  ResponseTimes(Scenario const& scenario, StepGraph const& graph, CacheMisses misses = {});

  /// The time within which that share of the requests has its reply, in seconds; nothing where the
  /// scenario is too large for that to be found out in a moment. From a few thousand draws, so a
  /// 99th percentile is good to a few per cent.
  [[nodiscard]] std::optional<double> quantile(std::size_t operation, double share) const;

 private:
  /// One execution on its way.
  struct Run {
    double elapsed = 0.0;
    bool failed = false;
    std::optional<double> replied;
  };

  std::vector<double> draw(std::size_t operation, std::size_t count);
  void run(Steps const& steps, Run& run);
  void run(ParallelStep const& parallel, Run& run);
  void run(ChooseStep const& choose, Run& run);
  void run(RepeatStep const& repeat, Run& run);
  void run(SagaStep const& saga, Run& run);
  double reply_of(std::size_t operation);

  StepGraph const& graph_;
  CacheMisses misses_;
  RandomStream random_;
  std::int64_t steps_left_;
  std::vector<std::vector<double>> draws_;  // (operations), ascending
};

}  // namespace sojourn
