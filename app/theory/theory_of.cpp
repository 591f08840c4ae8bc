#include "app/theory/theory_of.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/lint/arrival_rate.h"
#include "app/lint/design.h"
#include "app/theory/breakdowns.h"
#include "app/theory/parts.h"
#include "app/theory/transient.h"

namespace sojourn {
namespace {

bool has_closed(Scenario const& scenario) {
  return std::any_of(scenario.workloads.begin(), scenario.workloads.end(), [](auto const& each) {
    return std::holds_alternative<ClosedArrivals>(each.arrivals);
  });
}

bool has_network(NetworkSpec const& network) {
  auto const& standard = network.standard;
  return !network.links.empty() || standard.latency || standard.bandwidth || standard.loss;
}

void find_bottleneck(ScenarioExpectation& expectation) {
  for (std::size_t i = 0; i < expectation.resources.size(); ++i) {
    auto const& resource = expectation.resources[i];
    if (!(resource.utilisation() > 0.0)) continue;
    if (!expectation.bottleneck ||
        resource.utilisation() > expectation.resources[*expectation.bottleneck].utilisation())
      expectation.bottleneck = i;
  }
}

void add_stations(Scenario const& scenario, Equilibrium const& equilibrium,
                  ScenarioExpectation& expectation) {
  for (std::size_t i = 0; i < scenario.services.size(); ++i) {
    auto const& place = equilibrium.at(i);
    if (!place.station) continue;
    StationExpectation station;
    station.service = scenario.services[i].name;
    if (place.solution) {
      station.model = place.solution->model;
      station.exact = place.solution->exact;
      if (!station.exact) station.error = place.solution->error;
      station.differences = place.solution->differences;
    } else {
      station.differences = {place.reason};
    }
    expectation.stations.push_back(std::move(station));
  }
}

/// What would be asked if every attempt failed: an overload that keeps itself up.
void remark_on_retries(Scenario const& scenario, StepGraph const& graph,
                       ScenarioExpectation& expectation) {
  Congestion all_fail;
  auto const add = [&](CallOptions const& options) {
    if (!options.retry) return;
    Congestion::Call call;
    call.attempts = static_cast<double>(std::min<Limit>(options.retry->attempts, 1000));
    if (options.retry->budget)
      call.attempts = std::min(call.attempts, 1.0 + *options.retry->budget);
    all_fail.calls[&options] = call;
  };
  for (Workload const& workload : scenario.workloads) add(workload.options);
  for (std::size_t operation = 0; operation < graph.operations(); ++operation)
    for_each_step(graph.operation(operation).steps, true, [&](Step const& step) {
      if (auto const* call = std::get_if<CallStep>(&step.action)) add(call->options);
    });
  if (all_fail.calls.empty()) return;
  Traffic const storm(scenario, graph, Traffic::Demand::mean, all_fail);
  auto const loads = resource_loads(scenario, graph, storm);
  for (std::size_t i = 0; i < loads.size() && i < expectation.resources.size(); ++i) {
    auto const& calm = expectation.resources[i];
    if (calm.utilisation() >= 1.0 || loads[i].utilisation() < 1.0) continue;
    expectation.remarks.push_back(
        fmt::format("A storm of retries can keep itself up: {} is used to {:.0f} %, but if all "
                    "attempts fail it "
                    "is asked for {:.0f} % of what it has.",
                    calm.owner, 100.0 * calm.utilisation(), 100.0 * loads[i].utilisation()));
  }
}

void remark_on_loads(ScenarioExpectation& expectation) {
  for (auto const& resource : expectation.resources)
    if (resource.utilisation() >= 1.0)
      expectation.remarks.push_back(fmt::format(
          "{} is overloaded: of its {} {} would be busy, and there are {}.", resource.owner,
          resource.resource, about(resource.offered), about(resource.available)));
}

void remark_on_what_is_left_out(Scenario const& scenario, ScenarioExpectation& expectation) {
  for (Fault const& fault : scenario.faults)
    expectation.remarks.push_back(remark_on(scenario, fault));
  if (has_network(scenario.network))
    expectation.remarks.emplace_back(
        "The network is left out: its times come on top of the latencies.");
}

/// Faults and the network touch everything: no figure is exact beside them.
void lose_exactness(ScenarioExpectation& expectation) {
  for (auto& figure : expectation.figures) figure.exact = false;
  for (auto& station : expectation.stations) station.exact = false;
}

void add_open(Scenario const& scenario, ScenarioExpectation& expectation) {
  StepGraph const graph(scenario);
  Traffic const plain(scenario, graph);
  expectation.resources = resource_loads(scenario, graph, plain);
  if (!plain.settled())
    expectation.remarks.emplace_back(
        "What calls itself never comes to an end: the traffic equations have no solution.");
  Equilibrium const equilibrium(scenario, graph);
  add_stations(scenario, equilibrium, expectation);
  add_station_bounds(scenario, equilibrium, expectation);
  FigureList figures(expectation);
  add_workload_figures(scenario, graph, equilibrium, figures);
  add_service_figures(scenario, graph, equilibrium, figures);
  add_cache_figures(scenario, graph, equilibrium.traffic(), figures);
  remark_on_loads(expectation);
  if (equilibrium.overloaded() &&
      std::none_of(expectation.resources.begin(), expectation.resources.end(),
                   [](auto const& each) { return each.utilisation() >= 1.0; }))
    expectation.remarks.emplace_back(
        "No steady state: retries and waits make each other grow until a line has no end.");
  else if (!equilibrium.settled() && plain.settled())
    expectation.remarks.emplace_back(
        "Retries and waits do not settle: the figures are those of the last round.");
  remark_on_retries(scenario, graph, expectation);
}

}  // namespace

ScenarioExpectation theory_of(Scenario const& scenario, std::string variant) {
  ScenarioExpectation expectation;
  expectation.variant = std::move(variant);
  if (has_closed(scenario))
    add_closed(scenario, expectation);
  else
    add_open(scenario, expectation);
  find_bottleneck(expectation);
  expectation.backlogs = backlogs_of(scenario, expectation.remarks);
  remark_on_what_is_left_out(scenario, expectation);
  if (!all_faults_are_modelled(scenario) || has_network(scenario.network))
    lose_exactness(expectation);
  return expectation;
}

}  // namespace sojourn
