/// Replicas: the limit on whom they let in.
#include <algorithm>

#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"

namespace sojourn {

/// A new door, with a full bucket.
void Replicas::open_door(Replica& replica) {
  replica.door.emplace();
  if (auto const* rate = std::get_if<RateLimit>(&replica.plan->spec.limit->limit)) {
    Duration const interval = std::max(Duration(1), from_seconds(1.0 / rate->rate));
    replica.door->bucket.emplace(interval, rate->burst);
  }
}

/// Whether the next request may come in; takes its token.
bool Replicas::may_pass(Replica& replica, Time now) {
  Door& door = *replica.door;
  if (door.bucket) return door.bucket->take(now);
  auto const& limit = std::get<ConcurrencyLimit>(replica.plan->spec.limit->limit);
  return static_cast<std::int64_t>(replica.present - door.held_back.size) < limit.most;
}

void Replicas::hold_back(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  activity.state = ActivityState::held_back;
  activity.was_queued = true;
  replica.door->held_back.push_back(world.activities, index);
  count_queue(world, replica, 1);
  if (activity.due != never) arm_patience(world, index);
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
    std::uint32_t const next = door.held_back.pop_front(world.activities);
    count_queue(world, replica, -1);
    Entry const entry = make_room(world, replica, world.activities[next].priority, false);
    if (entry != Entry::refused) {
      enter(world, next, entry);
    } else {
      ++world.measures.services[replica.service].rejected;
      world.activities[next].state = ActivityState::ready;
      world.interpreter.finish(world, next, Outcome::rejected);
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
