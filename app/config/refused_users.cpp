/// Users who think for no time, and who turns them away in none.
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "app/config/step_graph.h"
#include "app/config/validate.h"
#include "models/policy/calendar.h"

namespace sojourn {
namespace {

bool is_zero(Distribution const& distribution) {
  return distribution.is_constant() && distribution.mean() == 0.0;
}

/// Whether the client waits before it asks again for what was turned away.
bool waits_before_retry(CallOptions const& options) {
  if (!options.retry || options.retry->attempts == 1) return false;
  Backoff const& backoff = options.retry->backoff;
  return backoff.each ? !is_zero(*backoff.each) : backoff.first > Duration::zero();
}

/// Whether a request that has a slot keeps it until some time has passed, if any does.
bool keeps_slot(Service const& service, Operation const& operation) {
  bool forwards = false;
  for_each_step(operation.steps, false, [&](Step const& step) {
    forwards = forwards || std::holds_alternative<ForwardStep>(step.action);
  });
  return service.blocking && !forwards;
}

/// How many requests its replicas take in at one instant, the others being turned away at once;
/// unlimited where they would wait.
Limit most_taken_in(Service const& service, Operation const& operation) {
  Limit most = unlimited;
  bool const refuses = keeps_slot(service, operation) &&
                       service.queue.when_full != QueueSpec::WhenFull::block &&
                       service.queue.capacity != unlimited && service.concurrency != unlimited;
  if (refuses && !interrupts(service.queue.discipline))
    most = service.concurrency + service.queue.capacity;
  if (service.limit && !service.limit->waits) {
    auto const& limit = service.limit->limit;
    if (auto const* rate = std::get_if<RateLimit>(&limit)) most = std::min(most, rate->burst);
    if (auto const* fixed = std::get_if<ConcurrencyLimit>(&limit))
      most = std::min(most, fixed->most);
    if (auto const* adaptive = std::get_if<AdaptiveLimit>(&limit))
      most = std::min(most, adaptive->most);
  }
  return most == unlimited ? unlimited : most * service.replicas;
}

bool closes_in_time(Service const& service, Scenario const& scenario) {
  if (service.hours.empty()) return false;
  Calendar const calendar(service.hours, scenario.starts);
  Time const begin(-scenario.warmup);
  auto const change = calendar.next_change(begin);
  return !calendar.is_open(begin) || (change && *change < Time(scenario.duration));
}

/// Whether a fault takes down all of a service, and says so to whoever asks.
bool refuses_all(Fault const& fault, Service const& service) {
  auto const* const crash = std::get_if<CrashFault>(&fault.effect);
  if (crash == nullptr || crash->silent || !fault.at) return false;
  return std::any_of(crash->targets.begin(), crash->targets.end(), [&](auto const& target) {
    auto const* const replicas = std::get_if<ReplicaTarget>(&target);
    if (replicas == nullptr || replicas->service != service.name) return false;
    auto const* const count = std::get_if<Limit>(&replicas->replicas);
    return count != nullptr && *count >= service.replicas && !service.autoscale;
  });
}

/// Why some of so many users are turned away at the instant at which they ask; nothing if they may
/// not be.
std::optional<std::string> why_turned_away(Service const& service, Operation const& operation,
                                           Limit users, Scenario const& scenario) {
  Limit const most = most_taken_in(service, operation);
  if (users > most)
    return fmt::format("{} turns away at once all but {} of them", service.name, most);
  if (closes_in_time(service, scenario))
    return fmt::format("{} turns them away at once when it is closed", service.name);
  for (Fault const& fault : scenario.faults)
    if (refuses_all(fault, service))
      return fmt::format("{} turns them away at once during '{}'", service.name, fault.name);
  return std::nullopt;
}

/// Users beyond the client's limit wait for their turn.
Limit users_at_once(Workload const& workload, ClosedArrivals const& closed) {
  auto const& limit = workload.options.limit;
  return limit && limit->waits ? std::min(closed.users, limit->calls) : closed.users;
}

}  // namespace

void check_refused_users(Scenario const& scenario, Names const& names, Diagnostics& diagnostics) {
  StepGraph const graph(scenario);
  bool const has_network = scenario.network.standard.latency || !scenario.network.links.empty();
  for (Workload const& workload : scenario.workloads) {
    auto const* const closed = std::get_if<ClosedArrivals>(&workload.arrivals);
    bool const ask_again_at_once = closed != nullptr && is_zero(closed->think) &&
                                   workload.mix.size() == 1 && !has_network &&
                                   !waits_before_retry(workload.options) && !workload.options.hedge;
    if (!ask_again_at_once) continue;
    std::size_t const target = graph.vertex(workload.mix.front().operation);
    Service const& service = scenario.services[graph.service(target)];
    auto const why = why_turned_away(service, graph.operation(target),
                                     users_at_once(workload, *closed), scenario);
    if (why)
      diagnostics.error(names.place_of(NameKind::workload, workload.name),
                        fmt::format("endless: its users think for no time, and {}; let them think, "
                                    "or retry with a backoff",
                                    *why));
  }
}

}  // namespace sojourn
