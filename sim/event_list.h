#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "sim/event.h"
#include "sim/event_entry.h"
#include "sim/event_heap.h"
#include "sim/event_ladder.h"
#include "sim/event_lanes.h"
#include "sim/event_slots.h"
#include "sim/future_event_list.h"

namespace sojourn {

/// The pending events: a heap of those due before a horizon, a ladder of those at or after it, and
/// lanes of those that come in order.
///
/// While few are pending the horizon lies beyond all time and the heap is all there is. A heap that
/// outgrows its bound moves to the ladder, which hands back what is due first; when the heap runs
/// out it takes the next few from there, or all once a quarter of the bound is left. The events
/// themselves lie in slots, so that their names hold wherever their entries are.
///
/// Invariants:
/// 1. The keys of the heap's entries are below the horizon, those of the ladder's not.
/// 2. After a cancel at most 64 entries are stale, or as many as events are pending and entries lie
///    in lanes. After an event has come to a lane, the lanes have 2 * size() + 1024 entries at
///    most. What is beyond is swept out.
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
  /// The same for an event that is not due before any that came to its lane earlier; for timeouts
  /// of one length, most of which are cancelled. Lanes are numbered from 0.
  EventId schedule_in_lane(std::uint32_t lane, Time time, Event const& event);
  bool cancel(EventId id);
  std::optional<DueEvent> pop_until(Time limit) { return pop_until(limit, Nobody{}); }
  /// The same; whenever the heap has run out, `foresee` hears of the events that it has taken from
  /// the ladder, which will be due soon if nobody cancels them.
  template <class Foresee>
  std::optional<DueEvent> pop_until(Time limit, Foresee const& foresee);

  [[nodiscard]] std::size_t size() const {
    return heap_.size() + ladder_.size() + lanes_.size() - stale_;
  }

  /// Bytes that entries and slots take now: without lanes the heap's entries at most 2 * size() +
  /// 66, the ladder's and the slots as many as were ever there at once, the lanes' up to twice as
  /// many.
  [[nodiscard]] std::size_t bytes() const {
    return heap_.bytes() + ladder_.bytes() + lanes_.bytes() + slots_.bytes();
  }

  [[nodiscard]] EventLadder const& ladder() const { return ladder_; }

 private:
  struct Nobody {};  // who foresees nothing

  void add_to_heap(EventEntry entry);
  void add_at_horizon(EventEntry entry);
  void move_to_ladder();
  bool refill(Time limit);
  void take_from_ladder();
  std::span<DueEvent const> coming();
  std::optional<DueEvent> take_from_lanes(Time limit, EventEntry before);
  DueEvent due(EventEntry entry) const;
  DueEvent take(EventEntry entry);
  void sweep();

  EventSlots slots_;
  EventHeap heap_;
  EventKey horizon_ = last_key;
  std::size_t most_in_heap_;
  std::size_t stale_ = 0;  // in heap, ladder and lanes
  EventLadder ladder_;
  EventLanes lanes_;
  std::vector<DueEvent> coming_;
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

inline EventId EventList::schedule_in_lane(std::uint32_t lane, Time time, Event const& event) {
  EventEntry const entry{time.time_since_epoch().count(), slots_.take(event)};
  stale_ -= lanes_.add(lane, entry, slots_);
  if (lanes_.size() > 2 * size() + 1024) [[unlikely]]
    sweep();
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
      if (!refill(limit)) return take_from_lanes(limit, last_entry);
      if constexpr (!std::is_same_v<Foresee, Nobody>) foresee(coming());
    }
    EventEntry const top = heap_.top();
    if (lanes_.next().time <= top.time) [[unlikely]] {
      if (auto const due = take_from_lanes(limit, top)) return due;
    }
    if (top.time > limit.time_since_epoch().count()) return std::nullopt;
    heap_.take_top();
    if (slots_.is_live(top.word)) return take(top);
    --stale_;
  }
}

/// Of a live entry.
inline DueEvent EventList::due(EventEntry entry) const {
  return {Time(Duration(entry.time)), slots_.event(entry.word)};
}

/// Takes the event of a live entry, which has been taken off.
inline DueEvent EventList::take(EventEntry entry) {
  DueEvent const taken = due(entry);
  slots_.free(entry.word);
  return taken;
}

}  // namespace sojourn
