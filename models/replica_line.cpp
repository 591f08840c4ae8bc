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

/// What a line by length or by deadline goes by.
std::int64_t Replicas::key_in_line(World& world, std::uint32_t index) {
  Activity const& activity = world.activities[index];
  if (replicas_[activity.replica].plan->spec.queue.discipline == Discipline::shortest_first)
    return length_of_work(world, index).count();
  Time const timeout = world.calls_in_progress.deadline_of(world, index);
  return std::min(timeout, activity.due).time_since_epoch().count();
}

/// How long the operation works at first: drawn now if that is what it begins with, else what is
/// expected of it.
Duration Replicas::length_of_work(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  OperationPlan const& operation = world.program->operations[activity.operation];
  if (operation.first_work == nowhere) return Duration::zero();
  PlannedStep const& step = world.program->steps[operation.first_work];
  if (activity.step != operation.first_work) return from_seconds(step.distribution->mean());
  Duration const length = step.distribution->sample_duration(world.streams[step.stream]);
  activity.knows_work = true;
  activity.due = Time(length);
  return length;
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

/// Messages are not shed.
bool Replicas::is_shed(World& world, Replica& replica, std::uint32_t index) const {
  if (world.activities[index].reply_kind == ReplyTo::delivery) return false;
  Duration const wait = world.now() - joined_[index];
  return replica.shedding->delay.sheds(world.now(), wait, replica.line.empty());
}

/// Tells those shed. What their callers do then may bring others here, and shed some of them.
void Replicas::end_shed(World& world, Replica& replica) {
  while (!replica.shedding->shed.empty()) {
    turn_away(world, replica.shedding->shed.pop_front(world.activities), Outcome::dropped);
  }
}

}  // namespace sojourn
