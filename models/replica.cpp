#include "models/replica.h"

#include <algorithm>

#include "models/event_kind.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

Replicas::Replicas(Program const& program) {
  for (std::uint32_t service = 0; service < program.services.size(); ++service) {
    ServicePlan const& plan = program.services[service];
    std::vector<std::uint32_t> listed;
    for (std::uint32_t i = 0; i < plan.replicas; ++i) {
      Replica replica;
      replica.plan = &plan;
      replica.service = service;
      replica.slots = plan.spec.concurrency;
      replica.line = WaitingLine(plan.spec.queue.discipline);
      if (plan.spec.limit) open_door(replica);
      if (auto const& codel = plan.spec.queue.codel) {
        replica.shedding.emplace(Shedding{ControlledDelay(*codel), {}});
      }
      replica.interrupts = interrupts(plan.spec.queue.discipline);
      for (Pool const& pool : plan.spec.pools) replica.pools.push_back({pool.size, {}});
      if (i < plan.spec.replicas) {
        listed.push_back(static_cast<std::uint32_t>(replicas_.size()));
      } else {
        replica.provision = Provision::none;
        replica.up = replica.listed = false;
      }
      replicas_.push_back(std::move(replica));
    }
    listed_.push_back(std::move(listed));
    balancers_.emplace_back(plan.spec.balance, plan.first_replica);
    auto& scaler = scalers_.emplace_back();
    if (plan.spec.autoscale) scaler.emplace(Scaler{ScalingRule(*plan.spec.autoscale)});
    auto& calendar = calendars_.emplace_back();
    if (!plan.spec.hours.empty()) calendar.emplace(plan.spec.hours, program.starts);
    closed_.push_back(false);
  }
  set_up_processors(program);
}

// --- Requests ------------------------------------------------------------------------------------

void Replicas::send(World& world, Call const& call, CallSite const& site, Id id) {
  Time const patience_end = site.patience ? draw_patience(world, site) : never;
  Arrival arrival{site.operation, ReplyTo::call, id,
                  call.priority,  patience_end,  call.carries_deadline != 0,
                  call.key};
  arrival.is_copy = static_cast<bool>(site.hedge);
  Admission const admission =
      world.program->links.empty()
          ? admit(world, arrival)
          : send_from(world, Calls::end_of_caller(world, call), site.payload.request, arrival);
  if (admission.activity) {
    world.calls_in_progress.sent(world, id, admission.activity);
  } else if (admission.refusal != Outcome::success) {
    world.calls_in_progress.refused(world, id, admission.refusal);
  }
}

Id Replicas::deliver(World& world, std::uint32_t replica, std::uint32_t operation, Id delivery,
                     std::int32_t priority, Key key) {
  Arrival arrival{operation, ReplyTo::delivery, delivery, priority};
  arrival.key = key;
  arrival.is_expected = true;
  return admit(world, replica, arrival).activity;
}

void Replicas::forward(World& world, std::uint32_t forwarder, std::uint32_t operation) {
  Activity const& from = world.activities[forwarder];
  ReplyTo const kind = from.reply_kind;
  Id const reply = from.reply;
  Id const from_id = world.activities.id_of(forwarder);
  Call const* const call = kind == ReplyTo::call ? world.calls.find(reply) : nullptr;
  bool const is_patient = !call || !world.site_of(*call).patience;
  Time const patience_end = is_patient ? never : draw_patience(world, world.site_of(*call));
  Arrival const arrival{operation, kind, reply, from.priority, patience_end, from.carries_deadline,
                        from.key};
  double const bytes = call ? world.site_of(*call).payload.request : 0.0;
  Admission const admission =
      world.program->links.empty()
          ? admit(world, arrival)
          : send_from(world, world.program->replica_end[from.replica], bytes, arrival);
  Id const to = admission.activity;
  if (!to) {
    bool const vanishes = admission.refusal == Outcome::success;
    if (vanishes) world.activities[forwarder].reply_kind = ReplyTo::callees_caller;
    if (vanishes && kind == ReplyTo::delivery) world.channels.processing_vanished(world, reply);
    world.interpreter.finish(world, forwarder, admission.refusal);
    return;
  }
  if (kind == ReplyTo::call) world.calls_in_progress.hand_over(world, reply, from_id, to);
  if (kind == ReplyTo::delivery) world.channels.hand_over(world, reply, to);
  world.activities[forwarder].reply_kind = ReplyTo::callees_caller;
  if (world.activities[to.index].state == ActivityState::entering) {
    world.activities[forwarder].state = ActivityState::forwarding;
    world.activities[forwarder].awaits = to.index;
    world.activities[to.index].awaits = forwarder;
  } else {
    world.interpreter.finish(world, forwarder, Outcome::success);
  }
}

/// The callee is in, or gone: the forwarder has nothing left to wait for.
void Replicas::end_forward(World& world, std::uint32_t forwarder, Outcome outcome) {
  world.activities[forwarder].state = ActivityState::ready;
  world.interpreter.finish(world, forwarder, outcome);
}

/// Lets a request in at a replica that the service's balancer chooses.
Replicas::Admission Replicas::admit(World& world, Arrival const& arrival) {
  std::uint32_t const service = world.program->operations[arrival.operation].service;
  std::uint32_t const replica = choose(world, service, arrival);
  return replica == nowhere ? meet_nobody(world, service) : admit(world, replica, arrival);
}

/// Lets a request in if there is room.
Replicas::Admission Replicas::admit(World& world, std::uint32_t index, Arrival const& arrival) {
  Entry const entry = ask(world, index, arrival.priority, arrival.is_expected);
  if (entry >= Entry::refused) return turn_down(world, replicas_[index].service, entry);
  Id const id = create_request(world, index, arrival);
  count_in(world, id.index, arrival.is_expected);
  enter(world, id.index, entry);
  return {id};
}

