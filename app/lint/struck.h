#pragma once

#include <set>
#include <string>

#include "models/scenario.h"

namespace sojourn {

/// What a fault strikes of services, hosts, zones and brokers; null for one of another kind.
FaultTargets const* targets_of(Fault const& fault);

/// The services of which a fault with these targets strikes some replica.
std::set<std::string> struck_services(Scenario const& scenario, FaultTargets const& targets);

/// The services that a fault keeps from answering or from being reached, without any error that
/// their callers would see.
std::set<std::string> silenced_services(Scenario const& scenario, Fault const& fault);

}  // namespace sojourn
