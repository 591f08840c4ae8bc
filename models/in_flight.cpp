#include "models/in_flight.h"

#include "models/world.h"

namespace sojourn {

InFlight count_in_flight(World const& world) {
  InFlight found;
  found.requests.assign(world.program->workloads.size(), 0);
  found.messages.assign(world.program->accounts.size(), 0);
  world.calls.for_each([&](Id, Call const& call) {
    if (call.workload != nowhere && is_counted(call.sent)) ++found.requests[call.workload];
  });
  auto const& buffers = world.program->buffers;
  world.messages.for_each([&](Id, Message const& message) {
    bool const is_there = message.state != MessageState::settled;
    if (is_there && is_counted(message.content.published))
      ++found.messages[buffers[message.buffer].account];
  });
  for (std::uint32_t i = 0; i < buffers.size(); ++i) {
    world.channels.ready(i).for_each_fresh([&](Waiting const& message) {
      if (is_counted(message.published)) ++found.messages[buffers[i].account];
    });
  }
  found.sagas.assign(world.program->sagas.size(), 0);
  world.sagas.count_in_progress(world, found.sagas);
  return found;
}

}  // namespace sojourn
