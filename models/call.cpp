#include "models/call.h"

#include <algorithm>

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

void Calls::begin_from(World& world, Id caller, std::uint32_t site) {
  Activity& activity = world.activities[caller.index];
  Id const id = world.calls.create();
  Call& call = world.calls[id.index];
  call.site = site;
  call.priority = activity.priority;
  call.carries_deadline = activity.carries_deadline ? 1 : 0;
  call.caller = caller;
  call.key = activity.key;
  activity.awaits = id.index;
  begin(world, id);
}

void Calls::begin_from_client(World& world, std::uint32_t workload, std::uint32_t user,
                              std::uint32_t site) {
  Workload const& spec = world.program->workloads[workload].spec;
  Id const id = world.calls.create();
  Call& call = world.calls[id.index];
  call.site = site;
  call.priority = spec.priority;
  call.carries_deadline = spec.propagates_deadline ? 1 : 0;
  call.workload = workload;
  call.caller.index = user;
  begin(world, id);
}

void Calls::begin(World& world, Id id) {
  Call& call = world.calls[id.index];
  call.sent = world.now();
  CallSite const& site = world.site_of(call);
  if (site.key) call.key = draw_key(*site.key, world.streams[site.key_stream]);
  if (site.retry && site.retry->budget) budgets_[call.site].add_call(*site.retry->budget);
  if (world.measures.watches_faults) world.measures.timeline.begin_call(world.now());
  begin_attempt(world, id);
}

/// From the outside in: the breaker, the timeout, the bulkhead.
void Calls::begin_attempt(World& world, Id id) {
  Call& call = world.calls[id.index];
  CallSite const& site = world.site_of(call);
  ++call.attempt;
  call.timer = {};
  call.in_attempt = true;
  bool const is_guarded = site.first_guard != nowhere;
  if (is_guarded && !guards.pass_breaker(world, call)) {
    settle(world, call, id, Outcome::rejected);
    return;
  }
  if (site.timeout) {
    Duration const timeout = site.timeout->sample_duration(world.streams[site.timeout_stream]);
    call.timer = world.after(timeout, EventKind::attempt_timeout, call.attempt, id.token());
    if (keeps_timeouts_) {
      if (timeouts_.size() <= id.index) timeouts_.resize(id.index + 1, never);
      timeouts_[id.index] = world.now() + timeout;
    }
  }
  if (is_guarded && !enter_bulkhead(world, call, id)) return;
  send_attempt(world, call, id);
}

/// True if the attempt may go out now.
bool Calls::enter_bulkhead(World& world, Call& call, Id id) {
  auto const entry = guards.enter(world, call, id);
  if (entry == CallGuards::Entry::refused) {
    guards.leave(world, call, std::nullopt);
    settle(world, call, id, Outcome::rejected);
  }
  return entry == CallGuards::Entry::enters;
}

void Calls::send_attempt(World& world, Call& call, Id id) {
  if (world.site_of(call).hedge) return begin_hedge(world, call, id);
  count_attempt(world, call);
  world.replicas.send(world, id);
}

void Calls::count_attempt(World& world, Call const& call) {
  if (world.measures.watches_faults) world.measures.timeline.begin_attempt(world.now());
  if (call.workload != nowhere && is_counted(call.sent)) {
    ++world.measures.workloads[call.workload].attempts;
  }
}

void Calls::sent(World& world, Id id, Id attempt) {
  Call& call = world.calls[id.index];
  if (world.site_of(call).hedge) {
    copy_sent(world, call, attempt);
  } else {
    call.callee = attempt;
  }
}

bool Calls::awaits(World const& world, Call const& call, Id attempt) {
  if (!world.site_of(call).hedge) return call.callee == attempt;
  HedgedAttempt const* const hedge = world.hedges.find(call.callee);
  if (!hedge) return false;
  auto const end = hedge->copies.begin() + hedge->under_way;
  return std::any_of(hedge->copies.begin(), end,
                     [&](HedgedAttempt::Copy const& copy) { return copy.attempt == attempt; });
}

void Calls::attempt_ended(World& world, Id id, Id attempt, Outcome outcome) {
  Call* const call = world.calls.find(id);
  if (!call || !awaits(world, *call, attempt)) return;
  if (world.site_of(*call).hedge) {
    copy_ended(world, *call, id, attempt, outcome);
  } else {
    settle(world, *call, id, outcome);
  }
}

void Calls::refused(World& world, Id id, Outcome outcome) {
  Call& call = world.calls[id.index];
  bool const is_copy = world.site_of(call).hedge && world.hedges.alive(call.callee);
  if (is_copy) {
    world.hedges[call.callee.index].sending = false;
    copy_ended(world, call, id, {}, outcome);
  } else {
    settle(world, call, id, outcome);
  }
}

void Calls::hand_over(World& world, Id id, Id from, Id to) {
  Call* const call = world.calls.find(id);
  if (!call || !awaits(world, *call, from)) return;
  if (!world.site_of(*call).hedge) {
    call->callee = to;
    return;
  }
  for (auto& copy : world.hedges[call->callee.index].copies) {
    if (copy.attempt == from) copy.attempt = to;
  }
}

void Calls::attempt_timed_out(World& world, Id id, std::uint32_t attempt) {
  Call* const call = world.calls.find(id);
  // Put off by a pause, it may come when its attempt has ended already.
  if (!call || call->attempt != attempt || !call->in_attempt) return;
  if (is_paused(world, *call)) {
    world.defer(*call, World::event(EventKind::attempt_timeout, attempt, id.token()));
    return;
  }
  if (world.site_of(*call).hedge && world.hedges.alive(call->callee)) {
    give_up_copies(world, *call);
  } else {
    give_up_attempt(world, *call, call->callee, world.site_of(*call).cancel, Outcome::timeout);
  }
  settle(world, world.calls[id.index], id, Outcome::timeout);
}

