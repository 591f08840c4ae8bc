/// Replicas: the line for a slot.
#include <algorithm>

#include "models/replica.h"
#include "models/world.h"

namespace sojourn {

void Replicas::join_line(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  bool const first_time =
      activity.state != ActivityState::entering && activity.state != ActivityState::held_back;
  if (first_time && activity.due != never) arm_patience(world, index);
  std::int64_t const key = replica.line.is_by_key() ? key_in_line(world, index) : 0;
  if (replica.shedding) {
    if (joined_.size() <= index) joined_.resize(index + 1);
    joined_[index] = world.now();
  }
  activity.state = ActivityState::queued;
  activity.was_queued = true;
  replica.line.join(world.activities, index, key);
  count_queue(world, replica, 1);
}

/// Takes out who is next, and before it those who are shed: they stand aside until it has its slot.
std::uint32_t Replicas::take_from_line(World& world, Replica& replica) {
  RandomStream& random = world.streams[replica.plan->queue_stream];
  for (;;) {
    std::uint32_t const next = replica.line.take_next(world.activities, random);
    count_queue(world, replica, -1);
    if (!replica.shedding || !is_shed(world, replica, next)) return next;
    world.activities[next].state = ActivityState::ready;
    replica.shedding->shed.push_back(world.activities, next);
  }
}

}  // namespace sojourn
