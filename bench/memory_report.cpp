#include <algorithm>

#include <fmt/format.h>

#include "bench/metered_run.h"
#include "bench/report.h"

namespace sojourn {
namespace {

void report_backlog(Report& report) {
  auto const run = metered_run(*load_program("backlog"));
  auto const waiting = static_cast<double>(run.figures.waiting);
  double const bytes = run.bytes / waiting;
  report.judge(
      "a backlog of 10⁷ messages", "≤ 48 bytes a message",
      fmt::format("{:.0f} bytes; {:.0f} while it comes into being", bytes, run.peak / waiting),
      bytes <= 48);
}

void report_allocations(Report& report) {
  double most = 0.0;
  for (auto const* const name : {"mm1", "ten-stations", "three-tiers", "three-tiers-64-32-16",
                                 "three-tiers-guarded", "messages", "timeouts"})
    most = std::max(most, metered_run(*load_program(name)).warm_allocations);
  report.judge("heap allocations an event, in the last third of a run", "0",
               most == 0.0 ? "0" : fmt::format("≤ {:.2g}", most), most == 0.0);
}

/// The histograms and lines of a longer run see rarer extremes, which takes a little.
void report_long_runs(Report& report) {
  double const short_run = metered_run(*load_program("ten-stations")).peak;
  double const long_run = metered_run(*load_program("ten-stations", {"duration=20000s"})).peak;
  double const ratio = long_run / short_run;
  report.judge("memory of a run of ten times the length, ten stations", "constant: ≤ 1.1x",
               fmt::format("{:.2f}x ({:.0f} kB)", ratio, 1e-3 * long_run), ratio <= 1.1);
}

}  // namespace

void report_memory(Report& report) {
  report_backlog(report);
  report_allocations(report);
  report_long_runs(report);
}

}  // namespace sojourn
