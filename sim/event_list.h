#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/event.h"
#include "sim/event_entry.h"
#include "sim/event_heap.h"
#include "sim/event_ladder.h"
#include "sim/event_slots.h"
#include "sim/future_event_list.h"

namespace sojourn {

/// The pending events: a heap of those due before a horizon, a ladder of those at or after it.
///
/// While few are pending the horizon lies beyond all time and the heap is all there is. A heap that
/// outgrows its bound moves to the ladder, which hands back what is due first; when the heap runs
/// out it takes the next few from there, or all once a quarter of the bound is left. The events
/// themselves lie in slots, so that their names hold wherever their entries are.
///
/// Invariants:
/// 1. The keys of the heap's entries are below the horizon, those of the ladder's not.
/// 2. At most 64 entries, or half of all, are stale after a cancel: more are swept out.
///
/// Cost: that of the heap while few are pending, else O(1) for random times; cancel O(1) amortised.
/// In the worst case, whatever the times are, O(log n) in the heap and 13 moves in the ladder.
class EventList {
 public:
  /// Memory for one pending event, spare room aside.
  static constexpr std::size_t bytes_per_event = sizeof(EventEntry) + EventSlots::bytes_per_event;

  /// Where the heap alone and the ladder take the same time.
  static constexpr std::size_t usual_bound = 1024;

  /// Beyond `most_in_heap` entries the ladder takes over.
  explicit EventList(std::size_t most_in_heap = usual_bound) : most_in_heap_(most_in_heap) {}

  EventId schedule(Time time, Event const& event);
  bool cancel(EventId id);
  std::optional<DueEvent> pop_until(Time limit) {
    return pop_until(limit, [](std::span<Event const>) {});
  }
  /// The same; whenever the heap has run out, `foresee` hears of the events that it has taken from
  /// the ladder, which will be due soon if nobody cancels them.
  template <class Foresee>
  std::optional<DueEvent> pop_until(Time limit, Foresee const& foresee);

  [[nodiscard]] std::size_t size() const { return heap_.size() + ladder_.size() - stale_; }

  /// Bytes that entries and slots take now: the heap's entries at most 2 * size() + 66, the
  /// ladder's and the slots as many as were ever there at once.
  [[nodiscard]] std::size_t bytes() const {
    return heap_.bytes() + ladder_.bytes() + slots_.bytes();
  }

  [[nodiscard]] EventLadder const& ladder() const { return ladder_; }

 private:
  void add_to_heap(EventEntry entry);
  void add_at_horizon(EventEntry entry);
  void move_to_ladder();
  bool refill(Time limit);
  void take_from_ladder();
  std::span<Event const> coming();
  void sweep();

  EventSlots slots_;
  EventHeap heap_;
  EventKey horizon_ = last_key;
  std::size_t most_in_heap_;
  std::size_t stale_ = 0;
  EventLadder ladder_;
  std::vector<Event> coming_;
};

static_assert(FutureEventList<EventList>);

inline EventId EventList::schedule(Time time, Event const& event) {
  EventEntry const entry{time.time_since_epoch().count(), slots_.take(event)};
  if (entry.time < static_cast<std::int64_t>(horizon_ >> 64)) [[likely]] {
    add_to_heap(entry);
  } else {
    add_at_horizon(entry);
  }
  return {entry.word};
}

inline void EventList::add_to_heap(EventEntry entry) {
  if (heap_.has_vacancy()) {
    heap_.fill_vacancy(entry);
  } else if (heap_.push(entry) > most_in_heap_) [[unlikely]] {
    move_to_ladder();
  }
}

template <class Foresee>
std::optional<DueEvent> EventList::pop_until(Time limit, Foresee const& foresee) {
  for (;;) {
    heap_.close_vacancy();
    if (heap_.is_empty()) [[unlikely]] {
      if (!refill(limit)) return std::nullopt;
      foresee(coming());
    }
    EventEntry const top = heap_.top();
    if (top.time > limit.time_since_epoch().count()) return std::nullopt;
    heap_.take_top();
    if (slots_.is_live(top.word)) {
      DueEvent const due{Time(Duration(top.time)), slots_.event(top.word)};
      slots_.free(top.word);
      return due;
    }
    --stale_;
  }
}

}  // namespace sojourn
