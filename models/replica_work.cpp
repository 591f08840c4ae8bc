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
  activity.work += static_cast<float>(in_seconds(work));
  begin_work(world, index, work);
  if (replicas_[place].interrupts) interrupt_for_line(world, place);
}

void Replicas::begin_work(World& world, std::uint32_t index, Duration work) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  activity.state = ActivityState::working;
  if (replica.interrupts) replica.working.push_back(world.activities, index);
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
  Activity& activity = world.activities[id.index];
  activity.timer = {};
  Replica& replica = replicas_[activity.replica];
  if (replica.interrupts) replica.working.remove(world.activities, id.index);
  world.interpreter.go_on(world, id.index);
}

void Replicas::cpu_done(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  replica.cpu_event = {};
  std::uint32_t const activity = replica.cpu->complete(world.now());
  if (replica.interrupts) replica.working.remove(world.activities, activity);
  reschedule_cpu(world, index);
  world.interpreter.go_on(world, activity);
}

// --- Interruptions -------------------------------------------------------------------------------

/// Whether a request that works may be interrupted. Not the parts of one that waits for them, and
/// not who holds one of a pool: whoever took its slot could wait for that pool in it for ever.
bool Replicas::gives_way(World const& world, Activity const& activity) {
  for (std::uint32_t frame = activity.frame; frame != nowhere; frame = world.frames[frame].below) {
    if (world.frames[frame].pool != nowhere) return false;
  }
  return activity.holds_slot;
}

/// Whose work gives way to somebody of that rank: by priority the last to begin of the least
/// urgent, else the first to arrive. Nobody is interrupted by his like, nor who does not work.
std::optional<std::uint32_t> Replicas::victim_of(World const& world, Replica const& replica,
                                                 Rank const& rank) const {
  if (!replica.interrupts || replica.pauses > 0 || !replica.up) return std::nullopt;
  bool const by_priority = replica.plan->spec.queue.discipline == Discipline::preemptive_priority;
  std::uint32_t found = nowhere;
  for (std::uint32_t i = replica.working.tail; i != nowhere; i = world.activities[i].previous) {
    Activity const& candidate = world.activities[i];
    if (!gives_way(world, candidate)) continue;
    bool const lower =
        by_priority ? candidate.priority < rank.priority : candidate.arrived < rank.arrived;
    if (!lower) continue;
    bool const lowest =
        found == nowhere || (by_priority ? candidate.priority < world.activities[found].priority
                                         : candidate.arrived < world.activities[found].arrived);
    if (lowest) found = i;
  }
  if (found == nowhere) return std::nullopt;
  return found;
}

/// The request goes back in line with the work that it has left, and leaves its slot to another.
void Replicas::interrupt(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  replica.working.remove(world.activities, index);
  Duration left{};
  if (replica.cpu) {
    left = replica.cpu->remove(world.now(), index);
    reschedule_cpu(world, activity.replica);
  } else {
    left = activity.due - world.now();
    if (replica.slowness != 1.0) left = from_seconds(in_seconds(left) / replica.slowness);
  }
  world.sim.cancel(activity.timer);
  activity.timer = {};
  activity.due = Time(left);
  activity.holds_slot = false;
  activity.state = ActivityState::interrupted;
  replica.line.rejoin(world.activities, index);
  count_queue(world, replica, 1);
}

/// Those in line interrupt who works and is below them, as those did not who came while it could
/// not be interrupted.
void Replicas::interrupt_for_line(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  while (!replica.line.empty()) {
    Activity const& first = world.activities[replica.line.next()];
    auto const victim = victim_of(world, replica, {first.priority, first.arrived});
    if (!victim) return;
    std::uint32_t const next = take_from_line(world, replica);
    interrupt(world, *victim);
    serve(world, next);
  }
}

// --- The CPU and pools ---------------------------------------------------------------------------

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
    case ActivityState::held_back:
      replica.door->held_back.remove(world.activities, index);
      count_queue(world, replica, -1);
      break;
    case ActivityState::entering:
      replica.entering.remove(world.activities, index);
      if (activity.awaits != nowhere) end_forward(world, activity.awaits);
      break;
    case ActivityState::queued:
    case ActivityState::interrupted:
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
      if (replica.interrupts) replica.working.remove(world.activities, index);
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
