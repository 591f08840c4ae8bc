#include "models/replica.h"

#include <utility>

#include "models/event_kind.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

Replicas::Replicas(Program const& program)
    : bytes_to_fetch_(program.is_plain ? Replica::bytes_of_a_plain_request : sizeof(Replica)) {
  for (std::uint32_t service = 0; service < program.services.size(); ++service) {
    ServicePlan const& plan = program.services[service];
    ServiceState state;
    for (std::uint32_t i = 0; i < plan.replicas; ++i) {
      Replica replica;
      replica.plan = &plan;
      replica.service = service;
      replica.slots = plan.spec.concurrency;
      replica.blocking = plan.spec.blocking;
      replica.line = WaitingLine(plan.spec.queue.discipline);
      if (plan.spec.limit) open_door(replica);
      if (auto const& codel = plan.spec.queue.codel) {
        replica.shedding.emplace(Shedding{ControlledDelay(*codel), {}});
      }
      replica.interrupts = interrupts(plan.spec.queue.discipline);
      for (Pool const& pool : plan.spec.pools) replica.pools.push_back({pool.size, {}});
      if (i < plan.spec.replicas) {
        state.listed.push_back(static_cast<std::uint32_t>(replicas_.size()));
      } else {
        replica.provision = Provision::none;
        replica.up = replica.listed = false;
      }
      replicas_.push_back(std::move(replica));
    }
    state.balancer = Balancer(plan.spec.balance, plan.first_replica);
    state.balance_stream = plan.balance_stream;
    if (plan.spec.autoscale) state.scaler.emplace(Scaler{ScalingRule(*plan.spec.autoscale)});
    if (!plan.spec.hours.empty()) state.calendar.emplace(plan.spec.hours, program.starts);
    services_.push_back(std::move(state));
  }
  set_up_processors(program);
}

// --- Requests ------------------------------------------------------------------------------------

void Replicas::send(auto& world, Call& call, CallSite const& site, Id id) {
  Time const patience_end = world.has(site.patience) ? draw_patience(world, site) : never;
  Arrival arrival{site.operation, ReplyTo::call, id,
                  call.priority,  patience_end,  world.has(call.carries_deadline),
                  call.key};
  arrival.is_copy = world.has(site.hedge);
  Admission const admission =
      world.has_network()
          ? send_from(world, Calls::end_of_caller(world, call), site.payload.request, arrival)
          : admit(world, arrival);
  if (admission.activity) {
    Calls::sent(world, call, site, *admission.activity);
  } else if (admission.refusal != Outcome::success) {
    world.calls_in_progress.refused(world, id, admission.refusal);
  }
}

Replicas::Admission Replicas::send_direct(auto& world, CallSite const& site, Arrival arrival) {
  if (world.has(site.patience)) arrival.patience_end = draw_patience(world, site);
  return admit(world, arrival);
}

Id Replicas::deliver(World& world, std::uint32_t replica, std::uint32_t operation, Id delivery,
                     std::int32_t priority, Key key) {
  Arrival arrival{operation, ReplyTo::delivery, delivery, priority};
  arrival.key = key;
  arrival.is_expected = true;
  return world.activities.id_of(*admit(world, replica, arrival).activity);
}

