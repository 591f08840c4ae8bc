#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/event_entry.h"

namespace sojourn {

/// Entries as an implicit heap with four children to a node.
///
/// An entry taken off the top leaves a vacancy there. Mostly the next one that comes fills it,
/// which saves moving the last one there and back.
///
/// Cost: push O(1) on average for random times, taking the top off O(log n).
/// Source: LaMarca and Ladner, "The influence of caches on the performance of heaps", ACM JEA 1
/// (1996); for sifting to the bottom first, Wegener, "Bottom-up-heapsort, a new variant of
/// heapsort", Theoretical Computer Science 118 (1993).
class EventHeap {
 public:
  [[nodiscard]] std::size_t size() const { return entries_.size() - vacant_; }
  [[nodiscard]] std::size_t bytes() const { return entries_.size() * sizeof(EventEntry); }
  [[nodiscard]] bool has_vacancy() const { return vacant_; }
  [[nodiscard]] bool is_empty() const { return entries_.empty(); }

  /// Has the last entry fill the vacancy, if there is one.
  void close_vacancy();

  /// The earliest entry.
  /// Precondition: there is one, and no vacancy.
  [[nodiscard]] EventEntry top() const { return entries_.front(); }
  void take_top() { vacant_ = true; }

  /// In no order. Precondition: there is no vacancy.
  [[nodiscard]] std::vector<EventEntry> const& entries() const { return entries_; }

  /// Precondition: there is a vacancy.
  void fill_vacancy(EventEntry entry);

  /// How many entries there are then.
  /// Precondition: there is no vacancy.
  std::size_t push(EventEntry entry);

  /// Lets `change` do to the entries what it likes, in whatever order they lie, and makes a heap of
  /// what it leaves. O(n).
  template <class Change>
  void rebuild(Change change);

 private:
  static constexpr std::size_t arity = 4;

  void rise(std::size_t hole, EventEntry entry, std::size_t top = 0);
  void sink(std::size_t hole, EventEntry entry);
  [[nodiscard]] std::size_t least_child(std::size_t first) const;

  std::vector<EventEntry> entries_;
  bool vacant_ = false;
};

inline void EventHeap::fill_vacancy(EventEntry entry) {
  vacant_ = false;
  sink(0, entry);
}

inline std::size_t EventHeap::push(EventEntry entry) {
  entries_.emplace_back();
  std::size_t const size = entries_.size();
  rise(size - 1, entry);
  return size;
}

template <class Change>
void EventHeap::rebuild(Change change) {
  close_vacancy();
  change(entries_);
  if (entries_.size() < 2) return;
  for (std::size_t node = (entries_.size() - 2) / arity + 1; node-- > 0;) {
    sink(node, entries_[node]);
  }
}

inline void EventHeap::close_vacancy() {
  if (!vacant_) return;
  vacant_ = false;
  EventEntry const last = entries_.back();
  entries_.pop_back();
  if (!entries_.empty()) sink(0, last);
}

/// Moves the hole up until the entry fits in, at most to `top`.
inline void EventHeap::rise(std::size_t hole, EventEntry entry, std::size_t top) {
  while (hole > top) {
    std::size_t const parent = (hole - 1) / arity;
    if (!(entry.key() < entries_[parent].key())) break;
    entries_[hole] = entries_[parent];
    hole = parent;
  }
  entries_[hole] = entry;
}

/// Moves the hole to the bottom and lets the entry rise from there: it came from the bottom and
/// mostly belongs there, which saves comparing it on the way down.
inline void EventHeap::sink(std::size_t hole, EventEntry entry) {
  std::size_t const top = hole;
  std::size_t const size = entries_.size();
  std::size_t child = arity * hole + 1;
  while (child + arity <= size) {
    std::size_t const least = least_child(child);
    entries_[hole] = entries_[least];
    hole = least;
    child = arity * hole + 1;
  }
  if (child < size) {
    std::size_t least = child;
    while (++child < size) least = entries_[child].key() < entries_[least].key() ? child : least;
    entries_[hole] = entries_[least];
    hole = least;
  }
  rise(hole, entry, top);
}

/// The least of four children, by a tournament whose first two games do not wait for each other;
/// the winner is chosen by masks, where a compiler might make a branch of `?:`.
inline std::size_t EventHeap::least_child(std::size_t first) const {
  auto const before = [child = entries_.data() + first](std::size_t left, std::size_t right) {
    return static_cast<std::size_t>(child[left].key() < child[right].key());
  };
  std::size_t const left = before(1, 0);
  std::size_t const right = 2 + before(3, 2);
  std::size_t const mask = 0 - before(right, left);
  return first + (left ^ ((left ^ right) & mask));
}

}  // namespace sojourn
