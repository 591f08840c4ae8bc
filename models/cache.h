#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "models/activity.h"
#include "models/outcome.h"
#include "models/policy/key_cache.h"
#include "models/program.h"

namespace sojourn {

struct World;

/// A miss in progress for which others may wait who miss the same.
struct Fetch {
  std::uint32_t generation = 0;
  std::uint32_t fetcher = nowhere;  ///< The activity.
  std::uint32_t contents = 0;       ///< Of which cache: position in `Caches`.
  Key key = 0;
  ActivityList waiting;
};

/// What the caches of all replicas hold: one for each replica and each step that asks one.
class Caches {
 public:
  explicit Caches(Program const& program);

  struct Answer {
    bool hit = false;
    std::optional<Key> missing;     ///< On a miss in a cache of keys: what to put in.
    std::uint32_t fetch = nowhere;  ///< Instead: it is under way.
  };
  /// An activity asks the cache of its replica. `cache` is the place in the program's list.
  Answer ask(World& world, Activity const& activity, std::uint32_t cache);

  /// It has got what was missing.
  void put(World& world, Activity const& activity, std::uint32_t cache, Key key);

  /// It is about to get what is missing. The fetch that others may wait for; nowhere if they do
  /// not.
  std::uint32_t begin_fetch(World& world, Activity const& activity, std::uint32_t cache, Key key);

  /// Those who waited for it go on, or fail as it did.
  void end_fetch(World& world, std::uint32_t fetch, Outcome outcome);

  /// What a replica holds is gone with it.
  void replica_crashed(World const& world, std::uint32_t replica);

 private:
  static std::uint32_t place_of(CachePlan const& plan, std::uint32_t replica) {
    return plan.first_cache + replica - plan.first_replica;
  }

  std::vector<KeyCache> caches_;
  /// (cache, key) -> fetch
  std::map<std::pair<std::uint32_t, Key>, std::uint32_t> under_way_;
};

}  // namespace sojourn
