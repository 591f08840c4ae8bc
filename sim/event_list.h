#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "sim/ensure.h"
#include "sim/event.h"
#include "sim/event_entry.h"
#include "sim/event_ladder.h"
#include "sim/event_lanes.h"
#include "sim/event_line.h"
#include "sim/event_owners.h"
#include "sim/event_slots.h"
#include "sim/future_event_list.h"

namespace sojourn {

/// The pending events: a line of those due before a horizon, a ladder of those at or after it, and
/// lanes of those that come in order.
///
/// While few are pending the horizon lies beyond all time and the line is all there is. A line that
/// grows too long moves to the ladder, which hands back what is due first; when the line runs out
/// it takes the next few from there, or all once there are only a few left. The events themselves
/// lie in slots, or are kept by their owners, so that their names hold wherever their entries are.
///
/// Invariants:
/// 1. The times of the line's entries are not after the horizon's, those of the ladder's not before
///    it. Of its very time those in the line were scheduled before those in the ladder.
/// 2. After a cancel at most 64 entries are stale, or as many as events are pending and entries lie
///    in lanes. After an event has come to a lane, the lanes have 2 * size() + 1024 entries at
///    most. What is beyond is swept out.
///
/// Cost: schedule and pop O(1) for random times, and no more than a line of 2 * `EventLine::most`
/// takes; cancel O(1) amortised. In the worst case, whatever the times are, O(log n): see
/// `EventLadder`.
class EventList {
 public:
  /// Memory for one pending event, spare room aside; without its slot for one that is kept.
  static constexpr std::size_t bytes_per_event = sizeof(EventEntry) + EventSlots::bytes_per_event;

  /// Unless more are pending nobody is told of what will be due soon: the caches hold it anyway.
  static constexpr std::size_t fewest_foreseen = 1024;

  EventId schedule(Time time, Event const& event);
  /// The same for an event that is not due before any that came to its lane earlier; for timeouts
  /// of one length, most of which are cancelled. Lanes are numbered from 0.
  EventId schedule_in_lane(std::uint32_t lane, Time time, Event const& event);
  /// The same for an event that the owner at that place keeps: see `EventOwners`. Whoever schedules
  /// such events names their owners with every `cancel` and `pop_until`.
  EventId schedule_kept(std::uint32_t place, Time time);

  bool cancel(EventId id) { return cancel(id, NoEventOwners{}); }
  /// The same; one that is kept is pending, and its owner has just forgotten it.
  template <EventOwners Owners>
  bool cancel(EventId id, Owners const& owners);

  std::optional<DueEvent> pop_until(Time limit) { return pop_until(limit, NoEventOwners{}); }
  template <EventOwners Owners>
  std::optional<DueEvent> pop_until(Time limit, Owners const& owners) {
    return pop_until(limit, owners, Nobody{});
  }
  /// The same; where many are pending `foresee` hears of the events that have come from the ladder,
  /// which will be due soon if nobody cancels them.
  template <EventOwners Owners, class Foresee>
  std::optional<DueEvent> pop_until(Time limit, Owners const& owners, Foresee const& foresee);

  [[nodiscard]] std::size_t size() const {
    return line_.size() + ladder_.size() + lanes_.size() - stale_;
  }

  /// Bytes that entries and slots take now beyond the line's: the ladder's and the slots as many as
  /// were ever there at once, the lanes' up to twice as many.
  [[nodiscard]] std::size_t bytes() const {
    return ladder_.bytes() + lanes_.bytes() + slots_.bytes();
  }

  [[nodiscard]] EventLadder const& ladder() const { return ladder_; }

 private:
  struct Nobody {};  // who foresees nothing

  EventId add(EventEntry entry);
  void add_to_line(EventEntry entry);
  void add_to_long_line(EventEntry entry);
  void add_at_horizon(EventEntry entry);
  bool refill(Time limit);
  void take_from_ladder();
  template <EventOwners Owners>
  std::span<DueEvent const> coming(Owners const& owners);
  std::optional<DueEvent> take_from_lanes(Time limit, EventEntry before);
  template <EventOwners Owners>
  [[nodiscard]] bool is_live(std::uint64_t word, Owners const& owners) const;
  template <EventOwners Owners>
  DueEvent due(EventEntry entry, Owners const& owners) const;
  template <EventOwners Owners>
  DueEvent take(EventEntry entry, Owners const& owners);
  template <EventOwners Owners>
  void sweep(Owners const& owners);

