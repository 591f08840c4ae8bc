/// Replicas: how many there are, and when they are open.
#include <algorithm>

#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

void Replicas::begin(World& world) {
  for (std::uint32_t service = 0; service < services_.size(); ++service) {
    ServiceState& state = services_[service];
    if (state.scaler) {
      Duration const every = world.program->services[service].spec.autoscale->every;
      world.after(every, EventKind::scaling_due, service, 0);
    }
    if (!state.calendar) continue;
    state.closed = !state.calendar->is_open(world.now());
    if (auto const change = state.calendar->next_change(world.now())) {
      world.at(*change, EventKind::hours_change, service, 0);
    }
  }
}

// --- Hours ---------------------------------------------------------------------------------------

void Replicas::hours_change(World& world, std::uint32_t service) {
  ServiceState& state = services_[service];
  state.closed = !state.closed;
  world.at(*state.calendar->next_change(world.now()), EventKind::hours_change, service, 0);
  if (state.closed) return close(world, service);
  ServicePlan const& plan = world.program->services[service];
  for (std::uint32_t i = plan.first_replica; i < plan.first_replica + plan.replicas; ++i) {
    if (takes_messages(i)) world.channels.replica_started(world, i);
  }
}

/// Those who are there are served, or only those in service; nobody else comes in.
void Replicas::close(World& world, std::uint32_t service) {
  ServicePlan const& plan = world.program->services[service];
  bool const dismisses = services_[service].calendar->dismisses_at(world.now());
  for (std::uint32_t i = plan.first_replica; i < plan.first_replica + plan.replicas; ++i) {
    world.channels.replica_closed(world, i);
    if (dismisses) dismiss(world, i);
  }
}

/// Turns away who waits to be served, in order of arrival. Whoever makes room for others lets in
/// only some who are about to go too.
void Replicas::dismiss(World& world, std::uint32_t index) {
  std::vector<std::pair<Time, Id>> in_line;
  world.activities.for_each([&](Id id, Activity const& activity) {
    bool const waits = activity.state == ActivityState::queued ||
                       activity.state == ActivityState::entering ||
                       activity.state == ActivityState::held_back;
    bool const is_message = activity.reply_kind == ReplyTo::delivery;
    if (activity.replica == index && waits && !is_message)
      in_line.emplace_back(activity.arrived, id);
  });
  std::sort(in_line.begin(), in_line.end(), [](auto const& left, auto const& right) {
    return std::pair(left.first, left.second.index) < std::pair(right.first, right.second.index);
  });
  for (auto const& [arrived, id] : in_line) {
    Activity* const activity = world.activities.find(id);
    if (!activity) continue;
    // It says nothing about the load.
    if (auto const& door = replicas_[index].door) note_entry(world, *door, *activity, never);
    turn_away(world, *activity, Outcome::rejected);
  }
}

// --- Scaling -------------------------------------------------------------------------------------

void Replicas::begin_measuring(World& world) {
  for (std::uint32_t service = 0; service < services_.size(); ++service) {
    auto& scaler = services_[service].scaler;
    if (!scaler) continue;
    seen_of(world, service, *scaler);
    scaler->busy_before = scaler->up_before = 0.0;
  }
}

/// Adds up what has been seen since the last look, and says the mean of the metric over the
/// replicas that served; NaN if none did.
double Replicas::seen_of(World const& world, std::uint32_t service, Scaler& scaler) const {
  ServiceMeasures const& measures = world.measures.services[service];
  Service const& spec = world.program->services[service].spec;
  bool const by_cpu = spec.autoscale->metric == Autoscale::Metric::cpu;
  double const busy =
      by_cpu ? measures.cpu.integral(world.now()) : measures.busy.integral(world.now());
  double const up = measures.up.integral(world.now());
  scaler.busy += busy - scaler.busy_before;
  scaler.up += up - scaler.up_before;
  scaler.busy_before = busy;
  scaler.up_before = up;
  double const capacity = by_cpu ? *spec.cores : static_cast<double>(spec.concurrency);
  return scaler.busy / (capacity * scaler.up);
}

