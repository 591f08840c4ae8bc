#include "models/call.h"

#include <algorithm>
#include <cassert>

#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

Calls::Calls(Program const& program)
    : guards(program),
      budgets_(program.call_sites.size()),
      keeps_timeouts_(std::any_of(
          program.services.begin(), program.services.end(), [](ServicePlan const& service) {
            return service.spec.queue.discipline == Discipline::earliest_deadline;
          })) {}

void Calls::begin_from(auto& world, Activity& caller, std::uint32_t site) {
  CallSite const& plan = world.program->call_sites[site];
  if (plan.is_direct) return begin_direct(world, caller, plan);
  caller.state = ActivityState::calling;
  Call& call = world.calls.create();
  call.site = site;
  call.priority = world.activities.priority_of(caller);
  call.carries_deadline = caller.carries_deadline ? 1 : 0;
  call.caller = world.activities.id_of(caller);
  call.key = world.activities.key_of(caller);
  caller.awaits = world.calls.index_of(call);
  if (world.has(world.traces.are_on()))
    world.traces.call_begins(world, caller, world.calls.id_of(call));
  begin(world, call, world.calls.id_of(call));
}

void Calls::begin_from_client(auto& world, std::uint32_t user, std::uint32_t site) {
  CallSite const& plan = world.program->call_sites[site];
  if (plan.is_direct) return begin_direct_from_client(world, user, site);
  Workload const& spec = world.program->workloads[plan.workload].spec;
  Call& call = world.calls.create();
  call.site = site;
  call.priority = spec.priority;
  call.carries_deadline = spec.propagates_deadline ? 1 : 0;
  call.workload = plan.workload;
  call.caller.index = user;
  if (world.has(world.traces.are_on())) world.traces.request_begins(world, call);
  begin(world, call, world.calls.id_of(call));
}

void Calls::begin_direct(auto& world, Activity& caller, CallSite const& site) {
  caller.state = ActivityState::asking;
  caller.awaits = nowhere;
  Replicas::Arrival arrival{site.operation, ReplyTo::caller, world.activities.id_of(caller),
                            world.activities.priority_of(caller)};
  arrival.carries_deadline = world.has(caller.carries_deadline);
  arrival.key = world.activities.key_of(caller);
  if (world.has(world.traces.are_on())) world.traces.asks(world, caller, site);
  auto const admission = send_direct(world, site, arrival);
  if (admission.activity) {
    caller.awaits = world.activities.index_of(*admission.activity);
  } else {
    if (world.has(world.traces.are_on()))
      world.traces.is_answered(world, caller, admission.refusal);
    caller.result = as_seen_by_caller(admission.refusal);
    world.interpreter.wake(world, caller);
  }
}

void Calls::begin_direct_from_client(auto& world, std::uint32_t user, std::uint32_t index) {
  CallSite const& site = world.program->call_sites[index];
  Workload const& spec = world.program->workloads[site.workload].spec;
  Replicas::Arrival arrival{site.operation, ReplyTo::client, {user, index}, spec.priority};
  arrival.carries_deadline = world.has(spec.propagates_deadline);
  if (world.has(world.traces.are_on())) world.traces.request_asks(world, user, index);
  auto const admission = send_direct(world, site, arrival);
  if (admission.activity) return;
  if (world.has(world.traces.are_on())) world.traces.request_is_refused(world, admission.refusal);
  world.workloads.request_ended(world, site.workload, user, world.now(),
                                as_seen_by_caller(admission.refusal));
}

Replicas::Admission Calls::send_direct(auto& world, CallSite const& site,
                                       Replicas::Arrival arrival) {
  note_begin(world, site, arrival.key);
  count_attempt(world, site.workload, world.now());
  return world.replicas.send_direct(world, site, arrival);
}

void Calls::reply_to_caller(auto& world, Id id, Id callee, Outcome outcome) {
  Activity* const caller = world.activities.find(id);
  if (!caller || !asks(*caller, callee.index)) return;
  if (world.has(world.traces.are_on())) world.traces.is_answered(world, *caller, outcome);
  caller->result = as_seen_by_caller(outcome);
  world.interpreter.wake(world, *caller);
}

void Calls::begin(auto& world, Call& call, Id id) {
  call.sent = world.now();
  CallSite const& site = world.site_of(call);
  note_begin(world, site, call.key);
  if (site.retry && site.retry->budget) budgets_[call.site].add_call(*site.retry->budget);
  begin_attempt(world, call, site, id);
}

/// A call begins that is about that key, unless its site draws another.
void Calls::note_begin(auto& world, CallSite const& site, Key& key) {
  if (world.has(site.key)) key = draw_key(*site.key, world.streams[site.key_stream]);
  if (world.watches_faults()) world.measures.timeline.begin_call(world.now());
}

/// From the outside in: the breaker, the timeout, the bulkhead.
void Calls::begin_attempt(auto& world, Call& call, CallSite const& site, Id id) {
  ++call.attempt;
  call.timer = {};
  call.in_attempt = true;
  if (world.has(world.traces.are_on())) world.traces.attempt_begins(world, call);
  bool const is_guarded = world.has(site.first_guard != nowhere);
  if (is_guarded && !guards.pass_breaker(world, call)) return refused(world, id, Outcome::rejected);
  if (site.timeout) arm_timeout(world, call, site, id);
  if (is_guarded && !enter_bulkhead(world, call, id)) return;
  send_attempt(world, call, site, id);
}

void Calls::send_attempt(auto& world, Call& call, CallSite const& site, Id id) {
  if (world.has(site.hedge)) return begin_hedge(world, call, id);
  count_attempt(world, call.workload, call.sent);
  world.replicas.send(world, call, site, id);
}

