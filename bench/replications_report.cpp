#include <thread>

#include <fmt/format.h>

#include "analysis/replicate.h"
#include "bench/measure.h"
#include "bench/report.h"
#include "bench/scenario_run.h"

namespace sojourn {
namespace {

double wall_time_with(std::size_t jobs, std::vector<Experiment> const& experiments) {
  ReplicationOptions options;
  options.replications = 8;
  options.jobs = jobs;
  double const begin = wall_time();
  replicate(experiments, options);
  return wall_time() - begin;
}

}  // namespace

void report_replications(Report& report) {
  if (std::thread::hardware_concurrency() < 2) {
    report.judge("replications on 2 cores", "≥ 1.9x one core", "this machine has one", false);
    return;
  }
  auto const program = load_program("three-tiers");
  Experiment const experiment{
      .name = "three tiers",
      .layout = layout_of(*program),
      .run = [program](Streams const& streams,
                       Watch& watch) { return simulate(*program, streams, watch); },
      .goals = {}};
  std::vector<double> one(rounds), two(rounds);
  for (std::size_t round = 0; round < rounds; ++round) {
    one[round] = wall_time_with(1, {experiment});
    two[round] = wall_time_with(2, {experiment});
  }
  double const ratio = median_ratio(one, two);
  report.judge("8 replications of three tiers on 2 cores, by the wall clock", "≥ 1.9x one core",
               fmt::format("{:.2f}x", ratio), ratio >= 1.9);
}

}  // namespace sojourn
