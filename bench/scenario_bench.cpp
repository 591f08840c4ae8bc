#include <benchmark/benchmark.h>

#include "bench/allocation.h"
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
BENCHMARK_CAPTURE(scenario, timeouts, "timeouts")->Unit(benchmark::kMillisecond);

/// Memory of a run that ends with a million requests in flight, for each of them. It is the
/// greatest that was allocated at any time, so what grows by copying counts with both copies.
void bytes_in_flight(benchmark::State& state, char const* name) {
  auto const program = load_program(name);
  restart_peak();
  auto const before = allocated_bytes();
  RunFigures run;
  for (auto _ : state) run = run_once(*program, 0);
  auto const in_flight = static_cast<double>(run.in_flight);
  state.counters["in_flight"] = in_flight;
  state.counters["bytes/request"] =
      static_cast<double>(peak_allocated_bytes() - before) / in_flight;
}
BENCHMARK_CAPTURE(bytes_in_flight, overload, "overload")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bytes_in_flight, overload_with_timeouts, "overload-with-timeouts")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sojourn
