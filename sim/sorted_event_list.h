#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "sim/event.h"
#include "sim/future_event_list.h"

namespace sojourn {

/// The pending events in a sorted map: the naive twin that says what the others must do.
/// Cost: O(log n) each, O(n) to cancel, and an allocation per event.
class SortedEventList {
 public:
  EventId schedule(Time time, Event const& event) {
    ++sequence_;
    pending_.emplace(std::pair(time, sequence_), event);
    return {sequence_};
  }

  bool cancel(EventId id) {
    return std::erase_if(pending_,
                         [id](auto const& each) { return each.first.second == id.value; }) > 0;
  }

  std::optional<DueEvent> pop_until(Time limit) {
    if (pending_.empty() || pending_.begin()->first.first > limit) return std::nullopt;
    auto const first = pending_.extract(pending_.begin());
    return DueEvent{first.key().first, first.mapped()};
  }

  [[nodiscard]] std::size_t size() const { return pending_.size(); }

 private:
  std::map<std::pair<Time, std::uint64_t>, Event> pending_;
  std::uint64_t sequence_ = 0;
};

static_assert(FutureEventList<SortedEventList>);

}  // namespace sojourn
