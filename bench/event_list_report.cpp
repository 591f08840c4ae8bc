#include <algorithm>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "bench/hand_ladder.h"
#include "bench/hand_random.h"
#include "bench/measure.h"
#include "bench/report.h"
#include "sim/ensure.h"
#include "sim/simulator.h"

namespace sojourn {
namespace {

/// Delays drawn beforehand, over and over: so the drawing is not in the figure.
template <class T>
class Delays {
 public:
  T next() { return delays_[next_++ % delays_.size()]; }

 private:
  static T as_delay(double seconds) {
    if constexpr (std::is_same_v<T, Duration>) return from_seconds(seconds);
    if constexpr (std::is_same_v<T, double>) return seconds;
  }

  std::vector<T> delays_ = [] {
    by_hand::Random random(1);
    std::vector<T> drawn(std::size_t{1} << 16);
    for (T& delay : drawn) delay = as_delay(random.exponential());
    return drawn;
  }();
  std::size_t next_ = 0;
};

/// A structure written by hand, in the hold model: take the earliest event, schedule one in its
/// place, so that as many are pending always.
template <class List>
class HoldByHand {
 public:
  explicit HoldByHand(std::size_t pending) {
    for (std::size_t i = 0; i < pending; ++i) schedule(delays_.next());
  }

  /// The time at which the last one was due.
  double hold(std::size_t times) {
    double now = 0.0;
    for (; times > 0; --times) {
      now = by_hand::time_of(list_.pop());
      schedule(now + delays_.next());
    }
    return now;
  }

 private:
  void schedule(double time) { list_.push(by_hand::event_at(time, sequence_++, 0)); }

  Delays<double> delays_;
  std::uint32_t sequence_ = 0;
  List list_;
};

template <class Simulator>
struct ListOf;
template <class List>
struct ListOf<BasicSimulator<List>> {
  using Type = List;
};

/// The event list of every run.
class HoldBySojourn {
 public:
  explicit HoldBySojourn(std::size_t pending) {
    for (std::size_t i = 0; i < pending; ++i) list_.schedule(Time{} + delays_.next(), {});
  }

  void hold(std::size_t times) {
    for (; times > 0; --times) {
      auto const due = list_.pop_until(Time(longest_duration));
      list_.schedule(due->time + delays_.next(), due->event);
    }
  }

 private:
  Delays<Duration> delays_;
  ListOf<Simulator>::Type list_;
};

struct Hold {
  std::size_t pending;
  double heap, ladder, sojourn;  ///< ns
};

/// Over all rounds, for a ladder does much of its work once in as many holds as events are pending.
double mean(std::vector<double> const& values) {
  double sum = 0.0;
  for (double const value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

Hold hold(std::size_t pending) {
  HoldByHand<by_hand::Heap> heap(pending);
  HoldByHand<by_hand::Ladder> ladder(pending);
  HoldBySojourn sojourn(pending);
  std::size_t const times = std::max<std::size_t>(500'000, pending / 5);
  auto const holds = static_cast<double>(times);
  double heap_time = 0.0, ladder_time = 0.0;
  auto const of_heap = [&](std::size_t) { return heap_time = heap.hold(times), holds; };
  auto const of_ladder = [&](std::size_t) { return ladder_time = ladder.hold(times), holds; };
  auto const of_sojourn = [&](std::size_t) { return sojourn.hold(times), holds; };
  in_turns({of_heap, of_ladder, of_sojourn}, 2);  // to get into the steady state
  auto const each = in_turns({of_heap, of_ladder, of_sojourn});
  ensure(heap_time == ladder_time, "both take the same events in the same order");
  return {pending, mean(each[0]), mean(each[1]), mean(each[2])};
}

double against_best(Hold const& hold) { return hold.sojourn / std::min(hold.heap, hold.ladder); }

}  // namespace

void report_event_list(Report& report) {
  PinnedToOneCore const pinned;
  std::vector<Hold> holds;
  std::string table =
      "| pending | heap by hand | ladder queue by hand | Sojourn | Sojourn / the better one |\n"
      "|---|---|---|---|---|\n";
  for (std::size_t pending = 1'000; pending <= 10'000'000; pending *= 10) {
    holds.push_back(hold(pending));
    auto const& last = holds.back();
    table += fmt::format("| {} | {:.0f} ns | {:.0f} ns | {:.0f} ns | {:.2f} |\n", pending,
                         last.heap, last.ladder, last.sojourn, against_best(last));
  }
  report.put("hold model", table);

  double const growth = holds.back().sojourn / holds.front().sojourn;
  report.judge("event list, hold model, from 10³ to 10⁷ pending", "flat: ≤ 1.6x",
               fmt::format("{:.2f}x", growth), growth <= 1.6);
  double worst = 0.0;
  for (auto const& each : holds) worst = std::max(worst, against_best(each));
  report.judge("event list, at every size", "≤ 1.5x the best structure by hand",
               fmt::format("≤ {:.2f}x", worst), worst <= 1.5);
}

}  // namespace sojourn