  EventSlots slots_;
  EventKey horizon_ = last_key;
  std::size_t stale_ = 0;  // in line, ladder and lanes
  EventLine line_;
  EventLadder ladder_;
  EventLanes lanes_;
  std::vector<EventEntry> taken_;  // from the ladder, of late
  std::vector<DueEvent> coming_;
};

static_assert(FutureEventList<EventList>);

inline EventId EventList::schedule(Time time, Event const& event) {
  return add({time.time_since_epoch().count(), slots_.take(event)});
}

inline EventId EventList::add(EventEntry entry) {
  if (entry.time < static_cast<std::int64_t>(horizon_ >> 64)) [[likely]] {
    add_to_line(entry);
  } else {
    add_at_horizon(entry);
  }
  return {entry.word};
}

inline EventId EventList::schedule_in_lane(std::uint32_t lane, Time time, Event const& event) {
  EventEntry const entry{time.time_since_epoch().count(), slots_.take(event)};
  stale_ -= lanes_.add(lane, entry, slots_);
  if (lanes_.size() > 2 * size() + 1024) [[unlikely]]
    stale_ -= lanes_.sweep(slots_);
  return {entry.word};
}

inline void EventList::add_to_line(EventEntry entry) {
  if (line_.is_at_end()) [[unlikely]]
    return add_to_long_line(entry);
  line_.insert(entry);
}

inline EventId EventList::schedule_kept(std::uint32_t place, Time time) {
  return add({time.time_since_epoch().count(), slots_.take_kept(place)});
}

template <EventOwners Owners>
bool EventList::cancel(EventId id, Owners const& owners) {
  if (EventSlots::is_kept(id.value)) {
    bool const is_forgotten = owners.timer_of(EventSlots::owner_of(id.value)) != id;
    ensure(is_forgotten, "an event is forgotten by its owner before it is cancelled");
  } else {
    if (!id || !slots_.holds(id.value)) return false;
    slots_.free(id.value);
  }
  ++stale_;
  if (stale_ > 64 && stale_ > size() + lanes_.size()) sweep(owners);
  return true;
}

template <EventOwners Owners, class Foresee>
std::optional<DueEvent> EventList::pop_until(Time limit, Owners const& owners,
                                             Foresee const& foresee) {
  for (;;) {
    if (line_.is_empty()) [[unlikely]] {
      if (!refill(limit)) return take_from_lanes(limit, last_entry);
      if constexpr (!std::is_same_v<Foresee, Nobody>) {
        if (ladder_.size() > fewest_foreseen) foresee(coming(owners));
      }
    }
    EventEntry const first = line_.front();
    if (lanes_.next().time <= first.time) [[unlikely]] {
      if (auto const due = take_from_lanes(limit, first)) return due;
    }
    if (first.time > limit.time_since_epoch().count()) return std::nullopt;
    line_.take_front();
    if (is_live(first.word, owners)) return take(first, owners);
    --stale_;
  }
}

template <EventOwners Owners>
bool EventList::is_live(std::uint64_t word, Owners const& owners) const {
  return EventSlots::is_kept(word) ? owners.timer_of(EventSlots::owner_of(word)).value == word
                                   : slots_.is_live(word);
}

/// Of a live entry.
template <EventOwners Owners>
DueEvent EventList::due(EventEntry entry, Owners const& owners) const {
  bool const is_kept = EventSlots::is_kept(entry.word);
  return {Time(Duration(entry.time)),
          is_kept ? owners.event_of(EventSlots::owner_of(entry.word)) : slots_.event(entry.word)};
}

/// Takes the event of a live entry, which has been taken off.
template <EventOwners Owners>
DueEvent EventList::take(EventEntry entry, Owners const& owners) {
  DueEvent const taken = due(entry, owners);
  if (!EventSlots::is_kept(entry.word)) slots_.free(entry.word);
  return taken;
}

/// Those in the line that nobody has cancelled.
template <EventOwners Owners>
std::span<DueEvent const> EventList::coming(Owners const& owners) {
  for (EventEntry const& each : line_.entries()) {
    if (EventSlots::is_kept(each.word)) owners.prefetch(EventSlots::owner_of(each.word));
  }
  coming_.clear();
  for (EventEntry const& each : line_.entries()) {
    if (is_live(each.word, owners)) coming_.push_back(due(each, owners));
  }
  return coming_;
}

/// Drops the stale entries. O(n), and at least n/2 cancels have gone before.
template <EventOwners Owners>
void EventList::sweep(Owners const& owners) {
  auto const is_stale = [&](EventEntry const& entry) { return !is_live(entry.word, owners); };
  line_.sweep(is_stale);
  ladder_.sweep(is_stale);
  lanes_.sweep(slots_);
  stale_ = 0;
}

}  // namespace sojourn