/// Of a call that was sent at `sent`; by that workload, if it is a client's.
void Calls::count_attempt(auto& world, std::uint32_t workload, Time sent) {
  if (world.watches_faults()) world.measures.timeline.begin_attempt(world.now());
  if (workload != nowhere && is_counted(sent)) ++world.measures.workloads[workload].attempts;
}

void Calls::sent(auto& world, Call& call, CallSite const& site, Activity const& attempt) {
  Id const id = world.activities.id_of(attempt);
  if (world.has(site.hedge)) {
    copy_sent(world, call, id);
  } else {
    call.callee = id;
  }
}

bool Calls::awaits(auto const& world, Call const& call, Id attempt) {
  return world.has(world.site_of(call).hedge) ? awaits_copy(world, call, attempt)
                                              : call.callee == attempt;
}

void Calls::attempt_ended(auto& world, Id id, Id attempt, Outcome outcome) {
  Call* const call = world.calls.find(id);
  if (!call) return;
  CallSite const& site = world.site_of(*call);
  if (world.has(site.hedge)) {
    if (awaits_copy(world, *call, attempt)) copy_ended(world, *call, id, attempt, outcome);
  } else if (call->callee == attempt) {
    settle(world, *call, site, id, outcome);
  }
}

void Calls::settle(auto& world, Call& call, CallSite const& site, Id id, Outcome outcome) {
  world.cancel(call.timer);
  call.timer = {};
  if (world.has(site.hedge) && world.hedges.alive(call.callee)) end_hedge(world, call.callee);
  call.callee = {};
  if (world.has(world.traces.are_on())) world.traces.attempt_ends(world, id, outcome);
  bool const is_at_guard = call.ticket != 0 || call.in_bulkhead || call.waits_outside;
  call.in_attempt = false;
  if (world.has(is_at_guard)) guards.leave(world, call, outcome);
  bool const is_over = outcome == Outcome::success || !site.retry;
  if (is_over || !retry(world, call, id, outcome)) end(world, call, id, outcome);
}

void Calls::end(auto& world, Call const& call, Id id, Outcome outcome) {
  if (world.has(world.traces.are_on())) world.traces.call_ends(world, id, outcome);
  if (call.workload != nowhere) {
    world.workloads.request_ended(world, call.workload, call.caller.index, call.sent,
                                  as_seen_by_caller(outcome));
  } else if (Activity* const caller = world.activities.find(call.caller)) {
    caller->result = as_seen_by_caller(outcome);
    world.interpreter.wake(world, *caller);
  }
  world.calls.destroy(id);
}

void Calls::hand_over(auto& world, Id id, Id from, Id to) {
  Call* const call = world.calls.find(id);
  if (!call || !awaits(world, *call, from)) return;
  if (!world.has(world.site_of(*call).hedge)) {
    call->callee = to;
    return;
  }
  for (auto& copy : world.hedges[call->callee.index].copies) {
    if (copy.attempt == from) copy.attempt = to;
  }
}

bool Calls::is_wanted(World const& world, Activity const& activity) {
  assert(world.has_orphans || is_heard(world, activity));
  return !world.has_orphans || is_heard(world, activity);
}

/// Asks from caller to caller.
bool Calls::is_heard(World const& world, Activity const& activity) {
  for (Activity const* at = &activity;;) {
    Activity const& current = *at;
    bool const replies_itself =
        current.reply_kind != ReplyTo::nobody && current.reply_kind != ReplyTo::callees_caller;
    if (!replies_itself) return true;
    if (current.reply_kind == ReplyTo::client) return true;
    if (current.reply_kind == ReplyTo::caller) {
      Activity const* const caller = world.activities.find(current.reply);
      if (!caller || !asks(*caller, world.activities.index_of(current))) return false;
      at = caller;
      continue;
    }
    if (current.reply_kind == ReplyTo::delivery) {
      return world.channels.is_wanted(world, current.reply);
    }
    if (current.reply_kind == ReplyTo::join) {
      Join const* const join = world.joins.find(current.reply);
      if (!join) return false;
      at = &world.activities[join->parent.index];
      continue;
    }
    Call const* const call = world.calls.find(current.reply);
    if (!call || !awaits(world, *call, world.activities.id_of(current))) return false;
    if (call->workload != nowhere) return true;
    at = &world.activities[call->caller.index];
  }
}

void Calls::reply(auto& world, Id id, Id attempt, std::uint32_t replica, Outcome outcome) {
  // Who runs out of patience decides that himself.
  bool const is_local = !world.has_network() || outcome == Outcome::abandoned;
  if (is_local) {
    attempt_ended(world, id, attempt, outcome);
  } else {
    reply_over_network(world, id, attempt, replica, outcome);
  }
}

void Calls::arm_timeout(World& world, Call& call, CallSite const& site, Id id) {
  Duration const timeout = site.timeout->sample_duration(world.streams[site.timeout_stream]);
  Event const event = World::event(EventKind::attempt_timeout, call.attempt, id.token());
  call.timer = site.timeout_lane == nowhere
                   ? world.sim.schedule_after(timeout, event)
                   : world.sim.schedule_in_lane(site.timeout_lane, timeout, event);
  if (!keeps_timeouts_) return;
  if (timeouts_.size() <= id.index) timeouts_.resize(id.index + 1, never);
  timeouts_[id.index] = world.now() + timeout;
}

// For the files outside the unit of these.
template bool Calls::awaits(World const&, Call const&, Id);
template void Calls::attempt_ended(World&, Id, Id, Outcome);
template void Calls::begin_attempt(World&, Call&, CallSite const&, Id);
template void Calls::count_attempt(World&, std::uint32_t, Time);
template void Calls::send_attempt(World&, Call&, CallSite const&, Id);
template void Calls::settle(World&, Call&, CallSite const&, Id, Outcome);

}  // namespace sojourn