/// Where a request would go that comes to a replica; makes room for it.
Replicas::Entry Replicas::ask(World& world, std::uint32_t index, std::int32_t priority,
                              bool is_expected) {
  Replica& replica = replicas_[index];
  if (!is_expected) {
    if (!replica.up) return replica.silent_crashes > 0 ? Entry::unheard : Entry::nobody;
    if (closed_[replica.service]) return Entry::refused;
    // Nobody overtakes those held back.
    if (replica.door && !(replica.door->held_back.empty() && may_pass(replica, world.now()))) {
      return replica.plan->spec.limit->waits ? Entry::held_back : Entry::refused;
    }
  }
  Entry const entry = make_room(world, replica, priority, is_expected);
  if (entry == Entry::refused && replica.door && replica.door->adaptive) {
    replica.door->adaptive->record_drop();
  }
  return entry;
}

/// Finds a place for a request, and makes whoever has to give way for it leave.
Replicas::Entry Replicas::make_room(World& world, Replica& replica, std::int32_t priority,
                                    bool is_expected) {
  if (has_free_slot(replica) && replica.line.empty() && replica.resuming.empty()) {
    return Entry::free_slot;
  }
  if (auto const victim = victim_of(world, replica, {priority, never})) {
    interrupt(world, *victim);
    return Entry::slot_of_another;
  }
  QueueSpec const& queue = replica.plan->spec.queue;
  bool const has_room = is_expected || static_cast<Limit>(replica.line.size()) < queue.capacity;
  if (has_room) return Entry::line;
  if (queue.when_full == QueueSpec::WhenFull::block) return Entry::outside;
  if (queue.when_full == QueueSpec::WhenFull::reject) return Entry::refused;
  return push_out_oldest(world, replica) ? Entry::line : Entry::refused;
}

void Replicas::enter(World& world, std::uint32_t index, Entry entry) {
  switch (entry) {
    case Entry::free_slot:
      return start(world, index);
    case Entry::slot_of_another:
      return serve(world, replicas_[world.activities[index].replica], index);
    case Entry::line:
      return join_line(world, index);
    case Entry::outside:
      return wait_outside(world, index);
    case Entry::held_back:
      return hold_back(world, index);
    default:
      break;
  }
  ensure(false, "who is refused does not enter");
}

Id Replicas::create_request(World& world, std::uint32_t index, Arrival const& arrival) {
  Id const id = world.activities.create();
  Activity& activity = world.activities[id.index];
  activity.step = world.program->operations[arrival.operation].first_step;
  activity.replica = index;
  activity.operation = arrival.operation;
  activity.reply_kind = arrival.reply_kind;
  activity.reply = arrival.reply;
  activity.priority = arrival.priority;
  activity.arrived = world.now();
  activity.due = arrival.patience_end;
  activity.carries_deadline = arrival.carries_deadline;
  activity.key = arrival.key;
  return id;
}

/// A request is at its replica.
void Replicas::count_in(World& world, std::uint32_t index, bool is_expected) {
  Activity& activity = world.activities[index];
  activity.uses_slot = true;
  Replica& replica = replicas_[activity.replica];
  if (replica.door) note_entry(*replica.door, index, is_expected ? never : world.now());
  ++replica.present;
  ServiceMeasures& measures = world.measures.services[replica.service];
  ++measures.arrivals;
  measures.in_flight.add(world.now(), 1.0);
}

/// The replica that the balancer chooses; nowhere if there is none.
std::uint32_t Replicas::choose(World& world, std::uint32_t service, Arrival const& arrival) {
  std::vector<std::uint32_t> const& listed = listed_[service];
  if (listed.empty()) return nowhere;
  RandomStream& random = world.streams[world.program->services[service].balance_stream];
  std::uint32_t const chosen = balancers_[service].choose(
      listed, arrival.key, random,
      [this](std::uint32_t replica) { return replicas_[replica].present; });
  if (!arrival.is_copy) return chosen;
  return Calls::another_replica(world, world.calls[arrival.reply.index], chosen, listed);
}

void Replicas::start(World& world, std::uint32_t index) {
  Replica& replica = replicas_[world.activities[index].replica];
  hold_busy(world, replica, 1);
  serve(world, replica, index);
}

/// A request begins to be served in a slot that is held for it.
void Replicas::serve(World& world, Replica const& replica, std::uint32_t index) {
  Activity& activity = world.activities[index];
  if (activity.state == ActivityState::interrupted) return go_on_working(world, index);
  ServiceMeasures& measures = world.measures.services[replica.service];
  ++measures.started;
  if (activity.was_queued) ++measures.waited;
  if (is_counted(activity.arrived)) measures.wait.record(world.now() - activity.arrived);
  world.sim.cancel(activity.timer);
  activity.timer = {};
  activity.holds_slot = true;
  world.interpreter.resume(world, index);
}

void Replicas::leave(World& world, std::uint32_t index, Outcome outcome) {
  Activity& activity = world.activities[index];
  std::uint32_t const place = activity.replica;
  Replica& replica = replicas_[place];
  if (activity.uses_slot) {
    --replica.present;
    world.measures.services[replica.service].in_flight.add(world.now(), -1.0);
  }
  if (activity.holds_slot) {
    activity.holds_slot = false;
    pass_slot_on(world, replica, place);
  } else {
    admit_entering(world, place);
  }
  if (replica.door) {
    note_end(world, index, outcome);
    let_in(world, place);
  }
  if (replica.provision == Provision::draining && replica.present == 0) take_away(world, place);
}

}  // namespace sojourn
