#include <benchmark/benchmark.h>

#include "bench/allocation.h"
#include "bench/metered_run.h"
#include "bench/scenario_run.h"

namespace sojourn {
namespace {

/// A scenario file through the whole stack, one replication after another, all measuring on.
void scenario(benchmark::State& state, char const* name) {
  auto const program = load_program(name);
  std::uint64_t replication = 0;
  RunFigures all;
  restart_peak();
  auto const before = allocated_bytes();
  for (auto _ : state) {
    auto const run = run_once(*program, replication++);
    all.events += run.events;
    all.requests += run.requests;
  }
  using benchmark::Counter;
  state.counters["events/s"] = Counter(static_cast<double>(all.events), Counter::kIsRate);
  state.counters["requests/s"] = Counter(static_cast<double>(all.requests), Counter::kIsRate);
  state.counters["peak_bytes"] = static_cast<double>(peak_allocated_bytes() - before);
}
BENCHMARK_CAPTURE(scenario, mm1, "mm1")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, ten_stations, "ten-stations")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, three_tiers, "three-tiers")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, three_tiers_64_32_16, "three-tiers-64-32-16")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, three_tiers_guarded, "three-tiers-guarded")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, timeouts, "timeouts")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, messages, "messages")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, backlog, "backlog")->Iterations(2)->Unit(benchmark::kMillisecond);

/// Memory of a run that ends with many requests in flight or messages waiting, for each of them.
void bytes_each(benchmark::State& state, char const* name) {
  auto const program = load_program(name);
  MeteredRun run;
  for (auto _ : state) run = metered_run(*program);
  auto const present = static_cast<double>(run.figures.in_flight + run.figures.waiting);
  state.counters["present"] = present;
  state.counters["bytes"] = run.bytes / present;
  state.counters["peak_bytes"] = run.peak / present;
}
BENCHMARK_CAPTURE(bytes_each, overload, "overload")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bytes_each, overload_with_timeouts, "overload-with-timeouts")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bytes_each, backlog, "backlog")->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sojourn
