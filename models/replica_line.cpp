/// Replicas: the line for a slot.
#include "models/replica.h"
#include "models/world.h"

namespace sojourn {

void Replicas::join_line(auto& world, Activity& activity) {
  Replica& replica = replicas_[activity.replica];
  bool const first_time =
      activity.state != ActivityState::entering && activity.state != ActivityState::held_back;
  if (world.has(first_time && activity.due != never)) arm_patience(world, activity);
  if (world.has(replica.shedding)) {
    std::uint32_t const index = world.activities.index_of(activity);
    if (joined_.size() <= index) joined_.resize(index + 1);
    joined_[index] = world.now();
  }
  if (world.has(!replica.line.is_fifo())) {
    bool const is_by_key = replica.line.is_by_key();
    replica.line.join(world.activities, activity, is_by_key ? key_in_line(world, activity) : 0);
  } else {
    replica.line.join_at_end(world.activities, activity);
  }
  activity.state = ActivityState::queued;
  activity.was_queued = true;
  if (world.has(world.traces.are_on())) world.traces.note(world, activity, "queued");
  count_queue(world, replica, 1);
}

/// Takes out who is next, and before it those who are shed: they stand aside until it has its slot.
Activity& Replicas::take_from_line(auto& world, Replica& replica) {
  for (;;) {
    Activity& next =
        world.has(!replica.line.is_fifo())
            ? replica.line.take_next(world.activities, world.streams[replica.plan->queue_stream])
            : replica.line.take_first(world.activities);
    count_queue(world, replica, -1);
    if (!world.has(replica.shedding) || !is_shed(world, replica, next)) return next;
    next.state = ActivityState::ready;
    replica.shedding->shed.push_back(world.activities, next);
  }
}

// For the files outside the unit of these.
template void Replicas::join_line(World&, Activity&);
template Activity& Replicas::take_from_line(World&, Replica&);

}  // namespace sojourn
