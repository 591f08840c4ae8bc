#pragma once

#include <string>
#include <vector>

#include "app/theory/equilibrium.h"
#include "app/theory/expectation.h"

/// The parts of `theory_of`.
namespace sojourn {

/// Adds a figure, unless it is not finite.
class FigureList {
 public:
  explicit FigureList(ScenarioExpectation& expectation) : figures_(expectation.figures) {}

  /// What is added from here on comes from that model.
  void from(std::string model, bool exact) {
    model_ = std::move(model);
    exact_ = exact;
  }
  void add(std::string metric, Unit unit, double value);
  /// p50, p90, p95, p99, p999 of a time.
  void add_percentiles(std::string const& metric, Tail const& above, double scale);

 private:
  std::vector<ExpectedFigure>& figures_;
  std::string model_;
  bool exact_ = false;
};

/// Slots, cores, pools, hosts and brokers, by what is asked of them if nobody waits or retries.
std::vector<ResourceLoad> resource_loads(Scenario const& scenario, StepGraph const& graph,
                                         Traffic const& traffic);

/// What the wait of a single queue cannot exceed, where it is not known.
void add_station_bounds(Scenario const& scenario, Equilibrium const& equilibrium,
                        ScenarioExpectation& expectation);

void add_service_figures(Scenario const& scenario, StepGraph const& graph,
                         Equilibrium const& equilibrium, FigureList& figures);
void add_workload_figures(Scenario const& scenario, StepGraph const& graph,
                          Equilibrium const& equilibrium, FigureList& figures);
void add_cache_figures(Scenario const& scenario, StepGraph const& graph, Traffic const& traffic,
                       FigureList& figures);

/// Closed workloads, alone or beside open ones.
void add_closed(Scenario const& scenario, ScenarioExpectation& expectation);

}  // namespace sojourn
