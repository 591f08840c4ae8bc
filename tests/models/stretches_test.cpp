/// One run measured in stretches is the same run, and what it says of its parts adds up to the
/// whole.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "models/simulate.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

Scenario busy_shop(Duration duration) {
  ScenarioBuilder builder(duration, 2s);
  builder.open("clients", Distribution::exponential(0.1), "web.op");
  builder.service("web", {work(Distribution::exponential(0.08)), publish("rabbit.jobs")});
  builder.service("worker", {work(Distribution::exponential(0.07))});
  builder.channel("rabbit.jobs").subscribers.push_back(subscriber("worker.op"));
  return builder.build();
}

struct Stretches {
  Stretches() {
    Watch watch;
    auto const program = compile(busy_shop(10s));
    layout = layout_of(*program);
    parts = simulate_in_stretches(*program, Streams(5, 0), watch, 4);
    whole = simulate(*compile(busy_shop(40s)), Streams(5, 0), watch);
  }

  [[nodiscard]] std::size_t position(std::string const& name) const {
    auto const found = std::ranges::find(layout.metrics, name, &Metric::name);
    return static_cast<std::size_t>(found - layout.metrics.begin());
  }
  [[nodiscard]] double of_whole(std::string const& name) const {
    return whole.values.at(position(name));
  }
  [[nodiscard]] double mean(std::string const& name) const {
    double sum = 0.0;
    for (RunResult const& part : parts) sum += part.values.at(position(name));
    return sum / static_cast<double>(parts.size());
  }
  [[nodiscard]] double greatest(std::string const& name) const {
    double most = 0.0;
    for (RunResult const& part : parts) most = std::max(most, part.values.at(position(name)));
    return most;
  }

  ResultLayout layout;
  std::vector<RunResult> parts;
  RunResult whole;
};

TEST(StretchesTest, AddUpToTheWholeRun) {
  Stretches const run;
  ASSERT_EQ(run.parts.size(), 4U);
  for (char const* const name :
       {"clients.arrivals", "clients.goodput", "clients.in_flight.mean", "web.utilisation",
        "web.queue.mean", "web.throughput", "worker.utilisation", "rabbit.jobs.depth.mean"})
    EXPECT_NEAR(run.mean(name), run.of_whole(name), 1e-9) << name;
  EXPECT_DOUBLE_EQ(4.0 * run.mean("rabbit.jobs.published"), run.of_whole("rabbit.jobs.published"));
  for (char const* const name : {"clients.latency.max", "web.wait.max", "web.op.latency.max",
                                 "rabbit.jobs.latency.max", "web.queue.max"})
    EXPECT_DOUBLE_EQ(run.greatest(name), run.of_whole(name)) << name;
  EXPECT_TRUE(run.parts.back().complete);
  EXPECT_EQ(run.parts.back().simulated, 10.0);
}

TEST(StretchesTest, TheirAccountsSumToThatOfTheWholeRun) {
  Stretches const run;
  for (std::size_t account = 0; account < run.whole.accounts.size(); ++account) {
    RunResult::Account sum = run.parts.front().accounts[account];
    for (std::size_t part = 1; part < run.parts.size(); ++part) {
      auto const& term = run.parts[part].accounts[account];
      sum.total += term.total;
      for (std::size_t i = 0; i < sum.parts.size(); ++i) sum.parts[i] += term.parts[i];
    }
    EXPECT_EQ(sum.total, run.whole.accounts[account].total);
    EXPECT_EQ(sum.parts, run.whole.accounts[account].parts);
  }
}

TEST(StretchesTest, EachHasAWholeSeries) {
  Stretches const run;
  for (RunResult const& part : run.parts) {
    for (auto const& cells : part.series) ASSERT_EQ(cells.size(), series_cells);
  }
  // in_flight, in the mean of its cells and as a figure.
  auto const found = std::ranges::find(run.layout.series, "web.queue", &SeriesDefinition::name);
  auto const position = static_cast<std::size_t>(found - run.layout.series.begin());
  double sum = 0.0;
  for (double const cell : run.parts[2].series[position]) sum += cell;
  EXPECT_NEAR(sum / static_cast<double>(series_cells),
              run.parts[2].values.at(run.position("web.queue.mean")), 1e-9);
}

