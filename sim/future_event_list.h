#pragma once

#include <concepts>
#include <cstddef>
#include <optional>

#include "sim/event.h"

namespace sojourn {

/// The pending events of a run, in order of (time, order of scheduling).
///
/// - `schedule` adds an event and names it.
/// - `cancel` takes it out if it is still pending; a name whose event has run or was cancelled
///   does nothing. True if it was pending.
/// - `pop_until(limit)` takes the earliest event off if it is due at or before `limit`.
/// - `size` counts pending events, cancelled ones excluded.
template <class List>
concept FutureEventList = std::copyable<List> && std::default_initializable<List> &&
    requires(List list, List const& fixed, Time time, Event event, EventId id) {
  { list.schedule(time, event) } -> std::same_as<EventId>;
  { list.cancel(id) } -> std::same_as<bool>;
  { list.pop_until(time) } -> std::same_as<std::optional<DueEvent>>;
  { fixed.size() } -> std::same_as<std::size_t>;
};

}  // namespace sojourn
