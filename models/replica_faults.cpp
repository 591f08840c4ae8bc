/// Replicas: crashes, pauses and slowness.
#include <algorithm>
#include <utility>

#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

void Replicas::crash(World& world, std::uint32_t index, bool silently) {
  Replica& replica = replicas_[index];
  if (silently) ++replica.silent_crashes;
  if (++replica.crashes > 1 || replica.provision == Provision::none) return;
  world.cancel(replica.startup);
  replica.startup = {};
  set_up(world, index, false);
  if (Duration const detect = replica.plan->spec.detect; detect > Duration::zero()) {
    world.cancel(replica.detection);
    replica.detection = world.after(detect, EventKind::crash_detected, index, 0);
  } else {
    set_listed(index, false);
  }
  replica.deferred.clear();
  if (replica.door) {
    world.cancel(replica.door->due);
    replica.door->due = {};
  }
  world.channels.replica_crashed(world, index, silently);
  world.calls_in_progress.guards.replica_crashed(world, index);
  world.caches.replica_crashed(world, index);
  world.interpreter.crash(world, index, silently);
  ensure(replica.busy == 0 && replica.present == 0 && replica.line.empty(),
         "nothing survives a crash");
  forget_load(world, replica);
  world.channels.replica_gone(world, index);
  if (replica.provision == Provision::draining) take_away(world, index);
}

void Replicas::crash_detected(World&, std::uint32_t index) {
  replicas_[index].detection = {};
  set_listed(index, false);
}

void Replicas::end_crash(World& world, std::uint32_t index, bool silently) {
  Replica& replica = replicas_[index];
  if (silently) --replica.silent_crashes;
  if (--replica.crashes > 0 || replica.provision == Provision::none) return;
  begin_startup(world, index);
}

void Replicas::begin_startup(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
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
  Replica& replica = replicas_[index];
  replica.startup = {};
  world.cancel(replica.detection);
  replica.detection = {};
  set_up(world, index, true);
  set_listed(index, true);
  world.sagas.take_up(world, index);
  world.channels.replica_started(world, index);
}

void Replicas::set_up(World& world, std::uint32_t index, bool up) {
  Replica& replica = replicas_[index];
  if (replica.up == up) return;
  replica.up = up;
  world.measures.services[replica.service].up.add(world.now(), up ? 1 : -1);
}

void Replicas::set_listed(std::uint32_t index, bool listed) {
  Replica& replica = replicas_[index];
  if (replica.listed == listed || (listed && replica.provision != Provision::full)) return;
  replica.listed = listed;
  std::vector<std::uint32_t>& all = services_[replica.service].listed;
  auto const place = std::lower_bound(all.begin(), all.end(), index);
  if (listed) {
    all.insert(place, index);
  } else {
    all.erase(place);
  }
}

/// The activities whose work proceeds at the replica, or would but for a pause.
template <class Change>
void Replicas::for_each_working(World& world, std::uint32_t replica, Change&& change) {
  world.activities.for_each([&](Id id, Activity const& activity) {
    bool const works = activity.replica == replica && activity.state == ActivityState::working;
    if (works) change(world.activities[id.index]);
  });
}

void Replicas::pause(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  if (++replica.pauses > 1) return;
  if (has_own_processor(replica)) {
    own_cpu(replica).set_speed(world.now(), 0.0);
    reschedule_cpu(world, replica.processor);
    return;
  }
  for_each_working(world, index, [&](Activity& activity) {
    activity.due = Time(halt_work(world, replica, activity));
  });
}

void Replicas::end_pause(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  if (--replica.pauses > 0) return;
  if (has_own_processor(replica)) {
    own_cpu(replica).set_speed(world.now(), 1.0 / replica.slowness);
    reschedule_cpu(world, replica.processor);
  } else {
    for_each_working(world, index, [&](Activity& activity) {
      run_work(world, replica, activity, activity.due.time_since_epoch());
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
  if (has_own_processor(replica)) {
    if (!paused) own_cpu(replica).set_speed(world.now(), 1.0 / slowness);
    reschedule_cpu(world, replica.processor);
    return;
  }
  for_each_working(world, index, [&](Activity& activity) {
    Duration const left =
        paused ? activity.due.time_since_epoch() : halt_work(world, replica, activity);
    Duration const stretched = from_seconds(in_seconds(left) * ratio);
    if (paused) {
      activity.due = Time(stretched);
    } else {
      run_work(world, replica, activity, stretched);
    }
  });
}

}  // namespace sojourn
