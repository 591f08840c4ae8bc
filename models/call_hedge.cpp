/// Calls: attempts of which further copies are sent if the answer takes long.
#include <algorithm>

#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

void Calls::begin_hedge(World& world, Call& call, Id id) {
  HedgedAttempt& hedge = world.hedges.create();
  hedge.call = id;
  call.callee = world.hedges.id_of(hedge);
  ++world.measures.calls[call.site].hedged;
  send_copies(world, call.callee);
}

/// Sends the next copy, and those that follow it without delay.
void Calls::send_copies(World& world, Id id) {
  Id const call = world.hedges[id.index].call;
  Hedge const spec = *world.site_of(world.calls[call.index]).hedge;
  do {
    HedgedAttempt& hedge = world.hedges[id.index];
    ++hedge.sent;
    bool const waits = hedge.sent < spec.copies && spec.after > Duration::zero();
    if (waits) hedge.timer = world.after(spec.after, EventKind::hedge_due, 0, id.token());
    if (hedge.sent > 1) ++world.measures.calls[world.calls[call.index].site].further_copies;
    if (world.traces.are_on() && hedge.sent > 1) world.traces.copy_is_sent(world, call);
    Call const& made = world.calls[call.index];
    count_attempt(world, made.workload, made.sent);
    hedge.sending = true;
    Call& sender = world.calls[call.index];
    world.replicas.send(world, sender, world.site_of(sender), call);
    if (HedgedAttempt* const sent = world.hedges.find(id)) sent->sending = false;
  } while (spec.after == Duration::zero() && world.hedges.alive(id) &&
           world.hedges[id.index].sent < spec.copies);
}

void Calls::hedge_due(World& world, Id id) {
  HedgedAttempt* const hedge = world.hedges.find(id);
  if (!hedge) return;
  Call const& call = world.calls[hedge->call.index];
  if (is_paused(world, call)) {
    world.defer(call, World::event(EventKind::hedge_due, 0, id.token()));
    return;
  }
  hedge->timer = {};
  send_copies(world, id);
}

bool Calls::awaits_copy(World const& world, Call const& call, Id attempt) {
  HedgedAttempt const* const hedge = world.hedges.find(call.callee);
  if (!hedge) return false;
  auto const end = hedge->copies.begin() + hedge->under_way;
  return std::any_of(hedge->copies.begin(), end,
                     [&](HedgedAttempt::Copy const& copy) { return copy.attempt == attempt; });
}

void Calls::copy_sent(World& world, Call const& call, Id attempt) {
  HedgedAttempt& hedge = world.hedges[call.callee.index];
  hedge.copies[hedge.under_way++] = {attempt, hedge.sent};
  hedge.sending = false;
}

/// The first success counts; a failure only if no other copy is under way and none is left to send.
/// No attempt: the one that is being sent was refused.
void Calls::copy_ended(World& world, Call& call, Id id, Id attempt, Outcome outcome) {
  HedgedAttempt& hedge = world.hedges[call.callee.index];
  auto const end = hedge.copies.begin() + hedge.under_way;
  auto const copy = std::find_if(hedge.copies.begin(), end, [&](HedgedAttempt::Copy const& each) {
    return each.attempt == attempt;
  });
  if (copy != end) {
    if (outcome == Outcome::success && copy->number > 1) ++world.measures.calls[call.site].rescued;
    std::copy(copy + 1, end, copy);
    --hedge.under_way;
  }
  if (outcome == Outcome::success) {
    give_up_copies(world, call);
    settle(world, call, world.site_of(call), id, outcome);
  } else if (hedge.under_way > 0 || hedge.sending) {
    return;
  } else if (hedge.sent < world.site_of(call).hedge->copies) {
    world.cancel(hedge.timer);
    hedge.timer = {};
    send_copies(world, call.callee);
  } else {
    settle(world, call, world.site_of(call), id, outcome);
  }
}

/// Nobody waits for the copies that are under way.
void Calls::give_up_copies(World& world, Call const& call) {
  world.has_orphans = true;
  HedgedAttempt const hedge = world.hedges[call.callee.index];
  bool const is_told = world.site_of(call).cancel;
  Call const caller = call;
  for (std::uint32_t i = 0; i < hedge.under_way; ++i) {
    give_up_attempt(world, caller, hedge.copies[i].attempt, is_told, Outcome::timeout);
  }
}

void Calls::end_hedge(World& world, Id id) {
  world.cancel(world.hedges[id.index].timer);
  world.hedges.destroy(id);
}

std::uint32_t Calls::another_replica(World& world, Call const& call, std::uint32_t chosen,
                                     std::vector<std::uint32_t> const& listed) {
  HedgedAttempt& hedge = world.hedges[call.callee.index];
  auto const is_used = [&](std::uint32_t replica) {
    auto const end = hedge.replicas.begin() + hedge.sent - 1;
    return std::find(hedge.replicas.begin(), end, replica) != end;
  };
  auto const start = static_cast<std::size_t>(
      std::lower_bound(listed.begin(), listed.end(), chosen) - listed.begin());
  for (std::size_t i = 0; i < listed.size() && is_used(chosen); ++i) {
    chosen = listed[(start + i) % listed.size()];
  }
  return hedge.replicas[hedge.sent - 1] = chosen;
}

}  // namespace sojourn
