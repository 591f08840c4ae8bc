#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "bench/hand_heap.h"

namespace sojourn::by_hand {

/// A ladder queue, as bare as it can be: far events lie unsorted at the top; nearer ones in the
/// buckets of rungs, of which each divides one bucket of the rung above; the nearest few are sorted
/// at the bottom. The cost of an event does not depend on how many there are.
///
/// Invariant: no event of the bottom is later than one of a rung, none of a rung later than one of
/// the rung above, and none there later than one of the top; of equal times the earlier scheduled
/// ones are further down.
/// Source: Tang, Goh and Thng, "Ladder queue: an O(1) priority queue structure for large-scale
/// discrete event simulation", ACM TOMACS 15 (2005).
class Ladder {
 public:
  Ladder() : rungs_(most_rungs) {}

  void push(Event event) {
    double const time = time_of(event);
    if (time >= top_start_) {
      add(top_, event);
      top_least_ = std::min(top_least_, time);
      top_greatest_ = std::max(top_greatest_, time);
      return;
    }
    for (std::size_t i = 0; i < depth_; ++i) {
      std::size_t const bucket = rungs_[i].bucket_of(time);
      if (bucket < rungs_[i].next) continue;
      add(rungs_[i].buckets[bucket], event);
      return;
    }
    bottom_.insert(std::lower_bound(bottom_.begin(), bottom_.end(), event, std::greater<>()),
                   event);
  }

  /// Takes the earliest event. Precondition: there is one.
  Event pop() {
    while (bottom_.empty()) refill();
    Event const event = bottom_.back();
    bottom_.pop_back();
    return event;
  }

 private:
  static constexpr std::size_t most_rungs = 8;
  static constexpr std::size_t most_buckets = 512;
  static constexpr std::size_t most_sorted = 96;
  static constexpr std::size_t aimed_at = 24;  // events in a bucket
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint32_t per_chunk = 31;

  struct Chunk {
    std::array<Event, per_chunk> events;
    std::uint32_t next;
  };
  static_assert(sizeof(Chunk) == 512);

  struct Bucket {
    std::uint32_t first = none;  // chunk; it is filled from its end, and those after it are full
    std::uint32_t room = 0;      // in the first chunk
    std::uint32_t count = 0;
  };

  struct Rung {
    double start = 0.0;
    double buckets_per_second = 0.0;
    std::size_t next = 0;  // the buckets before it were taken
    std::vector<Bucket> buckets;

    [[nodiscard]] std::size_t bucket_of(double time) const {
      auto const bucket = static_cast<std::int64_t>((time - start) * buckets_per_second);
      auto const last = static_cast<std::int64_t>(buckets.size()) - 1;
      return static_cast<std::size_t>(std::clamp(bucket, std::int64_t{0}, last));
    }
  };

  void add(Bucket& bucket, Event event) {
    if (bucket.room == 0) {
      bucket.first = take_chunk(bucket.first);
      bucket.room = per_chunk;
    }
    chunks_[bucket.first].events[--bucket.room] = event;
    ++bucket.count;
  }

  std::uint32_t take_chunk(std::uint32_t next) {
    std::uint32_t chunk = free_;
    if (chunk == none) {
      chunk = static_cast<std::uint32_t>(chunks_.size());
      chunks_.emplace_back();
    } else {
      free_ = chunks_[chunk].next;
    }
    chunks_[chunk].next = next;
    return chunk;
  }

  /// Hands over each event of the bucket, which is empty then.
  template <class Take>
  void empty(Bucket& bucket, Take take) {
    std::uint32_t place = bucket.room;
    for (std::uint32_t chunk = bucket.first; chunk != none;) {
      for (; place < per_chunk; ++place) take(chunks_[chunk].events[place]);
      place = 0;
      std::uint32_t const next = chunks_[chunk].next;
      chunks_[chunk].next = free_;
      free_ = chunk;
      chunk = next;
    }
    bucket = {};
  }

  void refill() {
    if (depth_ == 0) {
      top_start_ = top_greatest_;
      add_rung(top_, top_least_, top_greatest_ - top_least_);
      top_least_ = std::numeric_limits<double>::infinity();
      return;
    }
    Rung& rung = rungs_[depth_ - 1];
    while (rung.next < rung.buckets.size() && rung.buckets[rung.next].count == 0) ++rung.next;
    if (rung.next == rung.buckets.size()) {
      --depth_;
      return;
    }
    double const width = 1.0 / rung.buckets_per_second;
    double const start = rung.start + static_cast<double>(rung.next) * width;
    Bucket& bucket = rung.buckets[rung.next++];
    if (bucket.count > most_sorted && depth_ < most_rungs) {
      add_rung(bucket, start, width);
    } else {
      empty(bucket, [this](Event event) { bottom_.push_back(event); });
      std::sort(bottom_.begin(), bottom_.end(), std::greater<>());
    }
  }

  void add_rung(Bucket& events, double start, double width) {
    Rung& rung = rungs_[depth_++];
    rung.buckets.assign(std::min(events.count / aimed_at + 1, most_buckets), {});
    rung.start = start;
    rung.buckets_per_second =
        static_cast<double>(rung.buckets.size()) / std::max(width, least_width);
    rung.next = 0;
    empty(events,
          [this, &rung](Event event) { add(rung.buckets[rung.bucket_of(time_of(event))], event); });
  }

  static constexpr double least_width = 1e-9;  // s; what lies nearer together is sorted in the end

  Bucket top_;
  double top_start_ = 0.0;  // of all before it something was taken to the rungs
  double top_least_ = std::numeric_limits<double>::infinity();
  double top_greatest_ = 0.0;
  std::vector<Rung> rungs_;  // of which `depth_` are in use
  std::size_t depth_ = 0;
  std::vector<Event> bottom_;  // the latest first
  std::vector<Chunk> chunks_;
  std::uint32_t free_ = none;
};

}  // namespace sojourn::by_hand