void Replicas::scaling_due(World& world, std::uint32_t service) {
  ServicePlan const& plan = world.program->services[service];
  world.after(plan.spec.autoscale->every, EventKind::scaling_due, service, 0);
  Scaler& scaler = *services_[service].scaler;
  double const seen = seen_of(world, service, scaler);
  bool const has_seen = scaler.up > 0.0;
  scaler.busy = scaler.up = 0.0;
  if (!has_seen) return;
  std::int64_t serving = 0;
  for (std::uint32_t i = plan.first_replica; i < plan.first_replica + plan.replicas; ++i) {
    serving += replicas_[i].up && replicas_[i].provision == Provision::full ? 1 : 0;
  }
  scale_to(world, service, scaler.rule.decide(world.now(), count_full(service), serving, seen));
}

std::int64_t Replicas::count_full(std::uint32_t service) const {
  return static_cast<std::int64_t>(
      std::count_if(replicas_.begin(), replicas_.end(), [&](Replica const& replica) {
        return replica.service == service && replica.provision == Provision::full;
      }));
}

void Replicas::scale_to(World& world, std::uint32_t service, std::int64_t wanted) {
  std::int64_t present = count_full(service);
  for (; present < wanted; ++present) provision(world, service);
  for (; present > wanted; --present) begin_to_drain(world, service);
}

/// One that still drains is kept; else a new one starts.
void Replicas::provision(World& world, std::uint32_t service) {
  ServicePlan const& plan = world.program->services[service];
  std::uint32_t found = nowhere;
  for (std::uint32_t i = plan.first_replica; i < plan.first_replica + plan.replicas; ++i) {
    if (replicas_[i].provision == Provision::draining) found = i;
    if (replicas_[i].provision == Provision::none && found == nowhere) found = i;
    if (replicas_[i].provision == Provision::draining) break;
  }
  ensure(found != nowhere, "there are as many places as replicas may be wanted");
  Replica& replica = replicas_[found];
  bool const is_new = replica.provision == Provision::none;
  replica.provision = Provision::full;
  if (!is_new) {
    set_listed(found, true);
    world.channels.replica_started(world, found);
    return;
  }
  count_provisioned(world, replica, 1);
  if (replica.crashes == 0) begin_startup(world, found);
}

/// One that does not serve yet goes first, else the last one.
void Replicas::begin_to_drain(World& world, std::uint32_t service) {
  ServicePlan const& plan = world.program->services[service];
  std::uint32_t found = nowhere;
  for (std::uint32_t i = plan.first_replica; i < plan.first_replica + plan.replicas; ++i) {
    bool const is_worse = found == nowhere || !replicas_[i].up || replicas_[found].up;
    if (replicas_[i].provision == Provision::full && is_worse) found = i;
  }
  replicas_[found].provision = Provision::draining;
  set_listed(found, false);
  world.channels.replica_closed(world, found);
  if (replicas_[found].present == 0) take_away(world, found);
}

void Replicas::count_provisioned(World& world, Replica const& replica, int change) {
  ServiceMeasures& measures = world.measures.services[replica.service];
  measures.provisioned.add(world.now(), change);
  if (!replica.door || !replica.door->adaptive) return;
  measures.limit.add(world.now(), change * static_cast<double>(replica.door->adaptive->limit()));
}

void Replicas::take_away(World& world, std::uint32_t index) {
  Replica& replica = replicas_[index];
  replica.provision = Provision::none;
  world.cancel(replica.startup);
  replica.startup = {};
  set_up(world, index, false);
  forget_load(world, replica);
  count_provisioned(world, replica, -1);
  world.channels.replica_crashed(world, index, false);
}

}  // namespace sojourn
