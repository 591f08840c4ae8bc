#pragma once

#include <cstdint>
#include <string>

#include "models/scenario.h"

namespace sojourn::support {

/// A valid scenario of a second or two that uses a random part of the language; each seed leaves
/// some of it out altogether (swarm testing).
///
/// Calls and messages go from services to later ones only, and pools are not nested, so that every
/// request ends once the load has ended.
/// Source: Groce et al., "Swarm testing", ISSTA (2012).
Scenario random_scenario(std::uint64_t seed);

/// What the scenario consists of, for people who have to find out why it failed.
std::string describe(Scenario const& scenario);

}  // namespace sojourn::support
