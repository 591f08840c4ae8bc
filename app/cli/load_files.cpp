#include "app/cli/load_files.h"

#include <algorithm>
#include <map>

#include "app/config/diagnostic.h"
#include "models/simulate.h"

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

void check_figures(LoadResult& result) {
  std::vector<std::vector<Metric>> metrics;
  for (auto const& variant : result.scenario->variants)
    metrics.push_back(layout_of(*compile(variant.scenario)).metrics);
  check_objectives(*result.scenario, metrics, result.diagnostics);
  if (result.diagnostics.has_errors()) result.scenario.reset();
}

bool has_variant(LoadedScenario const& loaded, std::string const& name) {
  return std::ranges::any_of(loaded.variants,
                             [&](LoadedVariant const& variant) { return variant.name == name; });
}

}  // namespace

LoadResult load_checked(std::function<LoadResult(LoadOptions const&)> const& load,
                        LoadOptions const& options) {
  LoadResult chosen = load(options);
  if (!chosen.scenario) return chosen;
  LoadResult whole = options.variants.empty() ? chosen : load({options.sets, {}});
  if (!whole.scenario) whole = chosen;  // what is wrong elsewhere was not asked for

  check_figures(whole);
  if (!whole.scenario) return whole;
  std::erase_if(whole.scenario->variants, [&](LoadedVariant const& variant) {
    return !has_variant(*chosen.scenario, variant.name);
  });
  return whole;
}

std::optional<std::vector<LoadedScenario>> load_files(std::vector<std::string> const& files,
                                                      LoadOptions const& options,
                                                      Console const& console) {
  std::vector<LoadedScenario> scenarios;
  Diagnostics diagnostics;
  for (auto const& file : files) {
    LoadResult result =
        load_checked([&](LoadOptions const& o) { return load_scenario(file, o); }, options);
    diagnostics.add(result.diagnostics);
    if (result.scenario) scenarios.push_back(std::move(*result.scenario));
  }
  check_names(scenarios, diagnostics);
  console.err << diagnostics;
  if (diagnostics.has_errors()) return std::nullopt;
  return scenarios;
}

}  // namespace sojourn
