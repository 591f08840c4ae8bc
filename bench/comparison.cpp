#include "bench/comparison.h"

#include <cmath>
#include <functional>
#include <limits>

#include "bench/baseline.h"
#include "bench/measure.h"
#include "bench/scenario_run.h"
#include "sim/tally.h"

namespace sojourn {
namespace {

struct Subject {
  std::string work;
  std::string scenario;
  double events;  ///< A request.
  double theory;  ///< Mean sojourn time, s.
  std::function<by_hand::Figures(std::uint64_t seed)> by_hand;
};

std::vector<Subject> subjects() {
  double const unknown = std::numeric_limits<double>::quiet_NaN();
  return {
      {"M/M/1, ρ = 0.9", "mm1", 2, 1.0 / (1000 - 900),
       [](auto seed) { return by_hand::single_server(900, 1e-3, 1000, seed); }},
      {"ten stations in a row, ρ = 0.8", "ten-stations", 11, 10.0 / (100 - 80),
       [](auto seed) { return by_hand::ten_in_a_row(80, 1e-2, 2000, seed); }},
      {"three synchronous tiers of 16 threads, ρ = 0.8", "three-tiers", 4, unknown,
       [](auto seed) {
         return by_hand::three_tiers({16, 16, 16}, 4267, 1e-3, 100, seed);
       }},
      {"three synchronous tiers of 64, 32 and 16 threads, ρ = 0.8", "three-tiers-64-32-16", 4,
       unknown,
       [](auto seed) {
         return by_hand::three_tiers({64, 32, 16}, 12800, 1e-3, 40, seed);
       }},
  };
}

/// Of independent runs.
struct Mean {
  double value = 0.0;
  double variance = 0.0;  ///< Of the mean.
};

Mean mean_of(std::vector<double> const& values) {
  Tally tally;
  for (double const value : values) tally.record(value);
  return {tally.mean(), tally.variance() / static_cast<double>(tally.count())};
}

/// Within five standard errors, which with eight degrees of freedom happens by chance once in a
/// thousand times; and the seeds are fixed.
bool agree(Mean const& left, Mean const& right) {
  return std::abs(left.value - right.value) <= 5 * std::sqrt(left.variance + right.variance);
}

AgainstBaseline compare(Subject const& subject) {
  auto const program = load_program(subject.scenario);
  std::vector<double> hand_sojourns, whole_sojourns;
  auto const hand = [&](std::size_t round) {
    auto const figures = subject.by_hand(round);
    hand_sojourns.push_back(figures.mean_sojourn_time);
    return static_cast<double>(figures.requests) * subject.events;
  };
  auto const whole = [&](std::size_t round) {
    auto const figures = run_once(*program, round);
    whole_sojourns.push_back(figures.mean_latency);
    return static_cast<double>(figures.requests) * subject.events;
  };
  auto const nanoseconds = in_turns({hand, whole});

  Mean const by_hand = mean_of(hand_sojourns);
  Mean const simulated = mean_of(whole_sojourns);
  Mean const theory{subject.theory};
  bool const as_theory =
      std::isnan(subject.theory) || (agree(by_hand, theory) && agree(simulated, theory));
  return {subject.work,
          subject.scenario,
          median(nanoseconds[0]),
          median(nanoseconds[1]),
          median_ratio(nanoseconds[1], nanoseconds[0]),
          subject.theory,
          by_hand.value,
          simulated.value,
          as_theory && agree(by_hand, simulated)};
}

}  // namespace

std::vector<AgainstBaseline> compare_with_baseline() {
  PinnedToOneCore const pinned;
  std::vector<AgainstBaseline> comparisons;
  for (auto const& subject : subjects()) comparisons.push_back(compare(subject));
  return comparisons;
}

}  // namespace sojourn
