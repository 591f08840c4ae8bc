/// Replicas: work, who interrupts it, the CPU, and pools.
#include <algorithm>
#include <utility>

#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

void Replicas::work(World& world, std::uint32_t index, Duration work) {
  Activity& activity = world.activities[index];
  std::uint32_t const place = activity.replica;
  Replica& replica = replicas_[place];
  activity.work += static_cast<float>(in_seconds(work));
  begin_work(world, replica, index, work);
  if (replica.interrupts) interrupt_for_waiting(world, place);
}

void Replicas::begin_work(World& world, Replica& replica, std::uint32_t index, Duration work) {
  Activity& activity = world.activities[index];
  activity.state = ActivityState::working;
  if (replica.interrupts) replica.working.push_back(world.activities, index);
  bool const is_stretched = replica.slowness != 1.0 && !has_own_processor(replica);
  run_work(world, replica, index,
           is_stretched ? from_seconds(in_seconds(work) * replica.slowness) : work);
}

/// Lets work proceed: on the processor, or by itself.
void Replicas::run_work(World& world, Replica const& replica, std::uint32_t index,
                        Duration length) {
  if (replica.processor != nowhere) {
    processors_[replica.processor]->add(world.now(), length, index);
    reschedule_cpu(world, replica.processor);
    return;
  }
  Activity& activity = world.activities[index];
  activity.due = world.now() + length;
  activity.timer =
      world.after(length, EventKind::work_done, 0, world.activities.id_of(index).token());
}

/// Stops work that proceeds and says how long it would have gone on.
Duration Replicas::halt_work(World& world, Replica const& replica, std::uint32_t index) {
  Activity& activity = world.activities[index];
  if (replica.processor != nowhere) {
    Duration const left = processors_[replica.processor]->remove(world.now(), index);
    reschedule_cpu(world, replica.processor);
    return left;
  }
  world.sim.cancel(activity.timer);
  activity.timer = {};
  return std::max(Duration::zero(), activity.due - world.now());
}

void Replicas::work_done(World& world, Id id) {
  ensure(world.activities.alive(id), "work is done by somebody");
  Activity& activity = world.activities[id.index];
  activity.timer = {};
  Replica& replica = replicas_[activity.replica];
  if (replica.interrupts) replica.working.remove(world.activities, id.index);
  world.interpreter.go_on(world, id.index);
}

}  // namespace sojourn
