#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/ensure.h"
#include "sim/event.h"
#include "sim/future_event_list.h"

namespace sojourn {

/// The pending events as an implicit heap with four children to a node.
///
/// The heap holds only what is compared, 16 bytes an entry, four to a cache line; the events
/// themselves lie still in slots. An entry's word is its sequence above its slot, so that one
/// comparison of (time, word) orders by time and then by order of scheduling, and the word names
/// the event for cancelling.
///
/// Invariants:
/// 1. An entry is live if its slot holds its word, else stale: its event was cancelled.
/// 2. At most 64 entries, or half of all, are stale after a cancel: more are swept out.
/// 3. A popped entry stays at the top until the next call. Mostly that is `schedule`, whose entry
///    takes its place, which saves moving the last one there and back.
/// 4. Free slots form a list: each holds the number of the next one where a word would be, which is
///    less than any word, for sequences count from 1.
///
/// Limits: 67 million events pending, 2.7e11 in a run.
/// Cost: schedule O(1) on average for random times, pop O(log n), cancel O(1) amortised.
/// Source: LaMarca and Ladner, "The influence of caches on the performance of heaps", ACM JEA 1
/// (1996); for sifting to the bottom first, Wegener, "Bottom-up-heapsort, a new variant of
/// heapsort", Theoretical Computer Science 118 (1993).
class HeapEventList {
 public:
  /// Memory for one pending event, spare room of the vectors aside.
  static constexpr std::size_t bytes_per_event = 40;

  EventId schedule(Time time, Event const& event);
  bool cancel(EventId id);
  std::optional<DueEvent> pop_until(Time limit);

  [[nodiscard]] std::size_t size() const { return heap_.size() - stale_ - vacant_; }

  /// Bytes that entries and slots take now: the entries at most 2 * size() + 66, the slots as many
  /// as were ever pending at once.
  [[nodiscard]] std::size_t bytes() const {
    return heap_.size() * sizeof(Entry) + slots_.size() * sizeof(Slot);
  }

 private:
  static constexpr unsigned slot_bits = 26;
  static constexpr std::uint64_t slot_mask = (std::uint64_t{1} << slot_bits) - 1;
  static constexpr std::uint64_t no_slot = slot_mask;  // ends the list of free slots
  static constexpr std::uint64_t last_sequence = ~std::uint64_t{0} >> slot_bits;
  static constexpr std::size_t arity = 4;

  __extension__ using Key = __int128;
  struct Entry {
    std::int64_t time;
    std::uint64_t word;

    /// One number, compared without a branch: which of two entries is less cannot be predicted.
    [[nodiscard]] Key key() const { return static_cast<Key>(time) << 64 | word; }
  };
  struct Slot {
    std::uint64_t word;
    Event event;
  };
  static_assert(sizeof(Entry) + sizeof(Slot) == bytes_per_event);

  [[nodiscard]] bool is_live(std::uint64_t word) const {
    return slots_[word & slot_mask].word == word;
  }
  std::uint64_t take_slot(Event const& event);
  void free_slot(std::uint64_t word);
  void remove_top();
  void rise(std::size_t hole, Entry entry, std::size_t top = 0);
  void sink(std::size_t hole, Entry entry);
  [[nodiscard]] std::size_t least_child(std::size_t first) const;
  void sweep();

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::uint64_t free_ = no_slot;
  std::uint64_t sequence_ = 0;
  std::size_t stale_ = 0;
  bool vacant_ = false;  // the top entry was popped and nothing has taken its place yet
};

static_assert(FutureEventList<HeapEventList>);

inline EventId HeapEventList::schedule(Time time, Event const& event) {
  std::uint64_t const word = take_slot(event);
  Entry const entry{time.time_since_epoch().count(), word};
  if (vacant_) {
    vacant_ = false;
    sink(0, entry);
  } else {
    heap_.emplace_back();
    rise(heap_.size() - 1, entry);
  }
  return {word};
}

inline std::optional<DueEvent> HeapEventList::pop_until(Time limit) {
  if (vacant_) {
    vacant_ = false;
    remove_top();
  }
  while (!heap_.empty()) {
    Entry const top = heap_.front();
    if (top.time > limit.time_since_epoch().count()) return std::nullopt;
    if (is_live(top.word)) {
      DueEvent const due{Time(Duration(top.time)), slots_[top.word & slot_mask].event};
      free_slot(top.word);
      vacant_ = true;
      return due;
    }
    remove_top();
    --stale_;
  }
  return std::nullopt;
}

inline std::uint64_t HeapEventList::take_slot(Event const& event) {
  ensure(sequence_ < last_sequence, "a run has fewer than 2.7e11 events");
  ++sequence_;
  if (free_ == no_slot) {
    ensure(slots_.size() < no_slot, "fewer than 67 million events are pending");
    std::uint64_t const word = sequence_ << slot_bits | slots_.size();
    slots_.push_back({word, event});
    return word;
  }
  Slot& slot = slots_[free_];
  std::uint64_t const word = sequence_ << slot_bits | free_;
  free_ = slot.word;
  slot = {word, event};
  return word;
}

inline void HeapEventList::free_slot(std::uint64_t word) {
  slots_[word & slot_mask].word = free_;
  free_ = word & slot_mask;
}

inline void HeapEventList::remove_top() {
  Entry const last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) sink(0, last);
}

/// Moves the hole up until the entry fits in, at most to `top`.
inline void HeapEventList::rise(std::size_t hole, Entry entry, std::size_t top) {
  while (hole > top) {
    std::size_t const parent = (hole - 1) / arity;
    if (!(entry.key() < heap_[parent].key())) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = entry;
}

/// Moves the hole to the bottom and lets the entry rise from there: it came from the bottom and
/// mostly belongs there, which saves comparing it on the way down.
inline void HeapEventList::sink(std::size_t hole, Entry entry) {
  std::size_t const top = hole;
  std::size_t const size = heap_.size();
  std::size_t child = arity * hole + 1;
  while (child + arity <= size) {
    std::size_t const least = least_child(child);
    heap_[hole] = heap_[least];
    hole = least;
    child = arity * hole + 1;
  }
  if (child < size) {
    std::size_t least = child;
    while (++child < size) least = heap_[child].key() < heap_[least].key() ? child : least;
    heap_[hole] = heap_[least];
    hole = least;
  }
  rise(hole, entry, top);
}

/// The least of four children, by a tournament whose first two games do not wait for each other;
/// the winner is chosen by masks, where a compiler might make a branch of `?:`.
inline std::size_t HeapEventList::least_child(std::size_t first) const {
  auto const before = [child = heap_.data() + first](std::size_t left, std::size_t right) {
    return static_cast<std::size_t>(child[left].key() < child[right].key());
  };
  std::size_t const left = before(1, 0);
  std::size_t const right = 2 + before(3, 2);
  std::size_t const mask = 0 - before(right, left);
  return first + (left ^ ((left ^ right) & mask));
}

}  // namespace sojourn