void Replicas::forward(auto& world, Activity& forwarder, std::uint32_t operation) {
  ReplyTo const kind = forwarder.reply_kind;
  Call const* const call = kind == ReplyTo::call ? world.calls.find(forwarder.reply) : nullptr;
  bool const is_patient = world.has(call && world.site_of(*call).patience);
  Time const patience_end = is_patient ? draw_patience(world, world.site_of(*call)) : never;
  Arrival const arrival{operation,
                        kind,
                        forwarder.reply,
                        world.activities.priority_of(forwarder),
                        patience_end,
                        world.has(forwarder.carries_deadline),
                        world.activities.key_of(forwarder)};
  if (world.has(world.traces.are_on())) world.traces.forwards(world, forwarder);
  if (world.has_network()) {
    double const bytes = call ? world.site_of(*call).payload.request : 0.0;
    std::uint32_t const end = world.program->replica_end[forwarder.replica];
    return hand_over(world, forwarder, send_from(world, end, bytes, arrival));
  }
  std::uint32_t const service = world.program->operations[operation].service;
  std::uint32_t const to = choose(world, service, arrival);
  if (world.has(to == nowhere)) return hand_over(world, forwarder, meet_nobody(world, service));
  Entry const entry = ask(world, to, arrival.priority, arrival.is_expected);
  if (may_move_on(world, forwarder, to, entry))
    return move_on(world, forwarder, to, arrival, entry);
  hand_over(world, forwarder, let_in_or_turn_down(world, to, arrival, entry));
}

/// Whether nothing of a request that forwards itself stays behind.
bool Replicas::may_move_on(auto& world, Activity const& activity, std::uint32_t to, Entry entry) {
  bool const has_doors = replicas_[activity.replica].door || replicas_[to].door;
  if (world.has(has_doors || entry >= Entry::outside)) return false;
  return activity.uses_slot && world.activities.frame_of(activity) == nowhere;
}

/// The request itself goes on as that of the callee.
void Replicas::move_on(auto& world, Activity& activity, std::uint32_t to, Arrival const& arrival,
                       Entry entry) {
  std::uint32_t const from = activity.replica;
  Interpreter::measure(world, replicas_[from].service, activity, true, Outcome::success);
  activity.step = world.program->operations[arrival.operation].first_step;
  activity.replica = to;
  activity.holds_slot = activity.was_queued = activity.degraded = false;
  activity.work = 0.0F;
  activity.arrived = world.now();
  activity.due = arrival.patience_end;
  if (world.has(world.traces.are_on())) world.traces.moves_on(world, activity);
  count_in(world, activity, arrival.is_expected);
  enter(world, activity, entry);
  Replica& left = replicas_[from];
  count_out(world, left);
  pass_slot_on(world, left, from);
  if (world.has(is_drained(left))) take_away(world, from);
}

/// A request of its own has been sent to the callee, or could not be.
void Replicas::hand_over(auto& world, Activity& forwarder, Admission admission) {
  Id const reply = forwarder.reply;
  if (world.has(!admission.activity)) {
    bool const vanishes = admission.refusal == Outcome::success;
    bool const is_delivery = forwarder.reply_kind == ReplyTo::delivery;
    bool const has_replied = forwarder.reply_kind == ReplyTo::nobody;
    if (vanishes && !has_replied) forwarder.reply_kind = ReplyTo::callees_caller;
    if (vanishes && is_delivery) world.channels.processing_vanished(world, reply);
    world.interpreter.finish(world, forwarder, admission.refusal);
    return;
  }
  Activity& request = *admission.activity;
  Id const from = world.activities.id_of(forwarder);
  Id const to = world.activities.id_of(request);
  if (request.reply_kind == ReplyTo::call) {
    world.calls_in_progress.hand_over(world, reply, from, to);
  } else if (request.reply_kind == ReplyTo::delivery) {
    world.channels.hand_over(world, reply, to);
  }
  if (forwarder.reply_kind != ReplyTo::nobody) forwarder.reply_kind = ReplyTo::callees_caller;
  if (world.has(request.state == ActivityState::entering)) {
    forwarder.state = ActivityState::forwarding;
    forwarder.awaits = to.index;
    request.awaits = world.activities.index_of(forwarder);
  } else {
    world.interpreter.finish(world, forwarder, Outcome::success);
  }
}

/// The callee is in, or gone: the forwarder has nothing left to wait for.
void Replicas::end_forward(World& world, Activity& forwarder, Outcome outcome) {
  forwarder.state = ActivityState::ready;
  world.interpreter.finish(world, forwarder, outcome);
}

