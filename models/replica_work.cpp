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
  if (replicas_[place].interrupts) interrupt_for_waiting(world, place);
}

void Replicas::begin_work(World& world, std::uint32_t index, Duration work) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
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

void Replicas::cpu_done(World& world, std::uint32_t index) {
  Processor& processor = *processors_[index];
  processor.event = {};
  std::uint32_t const activity = processor.complete(world.now());
  Replica& replica = replicas_[world.activities[activity].replica];
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
std::optional<std::uint32_t> Replicas::find_victim(World const& world, Replica const& replica,
                                                   Rank const& rank) const {
  if (replica.pauses > 0 || !replica.up) return std::nullopt;
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
  activity.due = Time(take_work_out(world, replica, index));
  activity.holds_slot = false;
  activity.state = ActivityState::interrupted;
  replica.line.rejoin(world.activities, index);
  count_queue(world, replica, 1);
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
    Activity const& waiting = world.activities[i];
    auto const victim = victim_of(world, replica, {waiting.priority, waiting.arrived});
    if (!victim) continue;
    replica.resuming.remove(world.activities, i);
    interrupt(world, *victim);
    hold_busy(world, replica, -1);
    take_slot(world, i);
    return true;
  }
  return false;
}

bool Replicas::interrupt_for_line(World& world, Replica& replica) {
  if (replica.line.empty()) return false;
  Activity const& first = world.activities[replica.line.next()];
  auto const victim = victim_of(world, replica, {first.priority, first.arrived});
  if (!victim) return false;
  std::uint32_t const next = take_from_line(world, replica);
  interrupt(world, *victim);
  serve(world, next);
  return true;
}

/// Stops the work in progress and says how much of it is left.
Duration Replicas::take_work_out(World& world, Replica& replica, std::uint32_t index) {
  if (replica.interrupts) replica.working.remove(world.activities, index);
  bool const is_stopped = replica.pauses > 0 && !has_own_processor(replica);
  Duration const left = is_stopped ? world.activities[index].due.time_since_epoch()
                                   : halt_work(world, replica, index);
  bool const is_stretched = replica.slowness != 1.0 && !has_own_processor(replica);
  return is_stretched ? from_seconds(in_seconds(left) / replica.slowness) : left;
}

// --- The CPU and pools ---------------------------------------------------------------------------

void Replicas::set_up_processors(Program const& program) {
  auto const hosts = static_cast<std::uint32_t>(program.hosts.size());
  auto const replicas = static_cast<std::uint32_t>(replicas_.size());
  for (std::uint32_t i = 0; i < replicas; ++i) {
    Replica& replica = replicas_[i];
    Service const& spec = replica.plan->spec;
    replica.shares_processor = program.replica_host[i] != nowhere;
    if (replica.shares_processor) {
      replica.processor = replicas + program.replica_host[i];
    } else if (spec.cores || spec.speed) {
      replica.processor = i;
      processors_.resize(replicas);
      processors_[i].emplace(spec.cores ? SharedCpu(*spec.cores) : SharedCpu(*spec.speed), false,
                             replica.service);
    }
  }
  if (hosts > 0) processors_.resize(replicas + hosts);
  for (std::uint32_t i = 0; i < hosts; ++i) {
    Host const& host = program.hosts[i];
    if (host.scheduling == Host::Scheduling::fifo) {
      processors_[replicas + i].emplace(CoreQueue(static_cast<std::size_t>(host.cores)), true, i);
    } else {
      processors_[replicas + i].emplace(SharedCpu(host.cores), true, i);
    }
  }
}

void Replicas::reschedule_cpu(World& world, std::uint32_t index) {
  Processor& processor = *processors_[index];
  world.sim.cancel(processor.event);
  processor.event = {};
  if (auto const next = processor.next_completion()) {
    Duration const delay = std::max(Duration::zero(), *next - world.now());
    processor.event = world.after(delay, EventKind::cpu_done, index, 0);
  }
  measure_cpu(world, processor);
}

void Replicas::measure_cpu(World& world, Processor& processor) {
  double const busy = processor.in_use();
  if (busy != processor.busy) {
    TimeAverage& level = processor.is_host ? world.measures.hosts[processor.owner].busy
                                           : world.measures.services[processor.owner].cpu;
    level.add(world.now(), busy - processor.busy);
    processor.busy = busy;
  }
  double const waiting = processor.in_line();
  if (waiting != processor.waiting) {
    world.measures.hosts[processor.owner].queue.add(world.now(), waiting - processor.waiting);
    processor.waiting = waiting;
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
      if (activity.awaits != nowhere) end_forward(world, activity.awaits, Outcome::error);
      break;
    case ActivityState::interrupted:
      activity.work -= static_cast<float>(in_seconds(activity.due.time_since_epoch()));
      [[fallthrough]];
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
      activity.work -= static_cast<float>(in_seconds(take_work_out(world, replica, index)));
      break;
    case ActivityState::forwarding:
      // Its request is still in its hands, and ends with it.
      world.activities[activity.awaits].awaits = nowhere;
      world.interpreter.finish(world, activity.awaits, Outcome::crashed);
      break;
    default:
      break;
  }
}

}  // namespace sojourn
