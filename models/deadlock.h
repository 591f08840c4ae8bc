#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/record_pool.h"

namespace sojourn {

struct World;

/// What can never happen again in a world: activities that wait for one another in a circle, and
/// whoever waits for them.
///
/// Whatever is not certain counts as able to move: who is ready, works or waits for a time; who is
/// at a replica that is down or paused, or that a crash may still strike; who waits for something
/// that somebody who can move may give up. So nothing is called stuck that is not, but requests
/// that will only turn out to be stuck are not seen yet.
struct Standstill {
  std::vector<Id> activities;  ///< Stuck for ever, by place.
  std::string cycle;           ///< In words: who holds what and waits for what.
  /// Whether it ends the run: a service of which all slots of all replicas are held by them serves
  /// nobody any more, and so its callers are lost too.
  bool takes_a_service = false;
};

/// Looks only. Cost: O(requests in flight).
/// Source: the reduction of a resource graph; Holt, "Some deadlock properties of computer systems",
/// ACM Computing Surveys 4 (1972).
Standstill find_standstill(World const& world);

/// Asks from time to time whether a run is stuck, at little cost where nothing points to it.
class DeadlockWatch {
 public:
  /// Why the run cannot go on, if it cannot.
  std::optional<std::string> look(World const& world);

 private:
  bool stands_still(World const& world);

  std::vector<std::uint64_t> started_;  ///< (services) -> requests at the look before.
};

}  // namespace sojourn
