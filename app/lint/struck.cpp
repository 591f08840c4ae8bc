#include "app/lint/struck.h"

#include <algorithm>
#include <variant>

namespace sojourn {
namespace {

bool contains(std::vector<std::string> const& names, std::string const& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether some replica of the service is in the zone.
bool is_in_zone(Scenario const& scenario, Service const& service, std::string const& zone) {
  bool const has_host = std::any_of(
      scenario.hosts.begin(), scenario.hosts.end(),
      [&](Host const& host) { return host.zone == zone && contains(service.hosts, host.name); });
  return has_host || contains(service.zones, zone);
}

bool is_struck(Scenario const& scenario, Service const& service,
               FaultTargets::value_type const& target) {
  if (auto const* of = std::get_if<ReplicaTarget>(&target)) return of->service == service.name;
  if (auto const* of = std::get_if<HostTarget>(&target)) return contains(service.hosts, of->host);
  if (auto const* of = std::get_if<ZoneTarget>(&target))
    return is_in_zone(scenario, service, of->zone);
  return false;
}

template <class Struck>
std::set<std::string> services_where(Scenario const& scenario, Struck&& struck) {
  std::set<std::string> services;
  for (Service const& service : scenario.services)
    if (struck(service)) services.insert(service.name);
  return services;
}

/// The services at either end.
std::set<std::string> services_at(Scenario const& scenario, LinkTarget const& link) {
  return services_where(scenario, [&](Service const& service) {
    return service.name == link.from || service.name == link.to ||
           is_in_zone(scenario, service, link.from) || is_in_zone(scenario, service, link.to);
  });
}

}  // namespace

FaultTargets const* targets_of(Fault const& fault) {
  return std::visit(
      [](auto const& effect) -> FaultTargets const* {
        if constexpr (requires { effect.targets; }) {
          return &effect.targets;
        } else {
          return nullptr;
        }
      },
      fault.effect);
}

std::set<std::string> struck_services(Scenario const& scenario, FaultTargets const& targets) {
  return services_where(scenario, [&](Service const& service) {
    return std::any_of(targets.begin(), targets.end(),
                       [&](auto const& target) { return is_struck(scenario, service, target); });
  });
}

std::set<std::string> silenced_services(Scenario const& scenario, Fault const& fault) {
  if (auto const* pause = std::get_if<PauseFault>(&fault.effect))
    return struck_services(scenario, pause->targets);
  auto const* const crash = std::get_if<CrashFault>(&fault.effect);
  if (crash != nullptr && crash->silent) return struck_services(scenario, crash->targets);
  if (auto const* cut = std::get_if<PartitionFault>(&fault.effect))
    return services_at(scenario, cut->link);
  if (auto const* loss = std::get_if<LossFault>(&fault.effect))
    return services_at(scenario, loss->link);
  return {};
}

}  // namespace sojourn