/// Lets a request in at a replica that the service's balancer chooses.
Replicas::Admission Replicas::admit(auto& world, Arrival const& arrival) {
  std::uint32_t const service = world.program->operations[arrival.operation].service;
  std::uint32_t const replica = choose(world, service, arrival);
  return world.has(replica == nowhere) ? meet_nobody(world, service)
                                       : admit(world, replica, arrival);
}

/// Lets a request in if there is room.
Replicas::Admission Replicas::admit(auto& world, std::uint32_t index, Arrival const& arrival) {
  Entry const entry = ask(world, index, arrival.priority, arrival.is_expected);
  return let_in_or_turn_down(world, index, arrival, entry);
}

Replicas::Admission Replicas::let_in_or_turn_down(auto& world, std::uint32_t index,
                                                  Arrival const& arrival, Entry entry) {
  if (world.has(entry >= Entry::refused)) return turn_down(world, replicas_[index].service, entry);
  Activity& activity = create_request(world, index, arrival);
  if (world.has(world.traces.are_on())) world.traces.arrives(world, activity);
  count_in(world, activity, arrival.is_expected);
  enter(world, activity, entry);
  return {&activity};
}

/// Where a request would go that comes to a replica; makes room for it.
Replicas::Entry Replicas::ask(auto& world, std::uint32_t index, std::int32_t priority,
                              bool is_expected) {
  Replica& replica = replicas_[index];
  bool const is_barred = !replica.up || services_[replica.service].closed || replica.door;
  if (!is_expected && world.has(is_barred)) {
    if (!replica.up) return replica.silent_crashes > 0 ? Entry::unheard : Entry::nobody;
    if (services_[replica.service].closed) return Entry::refused;
    // Nobody overtakes those held back.
    if (replica.door && !(replica.door->held_back.empty() && may_pass(replica, world.now()))) {
      return replica.plan->spec.limit->waits ? Entry::held_back : Entry::refused;
    }
  }
  Entry const entry = make_room(world, replica, priority, is_expected);
  if (world.has(entry == Entry::refused) && replica.door && replica.door->adaptive) {
    replica.door->adaptive->record_drop();
  }
  return entry;
}

/// Finds a place for a request, and makes whoever has to give way for it leave.
Replicas::Entry Replicas::make_room(auto& world, Replica& replica, std::int32_t priority,
                                    bool is_expected) {
  if (has_free_slot(world, replica) && replica.line.empty() && replica.resuming.empty()) {
    return Entry::free_slot;
  }
  if (auto const victim = victim_of(world, replica, {priority, never})) {
    interrupt(world, *victim);
    return Entry::slot_of_another;
  }
  QueueSpec const& queue = replica.plan->spec.queue;
  bool const is_full = !is_expected && static_cast<Limit>(replica.line.size()) >= queue.capacity;
  if (!world.has(is_full)) return Entry::line;
  if (queue.when_full == QueueSpec::WhenFull::block) return Entry::outside;
  if (queue.when_full == QueueSpec::WhenFull::reject) return Entry::refused;
  return push_out_oldest(world, replica) ? Entry::line : Entry::refused;
}

void Replicas::enter(auto& world, Activity& activity, Entry entry) {
  if (entry == Entry::free_slot) return start(world, activity);
  if (!world.has(entry != Entry::line)) return join_line(world, activity);
  switch (entry) {
    case Entry::slot_of_another:
      return serve(world, replicas_[activity.replica], activity);
    case Entry::outside:
      return wait_outside(world, activity);
    case Entry::held_back:
      return hold_back(world, activity);
    default:
      break;
  }
  ensure(false, "who is refused does not enter");
}

