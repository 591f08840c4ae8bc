#pragma once

#include <concepts>
#include <cstdint>

#include "sim/ensure.h"
#include "sim/event.h"

namespace sojourn {

/// Who keeps the names of their events themselves, one each at most, and can say what the event is:
/// then the list of pending events need not remember it. Such an event is pending as long as its
/// owner keeps the name: he forgets it when the event has come off, and before it is cancelled.
///
/// - `timer_of(place)` is the name that the owner at that place keeps; a default one if none.
/// - `event_of(place)` is the event, while there is one.
/// - `prefetch(place)` has what the two will look at fetched into the cache.
template <class Owners>
concept EventOwners = requires(Owners const& owners, std::uint32_t place) {
  { owners.timer_of(place) } -> std::same_as<EventId>;
  { owners.event_of(place) } -> std::same_as<Event>;
  owners.prefetch(place);
};

/// Where all events are remembered by the list.
struct NoEventOwners {
  static EventId timer_of(std::uint32_t) { return none(); }
  static Event event_of(std::uint32_t) {
    none();
    return {};
  }
  static void prefetch(std::uint32_t) { none(); }

 private:
  static EventId none() {
    ensure(false, "whoever has scheduled an event that is kept names its owners");
    return {};
  }
};
static_assert(EventOwners<NoEventOwners>);

}  // namespace sojourn
