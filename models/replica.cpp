#include "models/replica.h"

#include <algorithm>

#include "models/event_kind.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

Replicas::Replicas(Program const& program) {
  for (std::uint32_t service = 0; service < program.services.size(); ++service) {
    ServicePlan const& plan = program.services[service];
    std::vector<std::uint32_t> up;
    for (std::uint32_t i = 0; i < plan.replicas; ++i) {
      Replica replica;
      replica.service = service;
      replica.slots = plan.spec.concurrency;
      replica.line = WaitingLine(plan.spec.queue.discipline);
      for (Pool const& pool : plan.spec.pools) replica.pools.push_back({pool.size, {}});
      if (plan.spec.cores) replica.cpu.emplace(*plan.spec.cores);
      up.push_back(static_cast<std::uint32_t>(replicas_.size()));
      replicas_.push_back(std::move(replica));
    }
    up_.push_back(std::move(up));
    balancers_.emplace_back(plan.spec.balance);
  }
}

// --- Requests ------------------------------------------------------------------------------------

void Replicas::send(World& world, Id call_id) {
  Call const& call = world.calls[call_id.index];
  std::uint32_t const operation = world.site_of(call).operation;
  std::uint32_t const service = world.program->operations[operation].service;
  auto const replica = choose(world, service);
  if (!replica) {
    ServiceMeasures& measures = world.measures.services[service];
    ++measures.arrivals;
    if (is_counted(world.now())) ++measures.cohort_failed;
    world.calls_in_progress.refused(world, call_id);
    return;
  }
  Id const id = create_request(world, *replica, operation, ReplyTo::call, call_id, call.priority);
  world.calls[call_id.index].callee = id;
  receive(world, id.index, false);
}

Id Replicas::deliver(World& world, std::uint32_t replica, std::uint32_t operation, Id delivery,
                     std::int32_t priority) {
  Id const id = create_request(world, replica, operation, ReplyTo::delivery, delivery, priority);
  receive(world, id.index, true);
  return id;
}

void Replicas::forward(World& world, std::uint32_t forwarder, std::uint32_t operation) {
  Activity const& from = world.activities[forwarder];
  ReplyTo const kind = from.reply_kind;
  Id const reply = from.reply;
  Id const from_id = world.activities.id_of(forwarder);
  auto const replica = choose(world, world.program->operations[operation].service);
  if (!replica) {
    ServiceMeasures& measures =
        world.measures.services[world.program->operations[operation].service];
    ++measures.arrivals;
    if (is_counted(world.now())) ++measures.cohort_failed;
    world.interpreter.finish(world, forwarder, Outcome::error);
    return;
  }
  Id const to = create_request(world, *replica, operation, kind, reply, from.priority);
  if (kind == ReplyTo::call) world.calls_in_progress.hand_over(world, reply, from_id, to);
  if (kind == ReplyTo::delivery) world.channels.hand_over(world, reply, to);
  world.activities[forwarder].reply_kind = ReplyTo::callees_caller;
  receive(world, to.index, kind == ReplyTo::delivery);
  Activity* const callee = world.activities.find(to);
  if (callee && callee->state == ActivityState::entering) {
    world.activities[forwarder].state = ActivityState::forwarding;
    world.activities[forwarder].awaits = to.index;
    callee->awaits = forwarder;
  } else {
    world.interpreter.finish(world, forwarder, Outcome::success);
  }
}

/// The callee is in, or gone: the forwarder has nothing left to wait for.
void Replicas::end_forward(World& world, std::uint32_t forwarder) {
  world.activities[forwarder].state = ActivityState::ready;
  world.interpreter.finish(world, forwarder, Outcome::success);
}

Id Replicas::create_request(World& world, std::uint32_t replica, std::uint32_t operation,
                            ReplyTo kind, Id reply, std::int32_t priority) {
  Id const id = world.activities.create();
  Activity& activity = world.activities[id.index];
  activity.step = world.program->operations[operation].first_step;
  activity.replica = replica;
  activity.operation = operation;
  activity.reply_kind = kind;
  activity.reply = reply;
  activity.uses_slot = true;
  activity.priority = priority;
  activity.arrived = world.now();

  Replica& place = replicas_[replica];
  ++place.present;
  ServiceMeasures& measures = world.measures.services[place.service];
  ++measures.arrivals;
  measures.in_flight.add(world.now(), 1.0);
  return id;
}

std::optional<std::uint32_t> Replicas::choose(World& world, std::uint32_t service) {
  std::vector<std::uint32_t> const& up = up_[service];
  if (up.empty()) return std::nullopt;
  RandomStream& random = world.streams[world.program->services[service].balance_stream];
  return balancers_[service].choose(
      up, random, [this](std::uint32_t replica) { return replicas_[replica].present; });
}

