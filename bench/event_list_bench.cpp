#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "sim/heap_event_list.h"
#include "sim/random_stream.h"
#include "sim/sorted_event_list.h"
#include "sim/time.h"

namespace sojourn {
namespace {

/// Delays drawn beforehand, so that the drawing is not in the figure.
std::vector<Duration> exponential_delays(std::size_t count) {
  auto random = Streams(1, 0).open("bench/delay");
  std::vector<Duration> delays(count);
  for (auto& delay : delays) delay = from_seconds(random.exponential());
  return delays;
}

/// The hold model: take the earliest event, schedule one in its place; so many are pending always.
/// Source: Vaucher and Duval, "A comparison of simulation event list algorithms", CACM 18 (1975).
template <class List>
void hold(benchmark::State& state) {
  auto const pending = static_cast<std::size_t>(state.range(0));
  auto const delays = exponential_delays(std::size_t{1} << 16);
  Time const end(longest_duration);
  List list;
  std::size_t next = 0;
  auto const delay = [&] { return delays[next++ % delays.size()]; };
  for (std::size_t i = 0; i < pending; ++i) list.schedule(Time{} + delay(), {});
  for (auto _ : state) {
    auto const due = list.pop_until(end);
    list.schedule(due->time + delay(), due->event);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_TEMPLATE(hold, HeapEventList)->RangeMultiplier(10)->Range(1'000, 10'000'000);
BENCHMARK_TEMPLATE(hold, SortedEventList)->RangeMultiplier(10)->Range(1'000, 100'000);

/// As the hold model, with a timeout scheduled for each event and cancelled a hundred events later:
/// what most timeouts come to.
void hold_and_cancel(benchmark::State& state) {
  auto const pending = static_cast<std::size_t>(state.range(0));
  auto const delays = exponential_delays(std::size_t{1} << 16);
  Time const end(longest_duration);
  HeapEventList list;
  std::size_t next = 0;
  auto const delay = [&] { return delays[next++ % delays.size()]; };
  for (std::size_t i = 0; i < pending; ++i) list.schedule(Time{} + delay(), {});
  std::vector<EventId> timeouts(100);
  for (auto _ : state) {
    auto const due = list.pop_until(end);
    list.schedule(due->time + delay(), due->event);
    auto& timeout = timeouts[next % timeouts.size()];
    list.cancel(timeout);
    timeout = list.schedule(due->time + std::chrono::seconds(30), due->event);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hold_and_cancel)->RangeMultiplier(10)->Range(1'000, 1'000'000);

}  // namespace
}  // namespace sojourn
