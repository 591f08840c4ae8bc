#include "app/cli/load_files.h"

#include <map>
#include <optional>

#include "app/config/diagnostic.h"

namespace sojourn {

namespace {

std::string const& name_of(LoadedScenario const& loaded) {
  return loaded.variants.front().scenario.name;
}

void check_names(std::vector<LoadedScenario> const& scenarios, Diagnostics& diagnostics) {
  std::map<std::string, std::string> file_of;
  for (auto const& loaded : scenarios) {
    auto const [entry, is_new] = file_of.emplace(name_of(loaded), loaded.file);
    if (is_new) continue;
    diagnostics.error({loaded.file, 0, 0}, "the scenario's name " + in_quotes(name_of(loaded)) +
                                               " is taken by " + entry->second +
                                               "; each needs a name of its own");
  }
}

}  // namespace

std::optional<std::vector<LoadedScenario>> load_files(std::vector<std::string> const& files,
                                                      LoadOptions const& options,
                                                      Console const& console) {
  std::vector<LoadedScenario> scenarios;
  Diagnostics diagnostics;
  for (auto const& file : files) {
    LoadResult result = load_scenario(file, options);
    diagnostics.add(result.diagnostics);
    if (result.scenario) scenarios.push_back(std::move(*result.scenario));
  }
  check_names(scenarios, diagnostics);
  console.err << diagnostics;
  if (diagnostics.has_errors()) return std::nullopt;
  return scenarios;
}

}  // namespace sojourn