void Replicas::receive(World& world, std::uint32_t index, bool always_admitted) {
  Replica& replica = replicas_[world.activities[index].replica];
  world.draw_patience(index);
  QueueSpec const& queue = world.program->services[replica.service].spec.queue;
  if (has_free_slot(replica) && replica.line.empty() && replica.resuming.empty()) {
    start(world, index);
  } else if (always_admitted || static_cast<Limit>(replica.line.size()) < queue.capacity) {
    join_line(world, index);
  } else if (queue.when_full == QueueSpec::WhenFull::block) {
    world.activities[index].state = ActivityState::entering;
    replica.entering.push_back(world.activities, index);
    world.arm_patience(index);
  } else if (queue.when_full == QueueSpec::WhenFull::drop_oldest && !replica.line.empty()) {
    turn_away(world, replica.line.oldest(world.activities), Outcome::dropped);
    join_line(world, index);
  } else {
    turn_away(world, index, Outcome::rejected);
  }
}

void Replicas::start(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  ServiceMeasures& measures = world.measures.services[replica.service];
  hold_busy(world, replica, 1);
  ++measures.started;
  if (activity.was_queued) ++measures.waited;
  if (is_counted(activity.arrived)) measures.wait.record(world.now() - activity.arrived);
  world.sim.cancel(activity.timer);
  activity.timer = {};
  activity.holds_slot = true;
  world.interpreter.resume(world, index);
}

void Replicas::join_line(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  bool const first_time = activity.state != ActivityState::entering;
  activity.state = ActivityState::queued;
  activity.was_queued = true;
  replica.line.join(world.activities, index);
  count_queue(world, replica, 1);
  if (first_time) world.arm_patience(index);
}

/// The request ends before it was served.
void Replicas::turn_away(World& world, std::uint32_t index, Outcome outcome) {
  ServiceMeasures& measures =
      world.measures.services[replicas_[world.activities[index].replica].service];
  if (outcome == Outcome::rejected || outcome == Outcome::dropped) ++measures.rejected;
  world.interpreter.finish(world, index, outcome);
}

void Replicas::patience_over(World& world, Id id) {
  Activity* const activity = world.activities.find(id);
  if (!activity) return;
  activity->timer = {};
  turn_away(world, id.index, Outcome::abandoned);
}

void Replicas::leave(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  if (activity.uses_slot) {
    --replica.present;
    world.measures.services[replica.service].in_flight.add(world.now(), -1.0);
  }
  if (activity.holds_slot) {
    give_slot_back(world, index);
  } else {
    admit_entering(world, activity.replica);
  }
}

void Replicas::give_slot_back(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  activity.holds_slot = false;
  hold_busy(world, replicas_[activity.replica], -1);
  fill(world, activity.replica);
}

void Replicas::ask_for_slot(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  Replica& replica = replicas_[activity.replica];
  if (has_free_slot(replica) && replica.resuming.empty()) {
    take_slot(world, index);
  } else {
    activity.state = ActivityState::resuming;
    replica.resuming.push_back(world.activities, index);
  }
}

/// Gives free slots to who is next: those that go on, those in line, those outside.
void Replicas::fill(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  while (has_free_slot(replica) && !(replica.resuming.empty() && replica.line.empty())) {
    if (!replica.resuming.empty()) {
      take_slot(world, replica.resuming.pop_front(world.activities));
    } else {
      RandomStream& random = world.streams[world.program->services[replica.service].queue_stream];
      std::uint32_t const next = replica.line.take_next(world.activities, random);
      count_queue(world, replica, -1);
      start(world, next);
    }
  }
  admit_entering(world, index);
}

void Replicas::take_slot(World& world, std::uint32_t index) {
  hold_busy(world, replicas_[world.activities[index].replica], 1);
  world.activities[index].holds_slot = true;
  world.interpreter.resume(world, index);
}

/// Lets blocked senders in while there is room.
void Replicas::admit_entering(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  Limit const capacity = world.program->services[replica.service].spec.queue.capacity;
  while (replica.up && !replica.entering.empty()) {
    bool const serves = has_free_slot(replica) && replica.line.empty() && replica.resuming.empty();
    if (!serves && static_cast<Limit>(replica.line.size()) >= capacity) return;
    std::uint32_t const next = replica.entering.pop_front(world.activities);
    std::uint32_t const forwarder = world.activities[next].awaits;
    world.activities[next].awaits = nowhere;
    world.activities[next].was_queued = true;
    serves ? start(world, next) : join_line(world, next);
    if (forwarder != nowhere) end_forward(world, forwarder);
  }
}

void Replicas::hold_busy(World& world, Replica& replica, int change) {
  replica.busy += change;
  ensure(replica.busy >= 0 && replica.busy <= replica.slots, "slots held are slots there are");
  world.measures.services[replica.service].busy.add(world.now(), change);
}

void Replicas::count_queue(World& world, Replica const& replica, int change) {
  world.measures.services[replica.service].queue.add(world.now(), change);
}

}  // namespace sojourn
