#include "app/cli/warm_up_pilots.h"

#include "analysis/warm_up.h"
#include "app/cli/undisturbed.h"
#include "models/simulate.h"

namespace sojourn {

namespace {

constexpr std::size_t pilots = 5;
constexpr std::size_t pilot_cells = 600;
constexpr std::uint64_t first_pilot = 1'000'000;  // a study has at most so many replications
constexpr int longest_pilot = 8;                  // times what is measured

Experiment pilot_of(LoadedVariant const& variant, int length) {
  Scenario scenario = without_events(variant.scenario);
  scenario.warmup = Duration::zero();
  scenario.duration *= length;
  scenario.cells = pilot_cells;
  auto const program = compile(scenario);
  return {variant.name,
          layout_of(*program),
          [program](Streams const& streams, Watch& watch) {
            return simulate(*program, streams, watch);
          },
          {}};
}

bool is_stopped(ReplicationOptions const& options) {
  return options.stop != nullptr && *options.stop;
}

}  // namespace

FoundWarmUp find_warm_up(std::vector<LoadedVariant> const& variants, ReplicationOptions options) {
  options.replications = pilots;
  options.first = first_pilot;
  options.progress = {};
  FoundWarmUp found;
  for (int length = 1; length <= longest_pilot; length *= 2) {
    std::vector<Experiment> experiments;
    for (LoadedVariant const& variant : variants) experiments.push_back(pilot_of(variant, length));
    Settling const settling = settle(experiments, options);
    double const simulated = in_seconds(variants.front().scenario.duration) * length;
    found.length = from_seconds(settling.seconds);
    found.choice = {settling.alternative, settling.series, pilots, simulated, settling.settled};
    if (settling.settled || is_stopped(options)) break;
  }
  return found;
}

}  // namespace sojourn
