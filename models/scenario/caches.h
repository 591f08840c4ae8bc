#pragma once

#include <cstdint>
#include <optional>

#include "sim/distribution.h"
#include "sim/time.h"

/// What is kept near who needs it.
namespace sojourn {

/// Who has to go when a cache is full; see KeyCache.
enum class Eviction : std::uint8_t { lru, fifo, random, lfu };

/// A cache whose contents are simulated, key by key. Each replica has one of its own.
struct KeyCacheOptions {
  std::int64_t capacity = 1;         ///< Keys.
  std::optional<Distribution> keys;  ///< Absent: the key of the request.
  std::optional<Duration> ttl;
  Eviction policy = Eviction::lru;
  bool coalesce = false;  ///< Who misses what is being got at the replica waits for it.
};

}  // namespace sojourn
