#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/activity.h"

namespace sojourn {

/// Activities in line by a key, the least first, and in order of joining among equals. Anyone can
/// leave.
///
/// An implicit binary heap whose entries hold what is compared; an activity's `next` is its place
/// in it. Cost: O(log n).
class OrderedLine {
 public:
  [[nodiscard]] bool empty() const { return heap_.empty(); }

  /// Precondition: not empty.
  [[nodiscard]] std::uint32_t first() const { return heap_.front().index; }

  void join(Activities& activities, std::uint32_t index, std::int64_t key) {
    heap_.emplace_back();
    rise(activities, heap_.size() - 1, {key, joined_++, index});
  }

  void leave(Activities& activities, std::uint32_t index) {
    std::size_t const hole = activities[index].next;
    activities[index].next = nowhere;
    Entry const last = heap_.back();
    heap_.pop_back();
    if (last.index == index) return;
    bool const rises = hole > 0 && last.precedes(heap_[parent_of(hole)]);
    rises ? rise(activities, hole, last) : sink(activities, hole, last);
  }

  /// Who joined first. Cost: O(n). Precondition: not empty.
  [[nodiscard]] std::uint32_t oldest() const {
    return std::min_element(
               heap_.begin(), heap_.end(),
               [](Entry const& left, Entry const& right) { return left.joined < right.joined; })
        ->index;
  }

 private:
  struct Entry {
    std::int64_t key = 0;
    std::uint64_t joined = 0;
    std::uint32_t index = nowhere;

    [[nodiscard]] bool precedes(Entry const& other) const {
      return std::pair(key, joined) < std::pair(other.key, other.joined);
    }
  };

  static std::size_t parent_of(std::size_t place) { return (place - 1) / 2; }

  void put(Activities& activities, std::size_t place, Entry const& entry) {
    heap_[place] = entry;
    activities[entry.index].next = static_cast<std::uint32_t>(place);
  }

  void rise(Activities& activities, std::size_t hole, Entry const& entry) {
    while (hole > 0 && entry.precedes(heap_[parent_of(hole)])) {
      put(activities, hole, heap_[parent_of(hole)]);
      hole = parent_of(hole);
    }
    put(activities, hole, entry);
  }

  void sink(Activities& activities, std::size_t hole, Entry const& entry) {
    for (std::size_t child = 2 * hole + 1; child < heap_.size(); child = 2 * hole + 1) {
      if (child + 1 < heap_.size() && heap_[child + 1].precedes(heap_[child])) ++child;
      if (!heap_[child].precedes(entry)) break;
      put(activities, hole, heap_[child]);
      hole = child;
    }
    put(activities, hole, entry);
  }

  std::vector<Entry> heap_;
  std::uint64_t joined_ = 0;
};

}  // namespace sojourn
