#include "sim/event_list.h"

#include <algorithm>
#include <vector>

namespace sojourn {

namespace {

/// What never pops but schedules ever earlier would pile up rungs: beyond so many the heap bears
/// it.
constexpr std::size_t deepest_ladder = 24;

}  // namespace

/// At the very time of the horizon some may be in the heap and others, scheduled later, not.
void EventList::add_at_horizon(EventEntry entry) {
  if (entry.key() < horizon_) {
    add_to_heap(entry);
  } else {
    ladder_.add(entry);
  }
}

/// The ladder wants entries of one time in order of scheduling; so they are sorted, which the
/// calls that have filled the heap pay for.
void EventList::move_to_ladder() {
  if (ladder_.depth() == deepest_ladder) return;
  heap_.rebuild([this](std::vector<EventEntry>& entries) {
    std::sort(entries.begin(), entries.end(),
              [](EventEntry const& a, EventEntry const& b) { return a.key() < b.key(); });
    ladder_.spread(entries);
    entries.clear();
  });
  take_from_ladder();
}

/// The heap is empty: takes what is due next from the ladder, unless it is not due at `limit` yet.
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
  heap_.rebuild([this](std::vector<EventEntry>& entries) {
    bool const few = ladder_.size() <= most_in_heap_ / 4;
    horizon_ = few ? ladder_.take_all(entries) : ladder_.take(entries, slots_);
    for (EventEntry const& each : entries) slots_.prefetch(each.word);
  });
}

}  // namespace sojourn
