/// Replicas: who gets the slots that are free.
#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

void Replicas::give_slot_back(auto& world, Activity& activity) {
  activity.holds_slot = false;
  pass_slot_on(world, replicas_[activity.replica], activity.replica);
}

/// Gives the slot that nobody holds any more to who is next, if there is somebody.
void Replicas::pass_slot_on(auto& world, Replica& replica, std::uint32_t place) {
  if (serves(world, replica) && !replica.line.empty() && replica.resuming.empty()) {
    // The slot goes from one to the next, and no fewer are busy in between.
    serve(world, replica, take_from_line(world, replica));
    if (world.has(replica.shedding)) end_shed(world, replica);
    if (world.has(!replica.entering.empty())) admit_entering(world, place);
  } else {
    hold_busy(world, replica, -1);
    fill(world, place);
  }
}

void Replicas::ask_for_slot(auto& world, Activity& activity) {
  Replica& replica = replicas_[activity.replica];
  if (has_free_slot(world, replica) && replica.resuming.empty()) {
    take_slot(world, activity);
  } else if (auto const victim = victim_of(
                 world, replica, {world.activities.priority_of(activity), activity.arrived})) {
    interrupt(world, *victim);
    hold_busy(world, replica, -1);
    take_slot(world, activity);
  } else {
    activity.state = ActivityState::resuming;
    replica.resuming.push_back(world.activities, activity);
  }
}

/// Gives free slots to who is next: those that go on, those in line, those outside.
void Replicas::fill(auto& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  while (has_free_slot(world, replica) && !(replica.resuming.empty() && replica.line.empty())) {
    if (!replica.resuming.empty()) {
      take_slot(world, replica.resuming.pop_front(world.activities));
    } else {
      start(world, take_from_line(world, replica));
      if (world.has(replica.shedding)) end_shed(world, replica);
    }
  }
  if (world.has(!replica.entering.empty())) admit_entering(world, index);
}

void Replicas::take_slot(auto& world, Activity& activity) {
  hold_busy(world, replicas_[activity.replica], 1);
  activity.holds_slot = true;
  world.interpreter.resume(activity);
}

void Replicas::hold_busy(World& world, Replica& replica, int change) {
  replica.busy += change;
  ensure(replica.busy >= 0 && replica.busy <= replica.slots, "slots held are slots there are");
  world.measures.services[replica.service].busy.add(world.now(), change);
}

void Replicas::count_queue(World& world, Replica const& replica, int change) {
  world.measures.services[replica.service].queue.add(world.now(), change);
}

// For the files outside the unit of these.
template void Replicas::fill(World&, std::uint32_t);
template void Replicas::take_slot(World&, Activity&);

}  // namespace sojourn
