#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/comparison.h"
#include "bench/report.h"

namespace sojourn {
namespace {

/// False if the loops and Sojourn do not agree on what happens, so that their times say nothing.
bool print(std::vector<AgainstBaseline> const& comparisons) {
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

/// Takes `--report=PAGE` out of the arguments.
std::optional<std::filesystem::path> take_page(int& argc, char** argv) {
  constexpr std::string_view option = "--report=";
  auto const is_option = [=](char const* each) {
    return std::string_view(each).starts_with(option);
  };
  auto** const found = std::find_if(argv + 1, argv + argc, is_option);
  if (found == argv + argc) return std::nullopt;
  std::filesystem::path page = *found + option.size();
  std::rotate(found, found + 1, argv + argc);
  --argc;
  return page;
}

bool write_report(std::filesystem::path const& page,
                  std::vector<AgainstBaseline> const& comparisons) {
  Report report;
  report_machine(report);
  report_speed(report, comparisons);
  report_event_list(report);
  report_scale(report);
  report_memory(report);
  report_start(report);
  report_replications(report);
  return report.write(page);
}

}  // namespace
}  // namespace sojourn

/// With `--report=PAGE` also measures what that page says, and writes it there.
int main(int argc, char** argv) {
  auto const page = sojourn::take_page(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;

  // First what matters most, while memory is fresh.
  auto const comparisons = sojourn::compare_with_baseline();
  bool const is_written = !page || sojourn::write_report(*page, comparisons);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return sojourn::print(comparisons) && is_written ? 0 : 1;
}
