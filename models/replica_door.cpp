/// Replicas: the limit on whom they let in.
#include <algorithm>

#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"

namespace sojourn {

/// A new door, with a full bucket or the first limit.
void Replicas::open_door(Replica& replica) {
  replica.door.emplace();
  if (auto const* rate = std::get_if<RateLimit>(&replica.plan->spec.limit->limit)) {
    Duration const interval = std::max(Duration(1), from_seconds(1.0 / rate->rate));
    replica.door->bucket.emplace(interval, rate->burst);
  } else if (auto const* adaptive = std::get_if<AdaptiveLimit>(&replica.plan->spec.limit->limit)) {
    replica.door->adaptive.emplace(*adaptive);
  }
}

/// The process is gone, and with it what it knew about its load.
void Replicas::forget_load(World& world, Replica& replica) {
  if (auto const& codel = replica.plan->spec.queue.codel) {
    replica.shedding->delay = ControlledDelay(*codel);
  }
  if (!replica.door) return;
  auto const limit_of = [&] {
    return replica.door->adaptive ? static_cast<double>(replica.door->adaptive->limit()) : 0.0;
  };
  double const before = limit_of();
  open_door(replica);
  world.measures.services[replica.service].limit.add(world.now(), limit_of() - before);
}

/// Whether the next request may come in; takes its token.
bool Replicas::may_pass(Replica& replica, Time now) {
  Door& door = *replica.door;
  if (door.bucket) return door.bucket->take(now);
  auto const inside = static_cast<std::int64_t>(replica.present - door.held_back.size);
  if (door.adaptive) return inside < door.adaptive->limit();
  return inside < std::get<ConcurrencyLimit>(replica.plan->spec.limit->limit).most;
}

void Replicas::note_entry(World const& world, Door const& door, Activity const& activity,
                          Time time) {
  if (!door.adaptive) return;
  std::uint32_t const index = world.activities.index_of(activity);
  if (entered_.size() <= index) entered_.resize(index + 1, never);
  entered_[index] = time;
}

/// Tells an adaptive limit how one that it has let in fared. Errors and cancelled requests say
/// nothing.
void Replicas::note_end(World& world, Activity const& activity, Outcome outcome) {
  Replica& replica = replicas_[activity.replica];
  auto& adaptive = replica.door->adaptive;
  if (!adaptive || !activity.uses_slot) return;
  Time const entered = entered_[world.activities.index_of(activity)];
  if (entered == never) return;
  std::int64_t const before = adaptive->limit();
  if (outcome == Outcome::success) {
    auto const inside = static_cast<std::int64_t>(replica.present - replica.door->held_back.size);
    adaptive->record(world.now() - entered, inside + 1);
  } else if (outcome == Outcome::timeout || outcome == Outcome::dropped ||
             outcome == Outcome::rejected) {
    adaptive->record_drop();
  }
  std::int64_t const change = adaptive->limit() - before;
  if (change == 0) return;
  world.measures.services[replica.service].limit.add(world.now(), static_cast<double>(change));
}

void Replicas::hold_back(World& world, Activity& activity) {
  Replica& replica = replicas_[activity.replica];
  activity.state = ActivityState::held_back;
  activity.was_queued = true;
  if (world.traces.are_on()) world.traces.note(world, activity, "held back");
  note_entry(world, *replica.door, activity, never);
  replica.door->held_back.push_back(world.activities, activity);
  count_queue(world, replica, 1);
  if (activity.due != never) arm_patience(world, activity);
  schedule_door(world, activity.replica);
}

void Replicas::limit_due(World& world, std::uint32_t index) {
  replicas_[index].door->due = {};
  let_in(world, index);
}

/// Lets in those held back, as many as may pass now. One who finds the queue full is turned away,
/// and its end comes back here.
void Replicas::let_in(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  Door& door = *replica.door;
  if (door.opening || !replica.up) return;
  door.opening = true;
  while (!door.held_back.empty() && may_pass(replica, world.now())) {
    Activity& next = door.held_back.pop_front(world.activities);
    count_queue(world, replica, -1);
    note_entry(world, door, next, world.now());
    Entry const entry = make_room(world, replica, world.activities.priority_of(next), false);
    if (entry != Entry::refused) {
      enter(world, next, entry);
    } else {
      next.state = ActivityState::ready;
      turn_away(world, next, Outcome::rejected);
    }
  }
  door.opening = false;
  schedule_door(world, index);
}

/// At the time of the next token, as long as somebody waits for it.
void Replicas::schedule_door(World& world, std::uint32_t index) {
  Door& door = *replicas_[index].door;
  if (!door.bucket || door.due || door.held_back.empty()) return;
  Time const due = door.bucket->next_token(world.now());
  door.due = world.at(due, EventKind::limit_due, index, 0);
}

}  // namespace sojourn
