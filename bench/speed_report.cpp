#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "bench/measure.h"
#include "bench/report.h"
#include "bench/scenario_run.h"

namespace sojourn {
namespace {

/// Runs the program as replication `round`; returns how many requests arrived.
Work requests_of(std::shared_ptr<Program const> program) {
  return [program](std::size_t round) {
    return static_cast<double>(run_once(*program, round).requests);
  };
}

void report_baseline(Report& report, std::vector<AgainstBaseline> const& comparisons) {
  struct Limit {
    double goal, aim;
  };
  std::vector<Limit> const limits = {{3.0, 2.0}, {2.0, 1.5}, {2.0, 1.5}, {2.0, 1.5}};
  std::string table =
      "| work | by hand | Sojourn | ratio | mean sojourn time: theory | by hand | Sojourn | |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    auto const& each = comparisons[i];
    auto const theory =
        std::isnan(each.theory) ? "no formula" : fmt::format("{:.4g} ms", 1e3 * each.theory);
    table += fmt::format(
        "| {} | {:.1f} ns | {:.1f} ns | {:.2f} | {} | {:.4g} ms | {:.4g} ms | {} |\n", each.work,
        each.by_hand, each.whole, each.ratio, theory, 1e3 * each.by_hand_sojourn,
        1e3 * each.whole_sojourn, each.agrees ? "agree" : "**differ**");
    report.judge(each.work,
                 fmt::format("≤ {:.1f}x by hand, aim {:.1f}x", limits[i].goal, limits[i].aim),
                 fmt::format("{:.2f}x", each.ratio), each.ratio <= limits[i].goal);
  }
  report.put("baseline", table);
}

void report_guards(Report& report) {
  auto const each = in_turns(
      {requests_of(load_program("three-tiers")), requests_of(load_program("three-tiers-guarded"))});
  double const ratio = median_ratio(each[1], each[0]);
  report.judge(
      "three tiers of 16 threads, with a timeout of 2 s and three retries on every attempt",
      "≤ 1.3x without", fmt::format("{:.2f}x", ratio), ratio <= 1.3);
}

/// What is left of each round without the other's.
std::vector<double> without(std::vector<double> const& whole, std::vector<double> const& part) {
  std::vector<double> rest(whole.size());
  std::transform(whole.begin(), whole.end(), part.begin(), rest.begin(), std::minus<>());
  return rest;
}

/// What a message costs beyond the request that publishes it: with the work that it brings, by
/// step (publish, store, deliver, acknowledge); and beyond handing that work over without a broker.
void report_messages(Report& report) {
  auto const each =
      in_turns({requests_of(load_program("mm1")), requests_of(load_program("door")),
                requests_of(load_program("hand-over")), requests_of(load_program("messages"))});
  auto const message = without(each[3], each[1]);
  auto const broker = without(each[3], each[2]);
  double const event_of_mm1 = median(each[0]) / 2;
  double const step = median_ratio(message, each[0]) * 2 / 4;
  report.judge("publish, store, deliver, acknowledge", "≤ 2.5x an event of M/M/1 a step",
               fmt::format("{:.2f}x ({:.0f} ns a message in four steps, {:.0f} ns an event)", step,
                           median(message), event_of_mm1),
               step <= 2.5);
  double const by_broker = 2 * median_ratio(broker, each[0]);
  report.judge("the four together, beyond handing the same work over without a broker",
               "≤ 3x an event of M/M/1",
               fmt::format("{:.2f}x ({:.0f} ns)", by_broker, median(broker)), by_broker <= 3.0);
}

/// Series are always measured; one of a single cell is as good as none.
void report_series(Report& report) {
  auto const with_cells = [](std::size_t cells) {
    auto scenario = load_bench_scenario("mm1");
    scenario.cells = cells;
    return requests_of(compile(scenario));
  };
  auto const each = in_turns({with_cells(1), with_cells(series_cells)});
  double const share = median_ratio(each[1], each[0]) - 1.0;
  report.judge("series of 120 cells, on M/M/1", "< 5 %", fmt::format("{:+.1f} %", 100 * share),
               share < 0.05);
}

/// As a study does it: the first of so many runs is traced.
void report_traces(Report& report) {
  constexpr std::uint64_t runs = 10;
  auto const program = load_program("mm1");
  auto const study = [program](bool is_traced) {
    return [program, is_traced](std::size_t round) {
      for (std::uint64_t run = 0; run < runs; ++run) {
        Streams const streams(1, runs * round + run);
        Watch watch;
        TracedRun traced;
        if (is_traced && run == 0) {
          simulate_traced(*program, streams, watch, {}, traced);
        } else {
          simulate(*program, streams, watch);
        }
      }
      return static_cast<double>(runs);
    };
  };
  auto const each = in_turns({study(false), study(true)});
  double const share = median_ratio(each[1], each[0]) - 1.0;
  report.judge("traces of 1 % of the requests, on 10 replications of M/M/1", "< 10 %",
               fmt::format("{:+.1f} %", 100 * share), share < 0.1);
}

}  // namespace

void report_speed(Report& report, std::vector<AgainstBaseline> const& comparisons) {
  PinnedToOneCore const pinned;
  report_baseline(report, comparisons);
  report_guards(report);
  report_messages(report);
  report_series(report);
  report_traces(report);
}

}  // namespace sojourn
