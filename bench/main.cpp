#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include <benchmark/benchmark.h>

#include "bench/baseline.h"
#include "bench/scenario_run.h"

namespace sojourn {
namespace {

constexpr std::size_t rounds = 9;
using Rates = std::array<double, rounds>;

/// Requests per second of processor time, so that what else the machine does counts for nothing.
template <class Work>
double rate_of(Work&& work) {
  auto const start = std::clock();
  auto const requests = work();
  auto const ticks = static_cast<double>(std::clock() - start);
  return static_cast<double>(requests) * CLOCKS_PER_SEC / ticks;
}

double median(Rates rates) {
  std::sort(rates.begin(), rates.end());
  return rates[rounds / 2];
}

/// M/M/1 at 90 % through the whole stack and by hand, in turns, so that a machine that slows down
/// slows both.
void compare_with_baseline() {
  auto const program = load_program("mm1");
  Rates whole{}, by_hand{}, ratio{};
  for (std::size_t i = 0; i < rounds; ++i) {
    whole[i] = rate_of([&] { return run_once(*program, i).requests; });
    by_hand[i] = rate_of([&] {
      return mm1_by_hand(Streams(1, i), from_seconds(1.0 / 900), std::chrono::milliseconds(1),
                         std::chrono::seconds(1000))
          .requests;
    });
    ratio[i] = whole[i] / by_hand[i];
  }
  std::printf("M/M/1: whole stack %.2f million requests/s, by hand %.2f million, ratio %.2f\n",
              median(whole) * 1e-6, median(by_hand) * 1e-6, median(ratio));
}

}  // namespace
}  // namespace sojourn

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  sojourn::compare_with_baseline();
}
