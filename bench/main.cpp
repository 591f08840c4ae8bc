#include <cstdio>
#include <filesystem>
#include <string_view>

#include <benchmark/benchmark.h>

#include "bench/comparison.h"
#include "bench/report.h"

namespace sojourn {
namespace {

/// False if the loops and Sojourn do not agree on what happens, so that their times say nothing.
bool print(std::vector<Comparison> const& comparisons) {
  bool all_agree = true;
  for (auto const& comparison : comparisons) {
    std::printf("%s: %.1f ns an event, by hand %.1f, ratio %.2f\n", comparison.work.c_str(),
                comparison.whole, comparison.by_hand, comparison.ratio);
    if (comparison.agrees) continue;
    all_agree = false;
    std::printf("  but mean sojourn times differ: %g s, by hand %g s, in theory %g s\n",
                comparison.whole_sojourn, comparison.by_hand_sojourn, comparison.theory);
  }
  return all_agree;
}

bool write_report(std::filesystem::path const& page) {
  Report report;
  report_machine(report);
  report_speed(report);
  report_event_list(report);
  report_scale(report);
  report_memory(report);
  report_start(report);
  report_replications(report);
  return report.write(page);
}

}  // namespace
}  // namespace sojourn

/// `--report=PAGE` as the first argument: measures what that page says, and writes it there, before
/// the benchmarks run.
int main(int argc, char** argv) {
  constexpr std::string_view option = "--report=";
  bool const reports = argc > 1 && std::string_view(argv[1]).starts_with(option);
  if (reports && !sojourn::write_report(argv[1] + option.size())) return 1;
  if (reports) {
    argv[1] = argv[0];
    --argc, ++argv;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return reports || sojourn::print(sojourn::compare_with_baseline()) ? 0 : 1;
}
