#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "models/policy/key.h"
#include "models/scenario/caches.h"
#include "sim/random_stream.h"
#include "sim/time.h"

namespace sojourn {

/// The keys that a cache holds, and which of them has to go for a new one when it is full:
///
///     lru     the one whose last use is longest ago
///     fifo    the one that came first
///     random  any of them, one as likely as the other
///     lfu     the one used least often since it came, and of several the one whose last use is
///             longest ago
///
/// To be put in is a use. With a ttl an entry is gone that long after it was put in, to the
/// nanosecond, and takes no room from then on. Cost: O(1) on average for all that it does; 32 bytes
/// and a node of a hash table for each key that is there.
/// Source: for lfu Shah, Mitra and Matani, "An O(1) algorithm for implementing the LFU cache
/// eviction scheme" (2010).
class KeyCache {
 public:
  /// Precondition: capacity >= 1, and less than 2^32.
  KeyCache(Eviction policy, std::size_t capacity, std::optional<Duration> ttl);

  /// Removes what has expired by now, and tells how many that were. To be called before the others;
  /// times must not run backwards.
  std::size_t expire(Time now);

  /// Whether the key is there; if so, this is a use of it.
  bool use(Key key);

  /// Puts the key in. One that is there already begins its ttl anew, which is a use, and keeps its
  /// place in `fifo`. True if another one had to go; only `random` draws for it.
  bool put(Key key, Time now, RandomStream& random);

  void clear();

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  using Place = std::uint32_t;  ///< In `entries_`.
  static constexpr Place none = 0xffffffffU;

  struct Links {
    Place previous = none, next = none;
  };
  struct Entry {
    Key key = 0;
    std::uint32_t uses = 1;  ///< Counted by lfu alone.
    Time expires = never;
    Links turn, age;
  };
  /// The entries in some order, by the links of that name.
  struct Chain {
    Links Entry::*links;
    Place head = none, tail = none;
  };

  void touch(Place place);
  void join_turns(Place place);
  void leave_turns(Place place);
  void remove(Place place);
  void move_last_to(Place place);
  void link_behind(Chain& chain, Place before, Place place);
  void unlink(Chain& chain, Place place);
  Place& next_of(Chain& chain, Place place);
  Place& previous_of(Chain& chain, Place place);

  Eviction policy_;
  std::size_t capacity_;
  std::optional<Duration> ttl_;
  std::vector<Entry> entries_;
  std::unordered_map<Key, Place> places_;  // looked into, never walked through
  Chain turns_{&Entry::turn};              // who has to go first is at the head
  Chain ages_{&Entry::age};                // who expires first is at the head
  /// Of lfu: the last in `turns_` of those used so many times.
  std::unordered_map<std::uint32_t, Place> last_used_;
};

}  // namespace sojourn
