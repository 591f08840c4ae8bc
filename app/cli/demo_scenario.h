#pragma once

#include <string_view>

namespace sojourn {

/// The text of scenarios/checkout.yaml, built into the program.
extern std::string_view const demo_scenario;

}  // namespace sojourn
