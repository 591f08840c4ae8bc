#include "app/theory/breakdowns.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/lint/struck.h"

namespace sojourn {
namespace {

bool strikes_all(ReplicaTarget const& target, Service const& service) {
  if (target.each) return true;
  if (auto const* count = std::get_if<Limit>(&target.replicas)) return *count >= service.replicas;
  return std::get<double>(target.replicas) >= 1.0;
}

/// The one service that it strikes, and nothing else.
ReplicaTarget const* only_target(Fault const& fault) {
  auto const* targets = targets_of(fault);
  if (targets == nullptr || targets->size() != 1) return nullptr;
  return std::get_if<ReplicaTarget>(&targets->front());
}

bool may_strike(Fault const& fault, Service const& service) {
  auto const* targets = targets_of(fault);
  if (targets == nullptr) return false;
  return std::any_of(targets->begin(), targets->end(), [&](auto const& target) {
    auto const* replicas = std::get_if<ReplicaTarget>(&target);
    if (replicas != nullptr) return replicas->service == service.name;
    return !std::holds_alternative<BrokerTarget>(target);  // Its host or zone, perhaps.
  });
}

bool consumes(Scenario const& scenario, Service const& service) {
  for (Broker const& broker : scenario.brokers)
    for (Channel const& channel : broker.channels)
      for (Subscriber const& subscriber : channel.subscribers)
        if (subscriber.operation.service == service.name) return true;
  return false;
}

bool is_closed(Scenario const& scenario) {
  return std::any_of(scenario.workloads.begin(), scenario.workloads.end(), [](auto const& each) {
    return std::holds_alternative<ClosedArrivals>(each.arrivals);
  });
}

/// Why the fault has no steady state that can be said; empty if it has one.
std::string why_not(Scenario const& scenario, Service const& service, Fault const& fault) {
  if (!fault.every || !fault.length) return "it does not come at random";
  if (is_closed(scenario)) return "users who think have no model with breakdowns";
  auto const others = std::count_if(scenario.faults.begin(), scenario.faults.end(),
                                    [&](Fault const& each) { return may_strike(each, service); });
  if (others > 1) return service.name + " has several faults";
  if (std::holds_alternative<ErrorsFault>(fault.effect))
    return consumes(scenario, service) ? "messages of " + service.name + " come again" : "";
  auto const* crash = std::get_if<CrashFault>(&fault.effect);
  if (service.concurrency == unlimited && crash == nullptr)
    return service.name + " has no limit of slots";
  if (service.cores || service.speed || !service.hosts.empty())
    return "work at " + service.name + " shares what it runs on";
  if (crash == nullptr) return {};
  if (crash->silent) return "callers are not told of it";
  if (service.startup || service.detect > Duration{0})
    return "it is noticed late, or its end is followed by a start";
  if (consumes(scenario, service)) return "messages of " + service.name + " come again";
  if (service.replicas > 1 && only_target(fault)->each)
    return "callers go to the replicas of " + service.name + " that are up";
  return {};
}

Service const* service_of(Scenario const& scenario, Fault const& fault) {
  auto const* target = only_target(fault);
  if (target == nullptr) return nullptr;
  for (Service const& service : scenario.services)
    if (service.name == target->service && strikes_all(*target, service)) return &service;
  return nullptr;
}

bool is_modelled(Scenario const& scenario, Fault const& fault) {
  Service const* service = service_of(scenario, fault);
  return service != nullptr && why_not(scenario, *service, fault).empty();
}

/// Why it strikes no one service whole.
std::string why_no_service(Fault const& fault) {
  if (!fault.every) return "it does not come at random";
  if (std::holds_alternative<SurgeFault>(fault.effect))
    return "loads that change at random have no model";
  if (targets_of(fault) == nullptr) return "so is the network";
  if (only_target(fault) == nullptr) return "it does not strike one service alone";
  return "it strikes some replicas and not the others";
}

}  // namespace

std::optional<Breakdown> breakdown_of(Scenario const& scenario, Service const& service) {
  for (Fault const& fault : scenario.faults) {
    if (service_of(scenario, fault) != &service || !is_modelled(scenario, fault)) continue;
    Breakdown breakdown;
    breakdown.fault = fault.name;
    breakdown.between = TimeLaw::of(*fault.every);
    breakdown.length = TimeLaw::of(*fault.length);
    if (auto const* slow = std::get_if<SlowFault>(&fault.effect)) {
      breakdown.kind = Breakdown::Kind::slows;
      breakdown.factor = slow->factor;
    }
    if (auto const* errors = std::get_if<ErrorsFault>(&fault.effect)) {
      breakdown.kind = Breakdown::Kind::errors;
      breakdown.factor = errors->rate;
    }
    if (std::holds_alternative<CrashFault>(fault.effect)) breakdown.kind = Breakdown::Kind::crashes;
    return breakdown;
  }
  return std::nullopt;
}

bool all_faults_are_modelled(Scenario const& scenario) {
  return std::all_of(scenario.faults.begin(), scenario.faults.end(),
                     [&](Fault const& fault) { return is_modelled(scenario, fault); });
}

std::string remark_on(Scenario const& scenario, Fault const& fault) {
  Service const* service = service_of(scenario, fault);
  std::string const why =
      service == nullptr ? why_no_service(fault) : why_not(scenario, *service, fault);
  if (!why.empty())
    return "The fault " + fault.name + " is left out of the steady state: " + why + ".";
  auto const breakdown = breakdown_of(scenario, *service);
  return fmt::format("The fault {} is part of the steady state: it lasts for {:.3g} % of the time.",
                     fault.name, 100.0 * breakdown->share());
}

}  // namespace sojourn
