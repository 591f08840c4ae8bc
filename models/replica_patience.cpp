/// Replicas: who stands where in line, and who leaves it unserved.
#include <algorithm>

#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"

namespace sojourn {

/// What a line by length or by deadline goes by.
std::int64_t Replicas::key_in_line(World& world, Activity& activity) {
  if (replicas_[activity.replica].plan->spec.queue.discipline == Discipline::shortest_first)
    return length_of_work(world, activity).count();
  Time const timeout = world.calls_in_progress.deadline_of(world, activity);
  return std::min(timeout, activity.due).time_since_epoch().count();
}

/// How long the operation works at first: drawn now if that is what it begins with, else what is
/// expected of it.
Duration Replicas::length_of_work(World& world, Activity& activity) {
  OperationPlan const& operation = world.program->operations[world.operation_of(activity)];
  if (operation.first_work == nowhere) return Duration::zero();
  PlannedStep const& step = world.program->steps[operation.first_work];
  if (activity.step != operation.first_work) return from_seconds(step.distribution->mean());
  Duration const length = world.streams[step.stream].take(*step.distribution);
  activity.knows_work = true;
  activity.due = Time(length);
  return length;
}

/// Messages are not shed.
bool Replicas::is_shed(World& world, Replica& replica, Activity const& activity) const {
  if (activity.reply_kind == ReplyTo::delivery) return false;
  Duration const wait = world.now() - joined_[world.activities.index_of(activity)];
  return replica.shedding->delay.sheds(world.now(), wait, replica.line.empty());
}

/// Tells those shed. What their callers do then may bring others here, and shed some of them.
void Replicas::end_shed(World& world, Replica& replica) {
  while (!replica.shedding->shed.empty()) {
    turn_away(world, replica.shedding->shed.pop_front(world.activities), Outcome::dropped);
  }
}

/// When the sender will leave the line. Drawn for each, so that it moves no other draw whether it
/// has to wait or not.
Time Replicas::draw_patience(World& world, CallSite const& site) {
  return world.now() + site.patience->sample_duration(world.streams[site.patience_stream]);
}

void Replicas::arm_patience(World& world, Activity& activity) {
  activity.timer =
      world.at(activity.due, EventKind::patience_over, 0, world.activities.id_of(activity).token());
}

void Replicas::patience_over(World& world, Id id) {
  Activity* const activity = world.activities.find(id);
  if (!activity) return;
  activity->timer = {};
  turn_away(world, *activity, Outcome::abandoned);
}

/// The request leaves the line before it was served.
void Replicas::turn_away(World& world, Activity& activity, Outcome outcome) {
  ServiceMeasures& measures = world.measures.services[replicas_[activity.replica].service];
  bool const is_refused = outcome == Outcome::dropped || outcome == Outcome::rejected;
  if (is_refused) ++measures.rejected;
  world.interpreter.finish(world, activity, outcome);
}

/// Counts a request that does not come in, and says what its sender hears.
Replicas::Admission Replicas::turn_down(World& world, std::uint32_t service, Entry entry) {
  ServiceMeasures& measures = world.measures.services[service];
  ++measures.arrivals;
  if (entry == Entry::refused) ++measures.rejected;
  if (is_counted(world.now())) ++measures.cohort_failed;
  if (entry == Entry::unheard) return {};
  return {nullptr, entry == Entry::refused ? Outcome::rejected : Outcome::error};
}

/// Callers know of no replica that serves.
Replicas::Admission Replicas::meet_nobody(World& world, std::uint32_t service) const {
  ServicePlan const& plan = world.program->services[service];
  auto const first = replicas_.begin() + plan.first_replica;
  bool const is_silent = std::any_of(first, first + plan.replicas, [](Replica const& candidate) {
    return candidate.silent_crashes > 0;
  });
  return turn_down(world, service, is_silent ? Entry::unheard : Entry::nobody);
}

/// Makes room in a full line, if somebody can be made to leave it. Whose caller has others waiting
/// for its limit sends one of them into the place at once.
bool Replicas::push_out_oldest(World& world, Replica& replica) {
  while (static_cast<Limit>(replica.line.size()) >= replica.plan->spec.queue.capacity) {
    std::uint32_t const oldest = replica.line.oldest(world.activities);
    if (oldest == nowhere) return false;
    turn_away(world, world.activities[oldest], Outcome::dropped);
  }
  return true;
}

void Replicas::wait_outside(World& world, Activity& activity) {
  bool const first_time = activity.state != ActivityState::held_back;
  activity.state = ActivityState::entering;
  if (world.traces.are_on()) world.traces.note(world, activity, "blocked");
  replicas_[activity.replica].entering.push_back(world.activities, activity);
  if (first_time && activity.due != never) arm_patience(world, activity);
}

/// Lets blocked senders in while there is room.
void Replicas::admit_entering(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  Limit const capacity = replica.plan->spec.queue.capacity;
  while (replica.up && !replica.entering.empty()) {
    bool const serves =
        has_free_slot(world, replica) && replica.line.empty() && replica.resuming.empty();
    if (!serves && static_cast<Limit>(replica.line.size()) >= capacity) return;
    Activity& next = replica.entering.pop_front(world.activities);
    std::uint32_t const forwarder = next.awaits;
    next.awaits = nowhere;
    next.was_queued = true;
    serves ? start(world, next) : join_line(world, next);
    if (replica.interrupts) interrupt_for_waiting(world, index);
    if (forwarder != nowhere) end_forward(world, world.activities[forwarder], Outcome::success);
  }
}

}  // namespace sojourn
