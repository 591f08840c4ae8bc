#include <fmt/format.h>

#include "bench/measure.h"
#include "bench/metered_run.h"
#include "bench/report.h"
#include "bench/thousand_services.h"

namespace sojourn {
namespace {

constexpr double events_of_a_request = 4;  // an arrival and three ends of work, as in three-tiers

std::shared_ptr<Program const> program_of(ThousandServices const& shape) {
  auto const result = load_scenario_text(yaml_of(shape), "thousand services");
  return compile(without_errors(result).variants.front().scenario);
}

/// Runs the same replication in each round, for another one would not do more of the same.
Work events_of(std::shared_ptr<Program const> program) {
  return [program](std::size_t) {
    return static_cast<double>(run_once(*program, 0).requests) * events_of_a_request;
  };
}

void judge_speed(Report& report, std::string const& work, std::vector<double> const& nanoseconds,
                 std::vector<double> const& small) {
  double const ratio = median_ratio(nanoseconds, small);
  report.judge(work, "≤ 3x an event of three tiers of 16 threads",
               fmt::format("{:.2f}x ({:.0f} ns an event)", ratio, median(nanoseconds)),
               ratio <= 3.0);
}

}  // namespace

void report_scale(Report& report) {
  PinnedToOneCore const pinned;
  auto const small = load_program("three-tiers", {"duration=50s"});
  auto const calm = program_of({.arrival_rate = 1'000, .duration = 200});
  auto const crowded = program_of({.arrival_rate = 400'000, .duration = 6});
  auto const each = in_turns({events_of(small), events_of(calm)});
  judge_speed(report, "1,000 services x 10 replicas, calls 3 deep, 3,000 requests in flight",
              each[1], each[0]);

  auto const few = in_turns({events_of(small), events_of(crowded)}, 3);
  auto const run = metered_run(*crowded);
  auto const in_flight = static_cast<double>(run.figures.in_flight);
  judge_speed(report, fmt::format("the same with {:.2g} million in flight", 1e-6 * in_flight),
              few[1], few[0]);
  double const bytes = run.bytes / in_flight;
  report.judge("the same, memory", "≤ 160 bytes a request in flight",
               fmt::format("{:.0f} bytes; {:.0f} for each service at which one is", bytes,
                           run.bytes / run.figures.at_services),
               bytes <= 160);
}

}  // namespace sojourn
