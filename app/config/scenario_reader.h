#pragma once

#include <string>
#include <vector>

#include "app/config/objectives.h"
#include "app/config/reading.h"
#include "app/config/table.h"
#include "models/scenario.h"

namespace sojourn {

/// A scenario and what of it is judged later.
struct ReadScenario {
  Scenario scenario;
  std::vector<ObjectiveSource> objectives;
  std::vector<std::string> ignored_rules;
};

/// Reads the tree of one scenario: its variants laid over it, its parameters put in. Records every
/// mistake; what is returned is whole only if there was none.
ReadScenario read_scenario(Node const& root, Reading& reading);

/// The JSON Schema (draft 2020-12) of a scenario file, from the tables that the reader uses.
Json scenario_schema();

}  // namespace sojourn
