#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/policy/key_cache.h"
#include "models/program.h"

namespace sojourn {

struct World;

/// What the caches of all replicas hold: one for each replica and each step that asks one.
class Caches {
 public:
  explicit Caches(Program const& program);

  struct Answer {
    bool hit = false;
    std::optional<Key> missing;  ///< On a miss in a cache of keys: what to put in.
  };
  /// An activity asks the cache of its replica. `cache` is the place in the program's list.
  Answer ask(World& world, std::uint32_t activity, std::uint32_t cache);

  /// It has got what was missing.
  void put(World& world, std::uint32_t activity, std::uint32_t cache, Key key);

  /// What a replica holds is gone with it.
  void replica_crashed(World const& world, std::uint32_t replica);

 private:
  KeyCache& at(CachePlan const& plan, std::uint32_t replica) {
    return caches_[plan.first_cache + replica - plan.first_replica];
  }

  std::vector<KeyCache> caches_;
};

}  // namespace sojourn