/// Nobody waits for an attempt any longer. One that is still blocked outside leaves; another stops
/// if it is told.
void Calls::give_up_attempt(World& world, Call const& call, Id attempt, bool is_told,
                            Outcome outcome) {
  if (is_outside(world, attempt)) {
    world.interpreter.finish_unheard(world, attempt.index, outcome);
  } else if (is_told) {
    tell_to_stop(world, call, attempt);
  }
}

void Calls::backoff_done(World& world, Id id) {
  Call* const call = world.calls.find(id);
  if (!call) return;
  if (is_paused(world, *call)) {
    world.defer(*call, World::event(EventKind::backoff_done, 0, id.token()));
    return;
  }
  begin_attempt(world, id);
}

void Calls::settle(World& world, Call& call, Id id, Outcome outcome) {
  world.sim.cancel(call.timer);
  call.timer = {};
  CallSite const& site = world.site_of(call);
  if (site.hedge && world.hedges.alive(call.callee)) end_hedge(world, call.callee);
  call.callee = {};
  bool const is_at_guard = call.ticket != 0 || call.in_bulkhead || call.waits_outside;
  call.in_attempt = false;
  if (is_at_guard) guards.leave(world, call, outcome);
  if (outcome == Outcome::success || !site.retry || !may_retry(*site.retry, call, outcome)) {
    end(world, call, id, outcome);
    return;
  }
  Duration const wait =
      draw_backoff(site.retry->backoff, call.attempt, from_seconds(call.previous_backoff),
                   world.streams[site.backoff_stream]);
  call.previous_backoff = static_cast<float>(in_seconds(wait));
  call.timer = world.after(wait, EventKind::backoff_done, 0, id.token());
}

bool Calls::may_retry(Retry const& retry, Call const& call, Outcome outcome) {
  if (static_cast<Limit>(call.attempt) >= retry.attempts || !retries_on(retry, outcome)) {
    return false;
  }
  return !retry.budget || budgets_[call.site].take();
}

void Calls::end(World& world, Call const& call, Id id, Outcome outcome) {
  if (call.workload != nowhere) {
    world.workloads.request_ended(world, call, as_seen_by_caller(outcome));
  } else if (Activity* const caller = world.activities.find(call.caller)) {
    caller->result = as_seen_by_caller(outcome);
    world.interpreter.wake(world, call.caller.index);
  }
  world.calls.destroy(id);
}

void Calls::abandon(World& world, Id id, bool with_callee) {
  Call* const call = world.calls.find(id);
  if (!call) return;
  Call const given_up = *call;
  bool const is_told = with_callee || world.site_of(given_up).cancel;
  HedgedAttempt attempts;
  attempts.copies[attempts.under_way++].attempt = given_up.callee;
  if (world.site_of(given_up).hedge && world.hedges.alive(given_up.callee)) {
    attempts = world.hedges[given_up.callee.index];
    end_hedge(world, given_up.callee);
  }
  world.sim.cancel(call->timer);
  if (call->ticket != 0 || call->in_bulkhead || call->waits_outside) {
    guards.leave(world, *call, std::nullopt);
  }
  world.calls.destroy(id);
  for (std::uint32_t i = 0; i < attempts.under_way; ++i) {
    Id const attempt = attempts.copies[i].attempt;
    if (is_outside(world, attempt)) {
      world.interpreter.cancel(world, attempt);
    } else if (is_told) {
      tell_to_stop(world, given_up, attempt);
    }
  }
}

bool Calls::is_outside(World const& world, Id attempt) {
  Activity const* const activity = world.activities.find(attempt);
  return activity && activity->state == ActivityState::entering;
}

bool Calls::is_wanted(World const& world, std::uint32_t activity) {
  for (;;) {
    Activity const& current = world.activities[activity];
    Id const self = world.activities.id_of(activity);
    bool const replies_itself =
        current.reply_kind != ReplyTo::nobody && current.reply_kind != ReplyTo::callees_caller;
    if (!replies_itself) return true;
    if (current.reply_kind == ReplyTo::delivery) {
      return world.channels.is_wanted(world, current.reply);
    }
    if (current.reply_kind == ReplyTo::join) {
      Join const* const join = world.joins.find(current.reply);
      if (!join) return false;
      activity = join->parent.index;
      continue;
    }
    Call const* const call = world.calls.find(current.reply);
    if (!call || !awaits(world, *call, self)) return false;
    if (call->workload != nowhere) return true;
    activity = call->caller.index;
  }
}

Time Calls::deadline_of(World const& world, std::uint32_t activity) const {
  Time earliest = never;
  for (;;) {
    Activity const& current = world.activities[activity];
    if (current.reply_kind == ReplyTo::join) {
      Join const* const join = world.joins.find(current.reply);
      if (!join) return earliest;
      activity = join->parent.index;
      continue;
    }
    if (current.reply_kind != ReplyTo::call) return earliest;
    Call const* const call = world.calls.find(current.reply);
    if (!call) return earliest;
    // Of one that has only just come, its call does not know yet.
    bool const is_new = current.state == ActivityState::ready;
    if (!is_new && call->callee != world.activities.id_of(activity)) return earliest;
    if (world.site_of(*call).timeout) earliest = std::min(earliest, timeouts_[current.reply.index]);
    if (call->workload != nowhere) return earliest;
    activity = call->caller.index;
  }
}

bool Calls::is_paused(World const& world, Call const& call) {
  return call.workload == nowhere &&
         world.replicas.is_paused(world.activities[call.caller.index].replica);
}

}  // namespace sojourn
