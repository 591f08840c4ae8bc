#pragma once

#include <cstdint>

#include "models/world.h"

namespace sojourn {

/// Calls `visit(workload, sent)` for each request of a client that has not ended. O(records).
template <class Visit>
void for_each_client_waiting(World const& world, Visit&& visit) {
  world.calls.for_each([&](Id, Call const& call) {
    if (call.workload != nowhere) visit(call.workload, call.sent);
  });
  world.activities.for_each([&](Id, Activity const& activity) {
    if (activity.reply_kind != ReplyTo::client) return;
    visit(world.program->call_sites[site_of_client(activity.reply)].workload, activity.arrived);
  });
}

}  // namespace sojourn
