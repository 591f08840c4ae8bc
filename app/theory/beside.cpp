#include "app/theory/beside.h"

#include "analysis/agreement.h"
#include "app/theory/theory_of.h"

namespace sojourn {
namespace {

/// The backlog on the grid of the simulated series of that name.
void add_series(AlternativeResult& alternative, ExpectedBacklog const& backlog) {
  for (auto const& simulated : alternative.series) {
    if (simulated.definition.name != backlog.series || backlog.values.empty()) continue;
    KnownSeries known{{simulated.definition, {}}, backlog.model};
    std::size_t const cells = simulated.values.size(), parts = backlog.values.size();
    for (std::size_t i = 0; i < cells; ++i)
      known.series.values.push_back(backlog.values[(2 * i + 1) * parts / (2 * cells)]);
    alternative.theory_series.push_back(std::move(known));
  }
}

}  // namespace

void add_theory(Study& study, LoadedScenario const& loaded) {
  for (auto const& variant : loaded.variants)
    for (AlternativeResult& alternative : study.alternatives) {
      if (alternative.name != variant.name) continue;
      auto const expectation = theory_of(variant.scenario, variant.name);
      for (auto const& backlog : expectation.backlogs) add_series(alternative, backlog);
      for (auto const& figure : expectation.figures) {
        auto const* simulated = alternative.find(figure.metric);
        if (simulated == nullptr) continue;
        KnownValue known{figure.metric, figure.value, figure.exact, figure.model, true};
        known.agrees = agrees(simulated->estimate, known);
        alternative.theory.push_back(std::move(known));
      }
    }
}

}  // namespace sojourn
