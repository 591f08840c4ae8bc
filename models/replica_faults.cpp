/// Replicas: crashes, pauses and slowness.
#include <algorithm>
#include <utility>

#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

void Replicas::crash(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  if (++replica.crashes > 1) return;
  world.sim.cancel(replica.startup);
  replica.startup = {};
  set_up(world, index, false);
  replica.deferred.clear();
  if (replica.door) {
    world.sim.cancel(replica.door->due);
    replica.door->due = {};
  }
  world.channels.replica_crashed(world, index);
  world.calls_in_progress.guards.replica_crashed(world, index);
  world.interpreter.crash(world, index);
  ensure(replica.busy == 0 && replica.present == 0 && replica.line.empty(),
         "nothing survives a crash");
  if (replica.door) open_door(replica);
}

void Replicas::end_crash(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  if (--replica.crashes > 0) return;
  ServicePlan const& plan = *replica.plan;
  Duration const startup =
      plan.spec.startup ? plan.spec.startup->sample_duration(world.streams[plan.startup_stream])
                        : Duration::zero();
  if (startup > Duration::zero()) {
    replica.startup = world.after(startup, EventKind::replica_started, index, 0);
  } else {
    started(world, index);
  }
}

void Replicas::started(World& world, std::uint32_t index) {
  replicas_[index].startup = {};
  set_up(world, index, true);
  world.channels.replica_started(world, index);
}

void Replicas::set_up(World& world, std::uint32_t index, bool up) {
  Replica& replica = replicas_[index];
  if (replica.up == up) return;
  replica.up = up;
  std::vector<std::uint32_t>& serving = up_[replica.service];
  auto const place = std::lower_bound(serving.begin(), serving.end(), index);
  if (up) {
    serving.insert(place, index);
  } else {
    serving.erase(place);
  }
  world.measures.services[replica.service].up.add(world.now(), up ? 1.0 : -1.0);
}

void Replicas::pause(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  if (++replica.pauses > 1) return;
  if (replica.cpu) {
    replica.cpu->set_speed(world.now(), 0.0);
    reschedule_cpu(world, index);
    return;
  }
  world.activities.for_each([&](Id id, Activity const& activity) {
    if (activity.replica != index || activity.state != ActivityState::working) return;
    Activity& working = world.activities[id.index];
    world.sim.cancel(working.timer);
    working.timer = {};
    working.due = Time(working.due - world.now());
  });
}

void Replicas::end_pause(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  if (--replica.pauses > 0) return;
  if (replica.cpu) {
    replica.cpu->set_speed(world.now(), 1.0 / replica.slowness);
    reschedule_cpu(world, index);
  } else {
    world.activities.for_each([&](Id id, Activity const& activity) {
      if (activity.replica != index || activity.state != ActivityState::working) return;
      Activity& working = world.activities[id.index];
      Duration const left = working.due.time_since_epoch();
      working.due = world.now() + left;
      working.timer = world.after(left, EventKind::work_done, 0, id.token());
    });
  }
  for (Event const& event : std::exchange(replica.deferred, {})) {
    world.sim.schedule_at(world.now(), event);
  }
  fill(world, index);
  if (replica.interrupts) interrupt_for_waiting(world, index);
  world.calls_in_progress.guards.pause_ended(world, index);
}

void Replicas::set_slowness(World& world, std::uint32_t index, double slowness) {
  Replica& replica = replicas_[index];
  double const ratio = slowness / replica.slowness;
  replica.slowness = slowness;
  bool const paused = replica.pauses > 0;
  if (replica.cpu) {
    if (!paused) replica.cpu->set_speed(world.now(), 1.0 / slowness);
    reschedule_cpu(world, index);
    return;
  }
  world.activities.for_each([&](Id id, Activity const& activity) {
    if (activity.replica != index || activity.state != ActivityState::working) return;
    Activity& working = world.activities[id.index];
    Duration const left = paused ? working.due.time_since_epoch() : working.due - world.now();
    Duration const stretched = from_seconds(in_seconds(left) * ratio);
    working.due = (paused ? Time{} : world.now()) + stretched;
    if (paused) return;
    world.sim.cancel(working.timer);
    working.timer = world.after(stretched, EventKind::work_done, 0, id.token());
  });
}

}  // namespace sojourn
