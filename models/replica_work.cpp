/// Replicas: work on the CPU, and pools.
#include <algorithm>
#include <utility>

#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

void Replicas::work(World& world, std::uint32_t index, Duration work) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  activity.state = ActivityState::working;
  activity.work += static_cast<float>(in_seconds(work));
  if (replica.cpu) {
    replica.cpu->add(world.now(), work, index);
    reschedule_cpu(world, activity.replica);
    return;
  }
  Duration const length =
      replica.slowness == 1.0 ? work : from_seconds(in_seconds(work) * replica.slowness);
  activity.due = world.now() + length;
  activity.timer =
      world.after(length, EventKind::work_done, 0, world.activities.id_of(index).token());
}

void Replicas::work_done(World& world, Id id) {
  ensure(world.activities.alive(id), "work is done by somebody");
  world.activities[id.index].timer = {};
  world.interpreter.go_on(world, id.index);
}

void Replicas::cpu_done(World& world, std::uint32_t index) {
  replicas_[index].cpu_event = {};
  std::uint32_t const activity = replicas_[index].cpu->complete(world.now());
  reschedule_cpu(world, index);
  world.interpreter.go_on(world, activity);
}

void Replicas::reschedule_cpu(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  world.sim.cancel(replica.cpu_event);
  replica.cpu_event = {};
  if (auto const next = replica.cpu->next_completion()) {
    Duration const delay = std::max(Duration::zero(), *next - world.now());
    replica.cpu_event = world.after(delay, EventKind::cpu_done, index, 0);
  }
  double const busy = replica.cpu->busy();
  if (busy != replica.cpu_busy) {
    world.measures.services[replica.service].cpu.add(world.now(), busy - replica.cpu_busy);
    replica.cpu_busy = busy;
  }
}

bool Replicas::acquire(World& world, std::uint32_t index, std::uint32_t pool) {
  Replica& replica = replicas_[world.activities[index].replica];
  ServiceMeasures& measures = world.measures.services[replica.service];
  PoolState& state = replica.pools[pool];
  if (state.free == 0) {
    world.activities[index].state = ActivityState::pool_waiting;
    state.waiting.push_back(world.activities, index);
    measures.pool_queue[pool].add(world.now(), 1.0);
    return false;
  }
  --state.free;
  measures.pool_used[pool].add(world.now(), 1.0);
  world.interpreter.push_pool(world, index, pool);
  return true;
}

void Replicas::release(World& world, std::uint32_t index, std::uint32_t pool) {
  Replica& replica = replicas_[index];
  ServiceMeasures& measures = world.measures.services[replica.service];
  PoolState& state = replica.pools[pool];
  if (state.waiting.empty()) {
    ++state.free;
    measures.pool_used[pool].add(world.now(), -1.0);
    return;
  }
  std::uint32_t const next = state.waiting.pop_front(world.activities);
  measures.pool_queue[pool].add(world.now(), -1.0);
  world.interpreter.push_pool(world, next, pool);
  world.interpreter.wake(world, next);
}

void Replicas::take_out(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  switch (activity.state) {
    case ActivityState::entering:
      replica.entering.remove(world.activities, index);
      if (activity.awaits != nowhere) end_forward(world, activity.awaits);
      break;
    case ActivityState::queued:
      replica.line.leave(world.activities, index);
      count_queue(world, replica, -1);
      break;
    case ActivityState::resuming:
      replica.resuming.remove(world.activities, index);
      break;
    case ActivityState::pool_waiting: {
      std::uint32_t const pool = world.program->steps[activity.step - 1].target;
      replica.pools[pool].waiting.remove(world.activities, index);
      world.measures.services[replica.service].pool_queue[pool].add(world.now(), -1.0);
      break;
    }
    case ActivityState::working:
      if (replica.cpu) {
        replica.cpu->remove(world.now(), index);
        reschedule_cpu(world, activity.replica);
      }
      break;
    case ActivityState::forwarding:
      world.activities[activity.awaits].awaits = nowhere;
      break;
    default:
      break;
  }
}

}  // namespace sojourn
