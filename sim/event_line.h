#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "sim/ensure.h"
#include "sim/event_entry.h"

namespace sojourn {

/// A few entries in order of time, those of one time in the order in which they came. They lie in a
/// window that moves on through an array: the earliest leaves at its front, one that comes goes in
/// from its end, past those that are due later. When the window has come to the end of the array,
/// somebody moves it back, or empties it.
///
/// Invariant: before the window lies an entry than which none is earlier, so that no search runs
/// over its front.
///
/// Cost: taking one off O(1); putting one in O(those due later), at best for those that are due
/// last. Source: the linear list of Kingston, "Analysis of Henriksen's algorithm for the simulation
/// event set", SIAM Journal on Computing 15 (1986), searched from the end.
class EventLine {
 public:
  /// Beyond so many a ladder is faster. Up to twice as many find room.
  static constexpr std::size_t most = 64;

  [[nodiscard]] bool is_empty() const { return first_ == end_; }
  [[nodiscard]] std::size_t size() const { return end_ - first_; }
  /// Whether the window has come to the end of the array, however few there are.
  [[nodiscard]] bool is_at_end() const { return end_ == entries_.size(); }

  /// The earliest entry. Precondition: there is one.
  [[nodiscard]] EventEntry front() const { return entries_[first_]; }
  void take_front() { entries_[first_++].time = earliest.time; }

  /// In order.
  [[nodiscard]] std::span<EventEntry const> entries() const {
    return {entries_.data() + first_, size()};
  }

  /// Precondition: the window is not at the end.
  void insert(EventEntry entry);

  /// Moves the window back to the beginning. O(size).
  void move_back();

  /// Holds those from now on, in whatever order their times are. O(n^2) if that is the wrong one.
  /// Precondition: they are `most` at most.
  void assign(std::span<EventEntry const> entries);

  /// Drops the entries that are stale. O(size).
  template <class IsStale>
  void sweep(IsStale const& is_stale);

 private:
  static constexpr EventEntry earliest{std::numeric_limits<std::int64_t>::min(), 0};

  std::array<EventEntry, 2 * most> entries_{earliest};
  std::uint32_t first_ = 1;
  std::uint32_t end_ = 1;
};

inline void EventLine::insert(EventEntry entry) {
  EventEntry* hole = entries_.data() + end_++;
  for (; entry.time < hole[-1].time; --hole) *hole = hole[-1];
  *hole = entry;
}

inline void EventLine::move_back() {
  std::size_t const count = size();
  std::copy_n(entries_.begin() + first_, count, entries_.begin() + 1);
  entries_.front() = earliest;
  first_ = 1;
  end_ = static_cast<std::uint32_t>(1 + count);
}

inline void EventLine::assign(std::span<EventEntry const> entries) {
  ensure(entries.size() <= most, "a line holds a few entries");
  entries_.front() = earliest;
  first_ = end_ = 1;
  for (EventEntry const entry : entries) insert(entry);
}

template <class IsStale>
void EventLine::sweep(IsStale const& is_stale) {
  auto const begin = entries_.begin();
  auto const end = std::remove_if(begin + first_, begin + end_, is_stale);
  end_ = static_cast<std::uint32_t>(end - begin);
}

}  // namespace sojourn
