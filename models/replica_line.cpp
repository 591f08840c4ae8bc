/// Replicas: the line for a slot.
#include <algorithm>

#include "models/replica.h"
#include "models/world.h"

namespace sojourn {

void Replicas::join_line(World& world, Activity& activity) {
  Replica& replica = replicas_[activity.replica];
  bool const first_time =
      activity.state != ActivityState::entering && activity.state != ActivityState::held_back;
  if (first_time && activity.due != never) arm_patience(world, activity);
  std::int64_t const key = replica.line.is_by_key() ? key_in_line(world, activity) : 0;
  if (replica.shedding) {
    std::uint32_t const index = world.activities.index_of(activity);
    if (joined_.size() <= index) joined_.resize(index + 1);
    joined_[index] = world.now();
  }
  activity.state = ActivityState::queued;
  activity.was_queued = true;
  replica.line.join(world.activities, activity, key);
  count_queue(world, replica, 1);
}

/// Takes out who is next, and before it those who are shed: they stand aside until it has its slot.
Activity& Replicas::take_from_line(World& world, Replica& replica) {
  auto const random = [&]() -> RandomStream& { return world.streams[replica.plan->queue_stream]; };
  for (;;) {
    Activity& next = replica.line.take_next(world.activities, random);
    count_queue(world, replica, -1);
    if (!replica.shedding || !is_shed(world, replica, next)) return next;
    next.state = ActivityState::ready;
    replica.shedding->shed.push_back(world.activities, next);
  }
}

}  // namespace sojourn
