#include <cstdio>

#include <benchmark/benchmark.h>

#include "bench/comparison.h"

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

}  // namespace
}  // namespace sojourn

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return sojourn::print(sojourn::compare_with_baseline()) ? 0 : 1;
}
