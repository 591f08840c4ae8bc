/// Replicas: who interrupts whose work.
#include "models/replica.h"
#include "models/world.h"

namespace sojourn {

/// Whether a request that works may be interrupted. Not the parts of one that waits for them, and
/// not who holds one of a pool: whoever took its slot could wait for that pool in it for ever.
bool Replicas::gives_way(World const& world, Activity const& activity) {
  for (std::uint32_t frame = world.activities.frame_of(activity); frame != nowhere;
       frame = world.frames[frame].below) {
    if (world.frames[frame].pool != nowhere) return false;
  }
  return activity.holds_slot;
}

/// Whose work gives way to somebody of that rank: by priority the last to begin of the least
/// urgent, else the first to arrive. Nobody is interrupted by his like, nor who does not work.
Activity* Replicas::find_victim(World& world, Replica const& replica, Rank const& rank) {
  if (replica.pauses > 0 || !replica.up) return nullptr;
  bool const by_priority = replica.plan->spec.queue.discipline == Discipline::preemptive_priority;
  auto const priority = [&](Activity const& activity) {
    return world.activities.priority_of(activity);
  };
  Activity* found = nullptr;
  for (std::uint32_t i = replica.working.tail; i != nowhere; i = world.activities[i].previous) {
    Activity& candidate = world.activities[i];
    if (!gives_way(world, candidate)) continue;
    bool const lower =
        by_priority ? priority(candidate) < rank.priority : candidate.arrived < rank.arrived;
    if (!lower) continue;
    bool const lowest = !found || (by_priority ? priority(candidate) < priority(*found)
                                               : candidate.arrived < found->arrived);
    if (lowest) found = &candidate;
  }
  return found;
}

/// The request goes back in line with the work that it has left, and leaves its slot to another.
void Replicas::interrupt(World& world, Activity& activity) {
  Replica& replica = replicas_[activity.replica];
  activity.due = Time(take_work_out(world, replica, activity));
  activity.holds_slot = false;
  activity.state = ActivityState::interrupted;
  if (world.traces.are_on()) world.traces.note(world, activity, "interrupted");
  replica.line.rejoin(world.activities, activity);
  count_queue(world, replica, 1);
}

/// The request has a slot again.
void Replicas::go_on_working(World& world, Activity& activity) {
  activity.holds_slot = true;
  if (world.traces.are_on()) world.traces.note(world, activity, "resumed");
  begin_work(world, replicas_[activity.replica], activity, activity.due.time_since_epoch());
}

/// Those who wait interrupt who works and is below them, as they did not if it could not be
/// interrupted when they came.
void Replicas::interrupt_for_waiting(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  while (interrupt_for_resuming(world, replica) || interrupt_for_line(world, replica)) {
  }
}

bool Replicas::interrupt_for_resuming(World& world, Replica& replica) {
  for (std::uint32_t i = replica.resuming.head; i != nowhere; i = world.activities[i].next) {
    Activity& waiting = world.activities[i];
    auto const victim =
        victim_of(world, replica, {world.activities.priority_of(waiting), waiting.arrived});
    if (!victim) continue;
    replica.resuming.remove(world.activities, waiting);
    interrupt(world, *victim);
    hold_busy(world, replica, -1);
    take_slot(world, waiting);
    return true;
  }
  return false;
}

bool Replicas::interrupt_for_line(World& world, Replica& replica) {
  if (replica.line.empty()) return false;
  Activity const& first = world.activities[replica.line.next()];
  auto const victim =
      victim_of(world, replica, {world.activities.priority_of(first), first.arrived});
  if (!victim) return false;
  Activity& next = take_from_line(world, replica);
  interrupt(world, *victim);
  serve(world, replica, next);
  return true;
}

/// Stops the work in progress and says how much of it is left.
Duration Replicas::take_work_out(World& world, Replica& replica, Activity& activity) {
  if (replica.interrupts) replica.working.remove(world.activities, activity);
  bool const is_stopped = replica.pauses > 0 && !has_own_processor(replica);
  Duration const left =
      is_stopped ? activity.due.time_since_epoch() : halt_work(world, replica, activity);
  bool const is_stretched = replica.slowness != 1.0 && !has_own_processor(replica);
  return is_stretched ? from_seconds(in_seconds(left) / replica.slowness) : left;
}

}  // namespace sojourn
