#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/ensure.h"
#include "sim/event_entry.h"
#include "sim/event_slots.h"

namespace sojourn {

/// Entries that come in order of time, lane by lane: timeouts of one length are due in the order in
/// which they were set. Nearly all are cancelled before they are due, and then leave from the front
/// of their lane without ever having been sorted.
///
/// Cost: O(1) amortised; O(lanes) where the earliest of all leaves.
/// Source: Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP (1987), scheme 2, of
/// which a lane is the case of one length.
class EventLanes {
 public:
  /// The earliest entry, which may be stale; `last_entry` if there is none.
  [[nodiscard]] EventEntry next() const { return next_; }

  /// Entries, stale ones included.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const;

  /// How many stale entries have left for it. Precondition: it is not due before others of its
  /// lane.
  std::size_t add(std::uint32_t lane, EventEntry entry, EventSlots const& slots);

  /// Takes `next()` off, and says how many stale entries behind it have left with it. Precondition:
  /// there is one.
  std::size_t take_next(EventSlots const& slots);

  /// Drops the stale entries, and says how many. O(n).
  std::size_t sweep(EventSlots const& slots);

 private:
  /// First in, first out.
  class Lane {
   public:
    [[nodiscard]] bool empty() const { return first_ == end_; }
    [[nodiscard]] EventEntry front() const { return entries_[first_ & mask()]; }
    [[nodiscard]] EventEntry back() const { return entries_[(end_ - 1) & mask()]; }
    [[nodiscard]] std::size_t places() const { return entries_.size(); }

    void push(EventEntry entry) {
      if (end_ - first_ == entries_.size()) [[unlikely]]
        grow();
      entries_[end_++ & mask()] = entry;
    }
    void pop() { ++first_; }
    /// How many stale entries have left the front.
    std::size_t drop_stale(EventSlots const& slots);
    /// How many entries remain.
    std::size_t sweep(EventSlots const& slots);

   private:
    [[nodiscard]] std::size_t mask() const { return entries_.size() - 1; }
    void grow();

    std::vector<EventEntry> entries_;  // (a power of two)
    std::size_t first_ = 0, end_ = 0;  // counted on and on
  };

  void find_next();

  std::vector<Lane> lanes_;
  EventEntry next_ = last_entry;
  std::size_t size_ = 0;
};

inline std::size_t EventLanes::Lane::drop_stale(EventSlots const& slots) {
  std::size_t const before = first_;
  while (!empty() && !slots.is_live(front().word)) pop();
  return first_ - before;
}

inline std::size_t EventLanes::add(std::uint32_t number, EventEntry entry,
                                   EventSlots const& slots) {
  if (number >= lanes_.size()) lanes_.resize(number + 1);
  Lane& lane = lanes_[number];
  ensure(lane.empty() || lane.back().time <= entry.time, "a lane is in order of time");
  bool const had_next = !lane.empty() && lane.front().word == next_.word;
  std::size_t const dropped = lane.drop_stale(slots);
  lane.push(entry);
  size_ += 1 - dropped;
  if (had_next && dropped > 0) {
    find_next();
  } else if (entry.key() < next_.key()) {
    next_ = entry;
  }
  return dropped;
}

}  // namespace sojourn
