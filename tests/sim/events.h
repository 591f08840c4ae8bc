#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/event.h"
#include "sim/event_owners.h"

/// What the tests of the list of pending events have in common.
namespace sojourn {

inline Time at(Duration since_zero) { return Time(since_zero); }
inline Event token(std::uint64_t value) { return {.kind = 1, .target = 2, .token = value}; }

/// The tokens of all events due by `limit`, in the order in which they come off.
template <class List>
std::vector<std::uint64_t> drain(List& list, Time limit = Time::max()) {
  std::vector<std::uint64_t> tokens;
  while (auto const due = list.pop_until(limit)) tokens.push_back(due->event.token);
  return tokens;
}

using Tokens = std::vector<std::uint64_t>;

/// Whose events are of a kind of their own, with the place as target.
class Owners {
 public:
  static constexpr std::uint16_t kind = 3;

  template <class Schedule>
  Event keep(std::uint32_t place, std::uint64_t number, Schedule const& schedule) {
    if (place >= kept_.size()) kept_.resize(place + 1);
    kept_[place].event = {kind, place, number};
    kept_[place].timer = schedule();
    return kept_[place].event;
  }
  EventId forget(std::uint32_t place) { return std::exchange(kept_[place].timer, {}); }
  void forget(Event const& due) {
    if (due.kind == kind) forget(due.target);
  }
  [[nodiscard]] bool keeps(std::uint32_t place) const {
    return place < kept_.size() && kept_[place].timer;
  }

  [[nodiscard]] EventId timer_of(std::uint32_t place) const { return kept_[place].timer; }
  [[nodiscard]] Event event_of(std::uint32_t place) const { return kept_[place].event; }
  static void prefetch(std::uint32_t) {}

 private:
  struct Kept {
    EventId timer;
    Event event;
  };
  std::vector<Kept> kept_;
};
static_assert(EventOwners<Owners>);

}  // namespace sojourn
