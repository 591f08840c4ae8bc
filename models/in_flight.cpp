#include "models/in_flight.h"

#include "models/world.h"

namespace sojourn {

InFlight count_in_flight(World const& world) {
  InFlight found;
  found.requests.assign(world.program->workloads.size(), 0);
  found.messages.assign(world.program->channels.size(), 0);
  world.calls.for_each([&](Id, Call const& call) {
    if (call.workload != nowhere && is_counted(call.sent)) ++found.requests[call.workload];
  });
  world.messages.for_each([&](Id, Message const& message) {
    bool const is_there =
        message.state == MessageState::ready || message.state == MessageState::delayed ||
        message.state == MessageState::unacked || message.state == MessageState::orphaned;
    if (is_there && is_counted(message.published)) ++found.messages[message.channel];
  });
  found.sagas.assign(world.program->sagas.size(), 0);
  world.sagas.count_in_progress(world, found.sagas);
  return found;
}

}  // namespace sojourn