TEST(StretchesTest, StoppedTheyAreFewer) {
  struct Stop : Watch {
    bool go_on(double done) override { return done < 0.4; }
  } watch;
  auto const program = compile(busy_shop(1000s));
  auto const parts = simulate_in_stretches(*program, Streams(5, 0), watch, 4);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_TRUE(parts[0].complete);
  EXPECT_FALSE(parts[1].complete);
}

TEST(ControlsTest, AreTheArrivalsAndTheWork) {
  EXPECT_EQ(controls_of(*compile(busy_shop(10s))).size(), 3U);
  ScenarioBuilder builder(10s);
  builder.open("clients", 100ms, "web.op");
  builder.service("web", {work(80ms)});
  EXPECT_TRUE(controls_of(*compile(builder.build())).empty()) << "of constants";
}

/// What is drawn ahead and never taken has had no part in the run.
TEST(ControlsTest, CountWhatWasTaken) {
  auto const interarrival = Distribution::exponential(100.0);
  ScenarioBuilder builder(1s);
  builder.open("clients", interarrival, "web.op");
  builder.service("web", {work(Distribution::exponential(1.0))});
  auto const program = compile(builder.build());
  ASSERT_EQ(controls_of(*program).size(), 2U);
  Watch watch;
  RunResult const result = simulate_with_controls(*program, Streams(5, 0), watch);
  RandomStream random = Streams(5, 0).open(controls_of(*program).front());
  EXPECT_DOUBLE_EQ(result.controls.at(0), interarrival.sample(random) / 100.0 - 1.0)
      << "one arrival has been scheduled";
  EXPECT_EQ(result.controls.at(1), 0.0) << "and nobody has come";
}

/// Arrivals at a rate that varies are not drawn ahead.
TEST(ControlsTest, CountWhatWasDrawnWhereNothingIsAhead) {
  auto const interarrival = Distribution::exponential(100.0);
  ScenarioBuilder builder(1s);
  builder.open("clients", interarrival, "web.op").profile = {{0s, 1.0}, {500ms, 2.0}};
  builder.service("web", {work(1s)});
  auto const program = compile(builder.build());
  ASSERT_EQ(controls_of(*program).size(), 1U);
  Watch watch;
  RunResult const result = simulate_with_controls(*program, Streams(5, 0), watch);
  RandomStream random = Streams(5, 0).open(controls_of(*program).front());
  EXPECT_DOUBLE_EQ(result.controls.at(0), interarrival.sample(random) / 100.0 - 1.0);
}

TEST(ControlsTest, ChangeNothingAndHaveMeanZero) {
  Watch watch;
  auto const program = compile(busy_shop(10s));
  constexpr int runs = 400;
  std::vector<double> sums(3), squares(3);
  for (std::uint64_t i = 0; i < runs; ++i) {
    RunResult const result = simulate_with_controls(*program, Streams(5, i), watch);
    if (i == 0) {
      RunResult const plain = simulate(*program, Streams(5, i), watch);
      EXPECT_EQ(result.fingerprint, plain.fingerprint);
      for (std::size_t value = 0; value < plain.values.size(); ++value) {
        bool const exists = !std::isnan(plain.values[value]);
        EXPECT_TRUE(!exists || result.values[value] == plain.values[value]) << value;
      }
    }
    ASSERT_EQ(result.controls.size(), 3U);
    for (std::size_t c = 0; c < 3; ++c) {
      sums[c] += result.controls[c];
      squares[c] += result.controls[c] * result.controls[c];
    }
  }
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_GT(squares[c] / runs, 20.0) << "a sum of some hundred draws with a deviation of 1";
    EXPECT_LT(std::abs(sums[c]), 4.0 * std::sqrt(squares[c])) << "control " << c;
  }
}

}  // namespace
}  // namespace sojourn
