#include <algorithm>
#include <cstddef>
#include <vector>

#include <benchmark/benchmark.h>

#include "sim/event_list.h"
#include "sim/random_stream.h"
#include "sim/sorted_event_list.h"
#include "sim/time.h"

namespace sojourn {
namespace {

/// Delays of a mean of 1 s, as in the literature on event lists.
/// Source: Rönngren and Ayani, "A comparative study of parallel and sequential priority queue
/// algorithms", ACM TOMACS 7 (1997).
using Delay = double (*)(RandomStream&);

double exponential(RandomStream& random) { return random.exponential(); }
double uniform(RandomStream& random) { return 2.0 * random.uniform(); }
double triangular(RandomStream& random) {
  return 1.5 * std::max(random.uniform(), random.uniform());
}
/// Nine in ten are short, the tenth is a hundred times as long.
double bimodal(RandomStream& random) {
  double const scale = random.happens(0.1) ? 9.174 : 0.09174;
  return scale * 2.0 * random.uniform();
}

/// Drawn beforehand, so that the drawing is not in the figure.
class Delays {
 public:
  explicit Delays(Delay draw) : delays_(std::size_t{1} << 16) {
    auto random = Streams(1, 0).open("bench/delay");
    for (auto& delay : delays_) delay = from_seconds(draw(random));
  }
  Duration next() { return delays_[next_++ % delays_.size()]; }

 private:
  std::vector<Duration> delays_;
  std::size_t next_ = 0;
};

/// A list with so many events pending as they are after a while: each was scheduled anew twice.
template <class List>
List filled(std::size_t pending, Delays& delays) {
  List list;
  for (std::size_t i = 0; i < pending; ++i) list.schedule(Time(delays.next()), {});
  for (std::size_t i = 0; i < 2 * pending; ++i) {
    auto const due = list.pop_until(never);
    list.schedule(due->time + delays.next(), due->event);
  }
  return list;
}

/// The hold model: take the earliest event, schedule one in its place; so many are pending always.
/// Once around, at least: what a list puts off is done within the figure.
/// Source: Vaucher and Duval, "A comparison of simulation event list algorithms", CACM 18 (1975).
template <class List, Delay draw>
void hold(benchmark::State& state) {
  auto const pending = static_cast<std::size_t>(state.range(0));
  Delays delays(draw);
  auto list = filled<List>(pending, delays);
  for (auto _ : state) {
    for (std::size_t i = 0; i < pending; ++i) {
      auto const due = list.pop_until(never);
      list.schedule(due->time + delays.next(), due->event);
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_TEMPLATE(hold, EventList, exponential)->RangeMultiplier(10)->Range(10, 10'000'000);
BENCHMARK_TEMPLATE(hold, EventList, uniform)->RangeMultiplier(10)->Range(1'000, 10'000'000);
BENCHMARK_TEMPLATE(hold, EventList, triangular)->RangeMultiplier(10)->Range(1'000, 10'000'000);
BENCHMARK_TEMPLATE(hold, EventList, bimodal)->RangeMultiplier(10)->Range(1'000, 10'000'000);
BENCHMARK_TEMPLATE(hold, SortedEventList, exponential)->RangeMultiplier(10)->Range(1'000, 100'000);

/// As the hold model, with a timeout scheduled for each event and cancelled a hundred events later:
/// what most timeouts come to.
template <class List>
void hold_and_cancel(benchmark::State& state) {
  auto const pending = static_cast<std::size_t>(state.range(0));
  Delays delays(exponential);
  auto list = filled<List>(pending, delays);
  std::vector<EventId> timeouts(100);
  std::size_t next = 0;
  for (auto _ : state) {
    auto const due = list.pop_until(never);
    list.schedule(due->time + delays.next(), due->event);
    auto& timeout = timeouts[next++ % timeouts.size()];
    list.cancel(timeout);
    timeout = list.schedule(due->time + std::chrono::seconds(30), due->event);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_TEMPLATE(hold_and_cancel, EventList)->RangeMultiplier(10)->Range(1'000, 1'000'000);

}  // namespace
}  // namespace sojourn
