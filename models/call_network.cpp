/// Calls: replies, and words to stop, over the network.
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

std::uint32_t Calls::end_of_caller(World const& world, Call const& call) {
  if (call.workload != nowhere) return world.program->workload_end[call.workload];
  return world.program->replica_end[world.activities[call.caller.index].replica];
}

void Calls::reply_over_network(World& world, Id id, Id attempt, std::uint32_t replica,
                               Outcome outcome) {
  Call const* const call = world.calls.find(id);
  if (!call || !awaits(world, *call, attempt)) return;
  std::uint32_t const link = Network::link_between(
      *world.program, world.program->replica_end[replica], end_of_caller(world, *call));
  if (link == nowhere) return attempt_ended(world, id, attempt, outcome);
  double const bytes = outcome == Outcome::success ? world.site_of(*call).payload.reply : 0.0;
  auto const arrives = world.network.send(world, link, bytes, id);
  if (!arrives) return;
  if (*arrives == world.now()) return attempt_ended(world, id, attempt, outcome);
  Transit& transit = world.transits.create();
  transit = {transit.generation, false, outcome, id, attempt};
  world.at(*arrives, EventKind::transit_arrived, 0, world.transits.id_of(transit).token());
}

void Calls::tell_to_stop(World& world, Call const& call, Id attempt) {
  Activity const* const callee = world.activities.find(attempt);
  if (!callee) return;
  std::uint32_t const link =
      world.program->links.empty()
          ? nowhere
          : Network::link_between(*world.program, end_of_caller(world, call),
                                  world.program->replica_end[callee->replica]);
  if (link == nowhere) return world.interpreter.cancel(world, attempt);
  auto const arrives = world.network.send(world, link, 0.0, {});
  if (!arrives) return;
  if (*arrives == world.now()) return world.interpreter.cancel(world, attempt);
  Transit& transit = world.transits.create();
  transit = {transit.generation, true, Outcome::success, {}, attempt};
  world.at(*arrives, EventKind::transit_arrived, 0, world.transits.id_of(transit).token());
}

void Calls::transit_arrived(World& world, Id id) {
  Transit const transit = world.transits[id.index];
  world.transits.destroy(id);
  if (transit.is_cancel) {
    world.interpreter.cancel(world, transit.attempt);
  } else {
    attempt_ended(world, transit.call, transit.attempt, transit.outcome);
  }
}

}  // namespace sojourn
