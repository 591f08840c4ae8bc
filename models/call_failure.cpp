/// Calls: attempts that fail, time out or are given up, and what comes after them.
#include <algorithm>

#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

/// True if the attempt may go out now.
bool Calls::enter_bulkhead(World& world, Call& call, Id id) {
  auto const entry = guards.enter(world, call, id);
  if (entry == CallGuards::Entry::refused) {
    guards.leave(world, call, std::nullopt);
    settle(world, call, world.site_of(call), id, Outcome::rejected);
  }
  return entry == CallGuards::Entry::enters;
}

void Calls::refused(World& world, Id id, Outcome outcome) {
  Call& call = world.calls[id.index];
  bool const is_copy = world.site_of(call).hedge && world.hedges.alive(call.callee);
  if (is_copy) {
    world.hedges[call.callee.index].sending = false;
    copy_ended(world, call, id, {}, outcome);
  } else {
    settle(world, call, world.site_of(call), id, outcome);
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
  world.has_orphans = true;
  if (world.site_of(*call).hedge && world.hedges.alive(call->callee)) {
    give_up_copies(world, *call);
  } else {
    give_up_attempt(world, *call, call->callee, world.site_of(*call).cancel, Outcome::timeout);
  }
  settle(world, *call, world.site_of(*call), id, Outcome::timeout);
}

/// Nobody waits for an attempt any longer. One that is still blocked outside leaves; another stops
/// if it is told.
void Calls::give_up_attempt(World& world, Call const& call, Id attempt, bool is_told,
                            Outcome outcome) {
  if (is_outside(world, attempt)) {
    world.interpreter.finish_unheard(world, world.activities[attempt.index], outcome);
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
  begin_attempt(world, *call, world.site_of(*call), id);
}

/// Begins to wait for the next attempt, if there is to be one.
bool Calls::retry(World& world, Call& call, Id id, Outcome outcome) {
  CallSite const& site = world.site_of(call);
  if (!may_retry(*site.retry, call, outcome)) return false;
  Duration const wait =
      draw_backoff(site.retry->backoff, call.attempt, from_seconds(call.previous_backoff),
                   world.streams[site.backoff_stream]);
  call.previous_backoff = static_cast<float>(in_seconds(wait));
  call.timer = world.after(wait, EventKind::backoff_done, 0, id.token());
  return true;
}

bool Calls::may_retry(Retry const& retry, Call const& call, Outcome outcome) {
  if (static_cast<Limit>(call.attempt) >= retry.attempts || !retries_on(retry, outcome)) {
    return false;
  }
  return !retry.budget || budgets_[call.site].take();
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
  world.cancel(call->timer);
  if (world.traces.are_on()) world.traces.call_ends(world, id, Outcome::abandoned);
  if (call->ticket != 0 || call->in_bulkhead || call->waits_outside) {
    guards.leave(world, *call, std::nullopt);
  }
  world.calls.destroy(id);
  world.has_orphans = true;
  for (std::uint32_t i = 0; i < attempts.under_way; ++i) {
    Id const attempt = attempts.copies[i].attempt;
    if (is_outside(world, attempt)) {
      world.interpreter.cancel(world, attempt);
    } else if (is_told) {
      tell_to_stop(world, given_up, attempt);
    }
  }
}

void Calls::abandon_callee(World& world, Id callee, bool is_told) {
  world.has_orphans = true;
  if (is_told || is_outside(world, callee)) world.interpreter.cancel(world, callee);
}

bool Calls::is_outside(World const& world, Id attempt) {
  Activity const* const activity = world.activities.find(attempt);
  return activity && activity->state == ActivityState::entering;
}

Time Calls::deadline_of(World const& world, Activity const& activity) const {
  Time earliest = never;
  for (Activity const* at = &activity;;) {
    Activity const& current = *at;
    if (current.reply_kind == ReplyTo::join) {
      Join const* const join = world.joins.find(current.reply);
      if (!join) return earliest;
      at = &world.activities[join->parent.index];
      continue;
    }
    if (current.reply_kind == ReplyTo::caller) {
      at = world.activities.find(current.reply);
      if (!at) return earliest;
      continue;
    }
    if (current.reply_kind != ReplyTo::call) return earliest;
    Call const* const call = world.calls.find(current.reply);
    if (!call) return earliest;
    // Of one that has only just come, its call does not know yet.
    bool const is_new = current.state == ActivityState::ready;
    if (!is_new && call->callee != world.activities.id_of(current)) return earliest;
    if (world.site_of(*call).timeout) earliest = std::min(earliest, timeouts_[current.reply.index]);
    if (call->workload != nowhere) return earliest;
    at = &world.activities[call->caller.index];
  }
}

bool Calls::is_paused(World const& world, Call const& call) {
  return call.workload == nowhere &&
         world.replicas.is_paused(world.activities[call.caller.index].replica);
}

}  // namespace sojourn
