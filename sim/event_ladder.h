#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/event_entry.h"
#include "sim/event_slots.h"
#include "sim/stable_array.h"

namespace sojourn {

/// Entries of a later time than the line cares about, in buckets: a ladder queue.
///
/// A rung cuts a range of time into buckets of equal width, a power of two nanoseconds; its last
/// bucket reaches to the end of the range. Entries lie in buckets unsorted. Taking the earliest
/// opens bucket after bucket: few entries are handed out, many are spread over a rung of their own
/// below, whose buckets are as narrow as they themselves lie close, if they do.
///
/// Invariants:
/// 1. A rung's range begins at its current bucket, where that of the rung below ends; the first
///    rung's reaches to the end of time. So a time belongs to one bucket, or to what was taken.
/// 2. A bucket's entries of one time lie in order of scheduling, for they are moved in order. So a
///    bucket one nanosecond wide is sorted.
/// 3. Entries lie in chunks, of which only a bucket's last is partly filled. Chunks are used again.
///
/// Cost: O(1) for random times. In the worst case, whatever the times are: a bucket spread over
/// n >= 64 is cut to less than 2/(n - 2) of its width, so an entry moves down at most
/// 13 times between two moves to a rung that at least doubles in size for it; nor are there more
/// rungs than that.
/// Memory: 16 bytes an entry, and half a kilobyte at most spare in each of up to 512 buckets of a
/// rung in use; a rung has a bucket for eight entries.
/// Source: Tang, Goh and Thng, "Ladder queue: an O(1) priority queue structure for large-scale
/// discrete event simulation", ACM TOMACS 15 (2005). Theirs sorts small buckets and keeps a top
/// apart; here `EventLine` stands below, and the last bucket of the first rung is the top.
class EventLadder {
 public:
  /// So many entries are taken at a time, from several buckets or one; one alone may hold twice as
  /// many.
  static constexpr std::size_t batch = 32;
  static constexpr std::size_t most_at_once = 2 * batch;

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t depth() const { return depth_; }
  [[nodiscard]] std::size_t bytes() const {
    return chunks_.bytes() + gathered_.capacity() * sizeof(EventEntry);
  }

  /// How often an entry was moved from a bucket to one below since the beginning.
  [[nodiscard]] std::uint64_t moves() const { return moves_; }

  /// Precondition: `entry` is not before what `take` last returned.
  void add(EventEntry entry);

  /// Adds entries none of which is after the time of what `take` last returned (anything, if the
  /// ladder is empty) or was scheduled after one of that time that is here, on a rung of their own,
  /// which takes in rungs below it that hold no more. Precondition: they are sorted and more than
  /// none.
  void spread(std::span<EventEntry const> sorted);

  /// Appends the earliest entries to `taken`, which is empty: one at least if there is any.
  /// All that are left, and all that may be added from now on, are at or after the result.
  /// The slots of those that will be taken soon are fetched into the cache.
  EventKey take(std::vector<EventEntry>& taken, EventSlots const& slots);

  /// The same with all entries.
  EventKey take_all(std::vector<EventEntry>& taken);

  /// Drops the entries that are stale. O(n), and O(1) for every bucket of the rungs in use.
  template <class IsStale>
  void sweep(IsStale const& is_stale);

 private:
  static constexpr std::size_t chunk_size = 32;
  static constexpr std::uint32_t no_chunk = ~std::uint32_t{0};
  static constexpr std::size_t most_chunks = std::size_t{1} << 23;  // of 2^28 entries
  static constexpr std::size_t fewest_buckets = 64;
  static constexpr std::size_t most_buckets = 512;

  using Chunk = std::array<EventEntry, chunk_size>;

  struct Times {
    std::int64_t first, last;
  };

  struct Bucket {
    std::uint32_t first = no_chunk;
    std::uint32_t last = no_chunk;
    std::uint32_t size = 0;
  };

  /// Buckets before the current one, and all those of a rung not in use, are empty.
  struct Rung {
    std::int64_t start = 0;
    unsigned shift = 0;  ///< Buckets are 2^shift ns wide.
    std::size_t count = 0;
    std::size_t current = 0;
    EventKey front = 0;  ///< Where the current bucket begins.
    std::array<Bucket, most_buckets> buckets;

    [[nodiscard]] std::size_t bucket_of(std::int64_t time) const;
    [[nodiscard]] EventKey start_of(std::size_t bucket) const;
    [[nodiscard]] bool is_an_instant(std::size_t bucket) const {
      return shift == 0 && bucket + 1 < count;
    }
  };

  [[nodiscard]] std::size_t size_of_lowest() const;
  void take_lowest(std::vector<EventEntry>& taken);
  Rung& open_rung(std::int64_t first, std::int64_t last, std::size_t entries);
  void leave_bucket();
  void spread(Bucket bucket, Times times, EventSlots const& slots);
  void append(Bucket& bucket, EventEntry entry);
  void add_chunk(Bucket& bucket);
  void prefetch(std::uint32_t chunk) const;
  void free_first_chunk(Bucket& bucket);
  template <class Act>
  void empty(Bucket bucket, Act act);
  [[nodiscard]] Times range_of(Rung const& rung, Bucket const& bucket) const;
  [[nodiscard]] Times times_of(Bucket const& bucket, std::size_t left) const;
  void take_whole(Bucket bucket, std::vector<EventEntry>& taken);
  void take_chunk(Bucket& bucket, std::vector<EventEntry>& taken);

  std::vector<Rung> rungs_;
  std::size_t depth_ = 0;  // rungs in use, the lowest last
  std::size_t size_ = 0;
  StableArray<Chunk> chunks_{most_chunks};
  std::vector<std::uint32_t> next_;  // for each chunk, the next one of its bucket, or free one
  std::uint32_t free_ = no_chunk;
  std::uint64_t moves_ = 0;
  std::vector<EventEntry> gathered_;  // on the way to a rung
};

/// Hands out a bucket's entries one by one; meanwhile others may be appended to buckets.
template <class Act>
void EventLadder::empty(Bucket bucket, Act act) {
  for (; bucket.size > 0; free_first_chunk(bucket)) {
    std::size_t const size = std::min<std::size_t>(bucket.size, chunk_size);
    prefetch(next_[bucket.first]);
    for (std::size_t k = 0; k < size; ++k) act(EventEntry(chunks_[bucket.first][k]));
  }
}

template <class IsStale>
void EventLadder::sweep(IsStale const& is_stale) {
  size_ = 0;
  for (std::size_t i = 0; i < depth_; ++i) {
    for (Bucket& bucket : rungs_[i].buckets) {
      empty(std::exchange(bucket, {}), [&](EventEntry entry) {
        if (!is_stale(entry)) append(bucket, entry);
      });
      size_ += bucket.size;
    }
  }
}

}  // namespace sojourn
