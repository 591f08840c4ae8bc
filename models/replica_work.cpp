/// Replicas: work, who interrupts it, the CPU, and pools.
#include <algorithm>

#include "models/replica.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

void Replicas::work(auto& world, Activity& activity, Duration work) {
  std::uint32_t const place = activity.replica;
  Replica& replica = replicas_[place];
  activity.work += static_cast<float>(in_seconds(work));
  begin_work(world, replica, activity, work);
  if (world.has(replica.interrupts)) interrupt_for_waiting(world, place);
}

void Replicas::begin_work(auto& world, Replica& replica, Activity& activity, Duration work) {
  activity.state = ActivityState::working;
  if (world.has(replica.interrupts)) replica.working.push_back(world.activities, activity);
  bool const is_stretched = world.has(replica.slowness != 1.0 && !has_own_processor(replica));
  run_work(world, replica, activity,
           is_stretched ? from_seconds(in_seconds(work) * replica.slowness) : work);
}

/// Lets work proceed: on the processor, or by itself.
void Replicas::run_work(auto& world, Replica const& replica, Activity& activity, Duration length) {
  if (world.has(replica.processor != nowhere)) {
    processors_[replica.processor]->add(world.now(), length, world.activities.index_of(activity));
    reschedule_cpu(world, replica.processor);
    return;
  }
  activity.due = world.now() + length;
  activity.timer = world.sim.schedule_kept(world.activities.index_of(activity), length);
}

/// Stops work that proceeds and says how long it would have gone on.
Duration Replicas::halt_work(World& world, Replica const& replica, Activity& activity) {
  if (replica.processor != nowhere) {
    Duration const left =
        processors_[replica.processor]->remove(world.now(), world.activities.index_of(activity));
    reschedule_cpu(world, replica.processor);
    return left;
  }
  world.cancel_timer(activity);
  return std::max(Duration::zero(), activity.due - world.now());
}

void Replicas::work_done(auto& world, Id id) {
  ensure(world.activities.alive(id), "work is done by somebody");
  Activity& activity = world.activities[id.index];
  activity.timer = {};
  Replica& replica = replicas_[activity.replica];
  if (world.has(replica.interrupts)) replica.working.remove(world.activities, activity);
  world.interpreter.go_on(world, activity);
}

// For the files outside the unit of these.
template void Replicas::begin_work(World&, Replica&, Activity&, Duration);
template void Replicas::run_work(World&, Replica const&, Activity&, Duration);

}  // namespace sojourn
