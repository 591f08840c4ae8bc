#pragma once

#include <optional>
#include <string>

#include "app/theory/station.h"
#include "models/scenario.h"

namespace sojourn {

/// The fault by which a service of an open scenario breaks down again and again, if it has a steady
/// state that can be said: the only one of that service, at random times, striking all of every
/// replica by stops, slowness or crashes of which callers are told.
std::optional<Breakdown> breakdown_of(Scenario const& scenario, Service const& service);

/// No fault is left out of the steady state.
bool all_faults_are_modelled(Scenario const& scenario);

/// Whether the fault is part of the steady state, in a sentence, or why it is not.
std::string remark_on(Scenario const& scenario, Fault const& fault);

}  // namespace sojourn
