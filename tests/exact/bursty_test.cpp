/// Bursts, and the account of how often they send.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

ScenarioBuilder bursty(double calm_rate, double burst_rate, Length const& calm,
                       Length const& burst) {
  ScenarioBuilder builder(100s);
  builder.request("clients", 0ms, "web.op").arrivals =
      BurstyArrivals{calm_rate, burst_rate, calm.distribution, burst.distribution};
  builder.service("web", {work(1us)}, unlimited);
  return builder;
}

/// Nothing in the calm, as good as; then what is sent is sent in bursts.
TEST(BurstyTest, PhasesTakeTurnsAndEachHasItsRate) {
  ScenarioBuilder const builder = bursty(1e-7, 1000.0, 3s, 2s);
  TestRun run(builder);
  std::uint64_t last = 0;
  bool active = false;
  std::vector<double> changes;
  for (Duration time = 50ms; time <= 100s; time += 50ms) {
    run.until(time);
    std::uint64_t const sent = run.workload("clients").sent;
    if ((sent > last) != active) changes.push_back(in_seconds(time));
    active = sent > last;
    last = sent;
  }
  ASSERT_GT(changes.size(), 30U);
  for (std::size_t i = 2; i + 1 < changes.size(); ++i) {
    EXPECT_NEAR(changes[i + 1] - changes[i - 1], 5.0, 0.11) << "calm and burst";
  }
  EXPECT_NEAR(static_cast<double>(last), 40'000.0, 5 * std::sqrt(40'000.0));
}

TEST(BurstyTest, EqualRatesAreAPoissonStream) {
  ScenarioBuilder const builder = bursty(500.0, 500.0, 70ms, Distribution::exponential(0.03));
  TestRun run(builder);
  run.until(100s);
  EXPECT_NEAR(static_cast<double>(run.workload("clients").sent), 50'000.0, 4 * std::sqrt(50'000.0));
}

TEST(BurstyTest, ASurgeAndAProfileMultiplyBothRates) {
  ScenarioBuilder builder = bursty(500.0, 500.0, 70ms, 30ms);
  builder.fault("surge", SurgeFault{"clients", 3.0}, 50s, 50s);
  Scenario scenario = builder.build();
  scenario.workloads[0].sine = SineProfile{10s, 0.8};
  TestRun run(scenario);
  run.until(50s);
  auto const before = static_cast<double>(run.workload("clients").sent);
  EXPECT_NEAR(before, 25'000.0, 4 * std::sqrt(25'000.0));
  run.until(100s);
  EXPECT_NEAR(static_cast<double>(run.workload("clients").sent) - before, 75'000.0,
              4 * std::sqrt(75'000.0));
}

}  // namespace
}  // namespace sojourn
