#pragma once

#include <cstdint>

#include "sim/time.h"

namespace sojourn {

/// What will happen, as plain data: which kind of thing, to which target, about which record.
/// The kernel gives no meaning to any of the three; the model does.
struct Event {
  std::uint16_t kind = 0;
  std::uint32_t target = 0;
  std::uint64_t token = 0;

  friend bool operator==(Event const&, Event const&) = default;
};

/// An event that has come due.
struct DueEvent {
  Time time;
  Event event;
};

/// Names one scheduled event, for cancelling it. A default one names none. Names are not used again
/// within a run, so a stale one cancels nothing; of an event that is kept there is no stale one,
/// see `EventOwners`.
struct EventId {
  std::uint64_t value = 0;

  [[nodiscard]] explicit operator bool() const { return value != 0; }
  friend bool operator==(EventId, EventId) = default;
};

}  // namespace sojourn
