#pragma once

#include <cstdint>
#include <vector>

#include "sim/distribution.h"
#include "sim/random_stream.h"

namespace sojourn {

/// What a request is about: a user, a product. A request that has drawn none has the key 0.
using Key = std::uint32_t;

/// Counts that differ by a multiple of 2^32 are one key.
inline Key draw_key(Distribution const& keys, RandomStream& random) {
  return static_cast<Key>(keys.sample_count(random));
}

/// A hash of a key and a replica: every bit of it depends on every bit of both.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA (2014),
/// the mixing function of SplitMix64.
constexpr std::uint64_t key_weight(Key key, std::uint32_t replica) {
  std::uint64_t bits = (static_cast<std::uint64_t>(key) << 32 | replica) + 0x9e3779b97f4a7c15U;
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111ebU;
  return bits ^ bits >> 31;
}

/// The replica with the highest weight for the key, so that one that goes takes only its own keys
/// with it, and gets them back when it returns. Replicas are told apart by their place behind
/// `first`. Precondition: `up` is not empty. Cost: O(replicas).
/// Source: Thaler and Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM
/// Transactions on Networking 6 (1998): highest random weight, or rendezvous, hashing.
inline std::uint32_t replica_of_key(std::vector<std::uint32_t> const& up, std::uint32_t first,
                                    Key key) {
  std::uint32_t best = up.front();
  std::uint64_t highest = 0;
  for (std::uint32_t const replica : up) {
    std::uint64_t const weight = key_weight(key, replica - first);
    if (weight <= highest) continue;
    highest = weight;
    best = replica;
  }
  return best;
}

}  // namespace sojourn
