#pragma once

#include <string>
#include <vector>

#include "app/lint/traffic.h"
#include "app/theory/time_law.h"

namespace sojourn {

/// How long a request holds its slot, as far as that can be said, and what makes it a guess.
struct Holding {
  TimeLaw law;
  /// The slot is held in one piece, at the beginning, and for nobody else: no call, no publish that
  /// waits, no pool.
  bool alone = true;
  std::vector<std::string> differences;  ///< "it is held while bank.charge answers"
};

/// The slot of one operation. `means` is what one execution does on average, waits included, and
/// stands in where the law is not known.
Holding holding_of(StepGraph const& graph, std::size_t operation, ExecutionMeans const& means,
                   CacheMisses const& misses, bool blocking);

/// Of any request to the service: that of each operation, as often as it is asked for.
Holding holding_of(Scenario const& scenario, StepGraph const& graph, Traffic const& traffic,
                   std::size_t service);

}  // namespace sojourn
