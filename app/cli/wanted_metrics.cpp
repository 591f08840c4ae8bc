#include "app/cli/wanted_metrics.h"

#include <algorithm>

#include "app/config/diagnostic.h"
#include "models/simulate.h"

namespace sojourn {

namespace {

void add_once(std::vector<std::string>& names, std::string name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

std::vector<std::string> latencies_of(AccountDefinition::Of kind,
                                      std::vector<ResultLayout> const& layouts) {
  std::vector<std::string> names;
  for (ResultLayout const& layout : layouts) {
    for (AccountDefinition const& account : layout.accounts)
      if (account.of == kind) add_once(names, account.owner + ".latency.mean");
  }
  return names;
}

}  // namespace

std::vector<ResultLayout> layouts_of(LoadedScenario const& loaded) {
  std::vector<ResultLayout> layouts;
  for (LoadedVariant const& variant : loaded.variants)
    layouts.push_back(layout_of(*compile(variant.scenario)));
  return layouts;
}

std::optional<std::string> problem_with_metric(std::string const& name,
                                               std::vector<ResultLayout> const& layouts) {
  std::vector<std::string> names;
  for (ResultLayout const& layout : layouts) {
    for (Metric const& metric : layout.metrics) {
      if (metric.name == name) return std::nullopt;
      names.push_back(metric.name);
    }
  }
  return "no metric is called " + in_quotes(name) + did_you_mean(name, names);
}

std::vector<std::string> mean_latencies(std::vector<ResultLayout> const& layouts) {
  auto const requests = latencies_of(AccountDefinition::Of::requests, layouts);
  return requests.empty() ? latencies_of(AccountDefinition::Of::messages, layouts) : requests;
}

}  // namespace sojourn