Activity& Replicas::create_request(World& world, std::uint32_t index, Arrival const& arrival) {
  Activity& activity = world.activities.create();
  activity.step = world.program->operations[arrival.operation].first_step;
  activity.replica = index;
  activity.reply_kind = arrival.reply_kind;
  activity.reply = arrival.reply;
  activity.arrived = world.now();
  activity.due = arrival.patience_end;
  activity.carries_deadline = arrival.carries_deadline;
  world.activities.describe(activity, arrival.key, arrival.priority);
  return activity;
}

/// A request is at its replica.
void Replicas::count_in(auto& world, Activity& activity, bool is_expected) {
  activity.uses_slot = true;
  Replica& replica = replicas_[activity.replica];
  if (world.has(replica.door))
    note_entry(world, *replica.door, activity, is_expected ? never : world.now());
  ++replica.present;
  ServiceMeasures& measures = world.measures.services[replica.service];
  ++measures.arrivals;
  measures.in_flight.add(world.now(), 1);
}

/// A request is at its replica no more.
void Replicas::count_out(World& world, Replica& replica) {
  --replica.present;
  world.measures.services[replica.service].in_flight.add(world.now(), -1);
}

/// The replica that the balancer chooses; nowhere if there is none.
std::uint32_t Replicas::choose(auto& world, std::uint32_t service, Arrival const& arrival) {
  ServiceState& state = services_[service];
  if (world.has(state.listed.empty())) return nowhere;
  std::uint32_t const chosen =
      state.balancer.choose(state.listed, arrival.key, world.streams[state.balance_stream],
                            [this](std::uint32_t replica) { return replicas_[replica].present; });
  if (!world.has(arrival.is_copy)) return chosen;
  return Calls::another_replica(world, world.calls[arrival.reply.index], chosen, state.listed);
}

void Replicas::start(auto& world, Activity& activity) {
  Replica& replica = replicas_[activity.replica];
  hold_busy(world, replica, 1);
  serve(world, replica, activity);
}

/// A request begins to be served in a slot that is held for it.
void Replicas::serve(auto& world, Replica const& replica, Activity& activity) {
  if (world.has(activity.state == ActivityState::interrupted))
    return go_on_working(world, activity);
  ServiceMeasures& measures = world.measures.services[replica.service];
  ++measures.started;
  if (activity.was_queued) ++measures.waited;
  if (is_counted(activity.arrived)) measures.wait.record(world.now() - activity.arrived);
  if (world.has(activity.timer)) world.cancel_timer(activity);
  activity.holds_slot = true;
  if (world.has(world.traces.are_on())) world.traces.note(world, activity, "started");
  world.interpreter.resume(activity);
}

void Replicas::leave(auto& world, Activity& activity, Outcome outcome) {
  std::uint32_t const place = activity.replica;
  Replica& replica = replicas_[place];
  if (activity.uses_slot) count_out(world, replica);
  if (activity.holds_slot) {
    activity.holds_slot = false;
    pass_slot_on(world, replica, place);
  } else if (world.has(!replica.entering.empty())) {
    admit_entering(world, place);
  }
  if (world.has(replica.door)) {
    note_end(world, activity, outcome);
    let_in(world, place);
  }
  if (world.has(is_drained(replica))) take_away(world, place);
}

// For the files outside the unit of these.
template Replicas::Admission Replicas::admit(World&, std::uint32_t, Arrival const&);
template Replicas::Entry Replicas::ask(World&, std::uint32_t, std::int32_t, bool);
template std::uint32_t Replicas::choose(World&, std::uint32_t, Arrival const&);
template void Replicas::count_in(World&, Activity&, bool);
template void Replicas::enter(World&, Activity&, Entry);
template void Replicas::leave(World&, Activity&, Outcome);
template Replicas::Entry Replicas::make_room(World&, Replica&, std::int32_t, bool);
template void Replicas::send(World&, Call&, CallSite const&, Id);
template void Replicas::serve(World&, Replica const&, Activity&);
template void Replicas::start(World&, Activity&);

}  // namespace sojourn
