#include "bench/scenario_run.h"

#include <cstdlib>
#include <iostream>

namespace sojourn {

LoadedScenario const& without_errors(LoadResult const& result) {
  if (!result.scenario) {
    std::cerr << result.diagnostics;
    std::exit(2);
  }
  return *result.scenario;
}

Scenario load_bench_scenario(std::string const& name, std::vector<std::string> const& sets) {
  auto const file = std::string(SOJOURN_SOURCE_DIR "/bench/scenarios/") + name + ".yaml";
  auto const result = load_scenario(file, {.sets = sets, .variants = {}});
  return without_errors(result).variants.front().scenario;
}

std::shared_ptr<Program const> load_program(std::string const& name,
                                            std::vector<std::string> const& sets) {
  return compile(load_bench_scenario(name, sets));
}

RunFigures run_once(Program const& program, std::uint64_t replication) {
  Watch watch;
  return run_once(program, replication, watch);
}

RunFigures run_once(Program const& program, std::uint64_t replication, Watch& watch) {
  auto const result = simulate(program, Streams(1, replication), watch);
  auto const& accounts = layout_of(program).accounts;
  auto const& metrics = layout_of(program).metrics;
  RunFigures figures{.events = result.events};
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    auto const& name = metrics[i].name;
    if (name == "clients.latency.mean") figures.mean_latency = result.values[i];
    if (name.ends_with(".in_flight.end") && !name.starts_with("clients."))
      figures.at_services += result.values[i];
  }
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    if (accounts[i].of == AccountDefinition::Of::requests)
      figures.requests += result.accounts[i].total;
    for (std::size_t part = 0; part < accounts[i].parts.size(); ++part) {
      if (accounts[i].parts[part] == "in_flight")
        figures.in_flight += result.accounts[i].parts[part];
      if (accounts[i].parts[part] == "in_channel")
        figures.waiting += result.accounts[i].parts[part];
    }
  }
  return figures;
}

}  // namespace sojourn
