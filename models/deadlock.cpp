#include "models/deadlock.h"

#include <algorithm>
#include <sstream>

#include "models/mobility.h"
#include "models/waiting_cycle.h"
#include "models/world.h"

namespace sojourn {
namespace {

bool is_full(Replica const& replica) {
  return replica.slots != unlimited && replica.busy == replica.slots;
}

/// Whether a service can never serve again: the stuck hold all its slots.
bool loses_a_service(World const& world, std::vector<Id> const& stuck) {
  std::vector<Limit> held(world.program->replica_service.size());
  for (Id const id : stuck) {
    Activity const& activity = world.activities[id.index];
    if (activity.holds_slot) ++held[activity.replica];
  }
  std::vector<bool> lost(world.program->services.size(), true);
  for (std::uint32_t i = 0; i < held.size(); ++i) {
    Replica const& replica = world.replicas[i];
    if (!is_full(replica) || held[i] < replica.slots) lost[replica.service] = false;
  }
  return std::find(lost.begin(), lost.end(), true) != lost.end();
}

std::size_t count_requests(World const& world, std::vector<Id> const& stuck) {
  return static_cast<std::size_t>(std::count_if(
      stuck.begin(), stuck.end(), [&](Id id) { return world.activities[id.index].uses_slot; }));
}

}  // namespace

Standstill find_standstill(World const& world) {
  Standstill found;
  Mobility const mobility(world);
  world.activities.for_each([&](Id id, Activity const&) {
    if (!mobility.can_move(id.index)) found.activities.push_back(id);
  });
  if (found.activities.empty()) return found;
  found.cycle = waiting_cycle(world, mobility, found.activities.front().index);
  found.takes_a_service = loses_a_service(world, found.activities);
  return found;
}

std::optional<std::string> DeadlockWatch::look(World const& world) {
  bool const is_dry = world.has_run_dry() && world.activities.size() > 0;
  bool const is_suspicious = stands_still(world) || is_dry;
  if (!is_suspicious) return std::nullopt;
  Standstill const found = find_standstill(world);
  if (found.activities.empty() || !(found.takes_a_service || is_dry)) return std::nullopt;
  std::size_t const requests = count_requests(world, found.activities);
  std::ostringstream text;
  text << "deadlock at " << in_seconds(world.now()) << "s: " << found.cycle << " (" << requests
       << (requests == 1 ? " request is" : " requests are") << " stuck for ever)";
  return text.str();
}

/// Whether some service, with all slots taken, has begun to serve nobody since the look before.
bool DeadlockWatch::stands_still(World const& world) {
  bool found = false;
  started_.resize(world.program->services.size());
  for (std::size_t i = 0; i < started_.size(); ++i) {
    ServicePlan const& plan = world.program->services[i];
    std::uint64_t const started = world.measures.services[i].started;
    bool stands = started == started_[i];
    for (std::uint32_t n = 0; stands && n < plan.replicas; ++n) {
      stands = is_full(world.replicas[plan.first_replica + n]);
    }
    found = found || stands;
    started_[i] = started;
  }
  return found;
}

}  // namespace sojourn
