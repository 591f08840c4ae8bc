#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/theory/parts.h"

namespace sojourn {

/// A scenario in which closed workloads send at a rate, so that its traffic equations say how often
/// a round visits what.
struct OpenView {
  /// That workload alone, once a second.
  OpenView(Scenario of, std::string const& only);
  /// Closed workloads at these rates, by workload.
  OpenView(Scenario of, std::vector<double> const& rates);

  Scenario scenario;
  std::unique_ptr<StepGraph> graph;
  std::unique_ptr<Traffic> traffic;

 private:
  void look();
};

/// The scenario as a layered queueing network. `differences` say why it is not solved exactly.
/// Returns the rates of its workloads; none where it has no solution.
std::vector<double> add_layered(Scenario const& scenario,
                                std::vector<std::string> const& differences,
                                ScenarioExpectation& expectation);

}  // namespace sojourn
