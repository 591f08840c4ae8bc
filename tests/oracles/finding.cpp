#include "tests/oracles/finding.h"

#include <algorithm>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "analysis/confidence_interval.h"
#include "analysis/executor.h"
#include "app/config/load.h"
#include "models/simulate.h"
#include "tests/oracles/formula.h"

namespace sojourn::oracles {
namespace {

constexpr double narrow = 0.95;
constexpr double certain = 0.999;

/// Rows that share their runs: one variant with one list of settings.
struct Group {
  std::string variant;
  std::vector<std::string> sets;
  std::vector<std::size_t> rows;  ///< Positions in the case.
};

std::vector<Group> groups_of(Case const& oracle) {
  std::vector<Group> groups;
  for (std::size_t i = 0; i < oracle.rows.size(); ++i) {
    Expectation const& row = oracle.rows[i];
    auto found = std::find_if(groups.begin(), groups.end(), [&](Group const& group) {
      return group.variant == row.variant && group.sets == row.sets;
    });
    if (found == groups.end())
      found = groups.insert(groups.end(), Group{row.variant, row.sets, {}});
    found->rows.push_back(i);
  }
  return groups;
}

Scenario load(std::filesystem::path const& file, Group const& group) {
  LoadOptions options;
  options.sets = group.sets;
  if (!group.variant.empty()) options.variants = {group.variant};
  LoadResult const result = load_scenario(file, options);
  if (!result.scenario) {
    std::ostringstream text;
    text << result.diagnostics;
    throw std::invalid_argument(text.str());
  }
  if (result.scenario->variants.size() != 1)
    throw std::invalid_argument(file.string() + ": a row must say which variant it means");
  return result.scenario->variants.front().scenario;
}

/// An experiment that yields the rows' formulas and nothing else, so that it takes little memory
/// whatever the number of replications.
Experiment experiment_of(Scenario const& scenario, Case const& oracle, Group const& group) {
  std::shared_ptr<Program const> const program = compile(scenario);
  std::vector<Formula> formulas;
  Experiment experiment{group.variant, {}, {}, {}};
  for (std::size_t const row : group.rows) {
    formulas.emplace_back(oracle.rows[row].metric, layout_of(*program));
    experiment.layout.metrics.push_back({oracle.rows[row].quantity});
  }
  experiment.run = [program, formulas](Streams const& streams, Watch& watch) {
    RunResult const run = simulate(*program, streams, watch);
    RunResult result;
    for (Formula const& formula : formulas) result.values.push_back(formula.of(run));
    result.error = run.error;
    return result;
  };
  return experiment;
}

/// (rows, replications)
std::vector<std::vector<double>> values_of(Scenario const& scenario, Experiment const& experiment,
                                           Effort effort) {
  auto const asked = static_cast<std::size_t>(scenario.replications);
  ReplicationOptions options;
  // Of fewer than five a Student interval may be narrow by chance.
  options.replications = std::max(asked / effort.thinning, std::min<std::size_t>(asked, 5));
  options.seed = scenario.seed + 1'000'000 * effort.luck;
  options.jobs = effort.jobs;
  RunTable const table = run_all({experiment}, options);
  std::vector<std::vector<double>> values(experiment.layout.metrics.size());
  for (auto const& run : table.front()) {
    if (!run) throw std::invalid_argument("a replication is missing");
    if (!run->error.empty()) throw std::invalid_argument(run->error);
    for (std::size_t row = 0; row < values.size(); ++row) values[row].push_back(run->values[row]);
  }
  return values;
}

}  // namespace

std::vector<Finding> findings_of(Case const& oracle, std::filesystem::path const& folder,
                                 Effort effort) {
  std::vector<Finding> findings(oracle.rows.size());
  for (Group const& group : groups_of(oracle)) {
    Scenario const scenario = load(folder / (oracle.scenario + ".yaml"), group);
    auto const values = values_of(scenario, experiment_of(scenario, oracle, group), effort);
    for (std::size_t i = 0; i < group.rows.size(); ++i) {
      std::size_t const row = group.rows[i];
      findings[row] = {oracle.rows[row], mean_confidence_interval(values[i], narrow),
                       mean_confidence_interval(values[i], certain).half_width};
    }
  }
  return findings;
}

}  // namespace sojourn::oracles
