#include <benchmark/benchmark.h>

#include "bench/allocation.h"
#include "bench/scenario_run.h"
#include "sim/watch.h"

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
BENCHMARK_CAPTURE(scenario, messages, "messages")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(scenario, backlog, "backlog")->Iterations(2)->Unit(benchmark::kMillisecond);

/// Keeps what was allocated when last it was asked: near the end of the run.
class MemoryWatch : public Watch {
 public:
  bool go_on(double /*done*/) override {
    allocated_ = allocated_bytes();
    return true;
  }
  [[nodiscard]] std::size_t allocated() const { return allocated_; }

 private:
  std::size_t allocated_ = 0;
};

/// Memory of a run that ends with many requests in flight or messages waiting, for each of them:
/// what it holds at its end, and the most that it ever held, for what grows by copying is there
/// twice meanwhile.
void bytes_each(benchmark::State& state, char const* name) {
  auto const program = load_program(name);
  restart_peak();
  auto const before = allocated_bytes();
  MemoryWatch watch;
  RunFigures run;
  for (auto _ : state) run = run_once(*program, 0, watch);
  auto const present = static_cast<double>(run.in_flight + run.waiting);
  auto const each = [&](std::size_t bytes) {
    return static_cast<double>(bytes - before) / present;
  };
  state.counters["present"] = present;
  state.counters["bytes"] = each(watch.allocated());
  state.counters["peak_bytes"] = each(peak_allocated_bytes());
}
BENCHMARK_CAPTURE(bytes_each, overload, "overload")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bytes_each, overload_with_timeouts, "overload-with-timeouts")
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(bytes_each, backlog, "backlog")->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sojourn
