#include "models/call_guard.h"

#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {
namespace {

/// Who ran out of patience has not learned whether the callee would have failed.
bool says_something(std::optional<Outcome> const& outcome) {
  return outcome && *outcome != Outcome::abandoned;
}

}  // namespace

CallGuards::CallGuards(Program const& program) {
  for (std::uint32_t const site : program.guard_site) {
    CallGuard& guard = guards_.emplace_back();
    if (auto const& breaker = program.call_sites[site].breaker) guard.breaker.emplace(*breaker);
  }
}

std::uint32_t CallGuards::guard_of(World const& world, Call const& call) {
  CallSite const& site = world.site_of(call);
  if (call.workload != nowhere) return site.first_guard;
  return site.first_guard + world.activities[call.caller.index].replica - site.first_caller;
}

bool CallGuards::pass_breaker(World& world, Call& call) {
  CallGuard& guard = guards_[guard_of(world, call)];
  if (!guard.breaker) return true;
  call.ticket = guard.breaker->admit() & CircuitBreaker::last_ticket;
  if (call.ticket == 0) ++world.measures.calls[call.site].stopped_by_breaker;
  return call.ticket != 0;
}

CallGuards::Entry CallGuards::enter(World& world, Call& call, Id id) {
  auto const& limit = world.site_of(call).limit;
  if (!limit) return Entry::enters;
  CallGuard& guard = guards_[guard_of(world, call)];
  CallMeasures& measures = world.measures.calls[call.site];
  if (guard.in_flight < limit->calls) {
    ++guard.in_flight;
    call.in_bulkhead = true;
    measures.in_flight.add(world.now(), 1);
    return Entry::enters;
  }
  if (limit->waits) {
    guard.waiting.push_back({id, call.attempt});
    call.waits_outside = true;
    measures.waiting.add(world.now(), 1);
    return Entry::waits;
  }
  ++measures.stopped_by_limit;
  return Entry::refused;
}

void CallGuards::leave(World& world, Call& call, std::optional<Outcome> outcome) {
  std::uint32_t const index = guard_of(world, call);
  CallGuard& guard = guards_[index];
  CallMeasures& measures = world.measures.calls[call.site];
  bool const is_judged = !call.waits_outside && says_something(outcome);
  if (call.waits_outside) measures.waiting.add(world.now(), -1);
  if (call.in_bulkhead) {
    --guard.in_flight;
    measures.in_flight.add(world.now(), -1);
  }
  if (call.ticket != 0 && !is_judged) guard.breaker->forget(call.ticket);
  if (call.ticket != 0 && is_judged &&
      guard.breaker->record(world.now(), call.ticket, *outcome != Outcome::success)) {
    Duration const open = world.site_of(call).breaker->open;
    guard.reopening = world.after(open, EventKind::breaker_half_open, index, 0);
    ++measures.openings;
    count_open(world, index, 1);
  }
  call.ticket = 0;
  call.waits_outside = call.in_bulkhead = false;
  admit_waiting(world, index);
}

/// An attempt that is let in may fail at once and leave again, so this is a loop and no recursion.
void CallGuards::admit_waiting(World& world, std::uint32_t index) {
  CallGuard& guard = guards_[index];
  CallSite const& site = world.program->call_sites[world.program->guard_site[index]];
  if (guard.admitting || guard.waiting.empty()) return;
  std::uint32_t const replica = site.first_caller + index - site.first_guard;
  if (site.first_caller != nowhere && world.replicas.is_paused(replica)) return;
  guard.admitting = true;
  while (guard.in_flight < site.limit->calls && !guard.waiting.empty()) {
    auto const [id, attempt] = guard.waiting.front();
    guard.waiting.pop_front();
    Call* const call = world.calls.find(id);
    if (!call || call->attempt != attempt || !call->waits_outside) continue;
    CallMeasures& measures = world.measures.calls[call->site];
    if (guard.breaker && !guard.breaker->is_current(call->ticket)) {
      // The breaker has changed its mind since it let the attempt pass.
      call->ticket = guard.breaker->admit() & CircuitBreaker::last_ticket;
      if (call->ticket == 0) {
        ++measures.stopped_by_breaker;
        world.calls_in_progress.refused(world, id, Outcome::rejected);
        continue;
      }
    }
    call->waits_outside = false;
    measures.waiting.add(world.now(), -1);
    call->in_bulkhead = true;
    ++guard.in_flight;
    measures.in_flight.add(world.now(), 1);
    world.calls_in_progress.send_attempt(world, *call, site, id);
  }
  guard.admitting = false;
}

void CallGuards::end_open(World& world, std::uint32_t index) {
  CallGuard& guard = guards_[index];
  guard.reopening = {};
  guard.breaker->end_open();
  count_open(world, index, -1);
}

void CallGuards::replica_crashed(World& world, std::uint32_t replica) {
  for (std::uint32_t const index : world.program->replica_guards[replica]) {
    CallGuard& guard = guards_[index];
    guard.waiting.clear();
    if (!guard.breaker) continue;
    if (world.cancel(guard.reopening)) count_open(world, index, -1);
    guard.reopening = {};
    guard.breaker->reset();
  }
}

void CallGuards::pause_ended(World& world, std::uint32_t replica) {
  for (std::uint32_t const index : world.program->replica_guards[replica]) {
    admit_waiting(world, index);
  }
}

void CallGuards::count_open(World& world, std::uint32_t index, int change) {
  world.measures.calls[world.program->guard_site[index]].open.add(world.now(), change);
}

}  // namespace sojourn
