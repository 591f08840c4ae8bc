#include "bench/scenario_run.h"

#include <cstdlib>
#include <iostream>
#include <numeric>

#include "app/config/load.h"

namespace sojourn {

std::shared_ptr<Program const> load_program(std::string const& name) {
  auto const file = std::string(SOJOURN_SOURCE_DIR "/bench/scenarios/") + name + ".yaml";
  auto const result = load_scenario(file, {});
  if (!result.scenario) {
    std::cerr << result.diagnostics;
    std::exit(2);
  }
  return compile(result.scenario->variants.front().scenario);
}

RunFigures run_once(Program const& program, std::uint64_t replication) {
  Watch watch;
  return run_once(program, replication, watch);
}

RunFigures run_once(Program const& program, std::uint64_t replication, Watch& watch) {
  auto const result = simulate(program, Streams(1, replication), watch);
  auto const& accounts = layout_of(program).accounts;
  RunFigures figures{.events = result.events};
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
