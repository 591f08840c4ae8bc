#include "sim/event_list.h"

namespace sojourn {

/// The line has come to the end of its window: there is room at the other end, or it is too long.
void EventList::add_to_long_line(EventEntry entry) {
  if (line_.size() <= EventLine::most) {
    line_.move_back();
    line_.insert(entry);
    return;
  }
  ladder_.spread(line_.entries());
  take_from_ladder();
  add(entry);
}

/// At the very time of the horizon some may be in the line and others, scheduled later, not.
void EventList::add_at_horizon(EventEntry entry) {
  if (entry.key() < horizon_) {
    add_to_line(entry);
  } else {
    ladder_.add(entry);
  }
}

/// The line is empty: takes what is due next from the ladder, unless it is not due at `limit` yet.
bool EventList::refill(Time limit) {
  if (ladder_.size() == 0 || (horizon_ >> 64) > limit.time_since_epoch().count()) return false;
  take_from_ladder();
  return true;
}

/// Takes off the earliest event in the lanes that is due at `limit` and comes before that entry.
std::optional<DueEvent> EventList::take_from_lanes(Time limit, EventEntry before) {
  while (lanes_.next().key() < before.key()) {
    EventEntry const next = lanes_.next();
    if (next.time > limit.time_since_epoch().count()) break;
    bool const is_live = slots_.is_live(next.word);
    stale_ -= lanes_.take_next(slots_) + (is_live ? 0 : 1);
    if (is_live) return take(next, NoEventOwners{});
  }
  return std::nullopt;
}

void EventList::take_from_ladder() {
  taken_.clear();
  bool const are_few = ladder_.size() <= EventLadder::batch;
  horizon_ = are_few ? ladder_.take_all(taken_) : ladder_.take(taken_, slots_);
  for (EventEntry const& each : taken_) slots_.prefetch(each.word);
  line_.assign(taken_);
}

}  // namespace sojourn
