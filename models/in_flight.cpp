#include "models/in_flight.h"

#include "models/clients_waiting.h"
#include "models/messages_there.h"

namespace sojourn {

InFlight count_in_flight(World const& world) {
  InFlight found;
  found.requests.assign(world.program->workloads.size(), 0);
  found.messages.assign(world.program->accounts.size(), 0);
  for_each_client_waiting(world, [&](std::uint32_t workload, Time sent) {
    if (is_counted(sent)) ++found.requests[workload];
  });
  found.fault_messages.assign(world.program->fault_names.size(), 0);
  for_each_message_there(world, [&](std::uint32_t buffer, Waiting const& message) {
    if (!is_counted(message.published)) return;
    ++found.messages[world.program->buffers[buffer].account];
    for (std::size_t i = 0; i < found.fault_messages.size(); ++i) {
      if (world.measures.fault_messages[i].concerns(message.published)) ++found.fault_messages[i];
    }
  });
  found.sagas.assign(world.program->sagas.size(), 0);
  world.sagas.count_in_progress(world, found.sagas);
  return found;
}

}  // namespace sojourn
