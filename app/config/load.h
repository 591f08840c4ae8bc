#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/config/diagnostic.h"
#include "app/config/document.h"
#include "app/config/objectives.h"
#include "models/scenario.h"
#include "sim/metric.h"

namespace sojourn {

/// One alternative of a scenario file; a file without variants has one, named "base".
struct LoadedVariant {
  std::string name;
  Scenario scenario;
  std::vector<ObjectiveSource> objectives;  ///< Those of the scenario, with their places.
  std::vector<std::string> ignored_rules;   ///< `lint: {ignore: ...}`
};

struct LoadedScenario {
  std::string file;
  std::vector<LoadedVariant> variants;  ///< In the order of the file.
};

struct LoadOptions {
  std::vector<std::string> sets;      ///< `a.b.c=value`, laid over every variant.
  std::vector<std::string> variants;  ///< The names to keep; empty: all.
  /// Called with each variant that has no mistake, and the tree that it was read from.
  std::function<void(LoadedVariant const&, Node const&)> inspect = {};
};

struct LoadResult {
  std::optional<LoadedScenario> scenario;  ///< There if and only if there is no error.
  Diagnostics diagnostics;
};

/// Reads and validates a scenario file. All mistakes are in the result; nothing is thrown.
LoadResult load_scenario(std::filesystem::path const& path, LoadOptions const& options = {});

/// The same for a text that is not in a file; `label` stands for the file in diagnostics.
LoadResult load_scenario_text(std::string_view text, std::string const& label,
                              LoadOptions const& options = {});

/// Judges the objectives by the metrics that each variant, in order, turns out to have, and sets
/// their values in the metrics' units. A metric that no variant has is an error, and so is a value
/// of another kind. Precondition: `metrics` has one list for each variant.
void check_objectives(LoadedScenario& loaded, std::vector<std::vector<Metric>> const& metrics,
                      Diagnostics& diagnostics);

/// The JSON Schema (draft 2020-12) of scenario files.
nlohmann::ordered_json scenario_schema();

}  // namespace sojourn
