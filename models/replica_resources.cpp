/// Replicas: processors and pools, and what an activity gives back.
#include <algorithm>

#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

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

void Replicas::cpu_done(World& world, std::uint32_t index) {
  Processor& processor = *processors_[index];
  processor.event = {};
  Activity& activity = world.activities[processor.complete(world.now())];
  Replica& replica = replicas_[activity.replica];
  if (replica.interrupts) replica.working.remove(world.activities, activity);
  reschedule_cpu(world, index);
  world.interpreter.go_on(world, activity);
}

void Replicas::reschedule_cpu(World& world, std::uint32_t index) {
  Processor& processor = *processors_[index];
  world.cancel(processor.event);
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

bool Replicas::acquire(World& world, Activity& activity, std::uint32_t pool) {
  Replica& replica = replicas_[activity.replica];
  ServiceMeasures& measures = world.measures.services[replica.service];
  PoolState& state = replica.pools[pool];
  if (state.free == 0) {
    activity.state = ActivityState::pool_waiting;
    state.waiting.push_back(world.activities, activity);
    measures.pool_queue[pool].add(world.now(), 1);
    return false;
  }
  --state.free;
  measures.pool_used[pool].add(world.now(), 1);
  world.interpreter.push_pool(world, activity, pool);
  return true;
}

void Replicas::release(World& world, std::uint32_t index, std::uint32_t pool) {
  Replica& replica = replicas_[index];
  ServiceMeasures& measures = world.measures.services[replica.service];
  PoolState& state = replica.pools[pool];
  if (state.waiting.empty()) {
    ++state.free;
    measures.pool_used[pool].add(world.now(), -1);
    return;
  }
  Activity& next = state.waiting.pop_front(world.activities);
  measures.pool_queue[pool].add(world.now(), -1);
  world.interpreter.push_pool(world, next, pool);
  world.interpreter.wake(world, next);
}

void Replicas::take_out(World& world, Activity& activity) {
  Replica& replica = replicas_[activity.replica];
  switch (activity.state) {
    case ActivityState::held_back:
      replica.door->held_back.remove(world.activities, activity);
      count_queue(world, replica, -1);
      break;
    case ActivityState::entering:
      replica.entering.remove(world.activities, activity);
      if (activity.awaits != nowhere)
        end_forward(world, world.activities[activity.awaits], Outcome::error);
      break;
    case ActivityState::interrupted:
      activity.work -= static_cast<float>(in_seconds(activity.due.time_since_epoch()));
      [[fallthrough]];
    case ActivityState::queued:
      replica.line.leave(world.activities, activity);
      count_queue(world, replica, -1);
      break;
    case ActivityState::resuming:
      replica.resuming.remove(world.activities, activity);
      break;
    case ActivityState::pool_waiting: {
      std::uint32_t const pool = world.program->steps[activity.step - 1].target;
      replica.pools[pool].waiting.remove(world.activities, activity);
      world.measures.services[replica.service].pool_queue[pool].add(world.now(), -1);
      break;
    }
    case ActivityState::working:
      activity.work -= static_cast<float>(in_seconds(take_work_out(world, replica, activity)));
      break;
    case ActivityState::forwarding: {
      // Its request is still in its hands, and ends with it.
      Activity& request = world.activities[activity.awaits];
      request.awaits = nowhere;
      world.interpreter.finish(world, request, Outcome::crashed);
      break;
    }
    default:
      break;
  }
}

}  // namespace sojourn
