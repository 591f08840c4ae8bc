#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config/load.h"
#include "tests/app/theory/theory_support.h"

/// What theory says of the time through outages and surges.
namespace sojourn {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// Messages at 100/s through a broker that is down from 100 s to 160 s; its consumer takes 200/s.
ScenarioExpectation broker_outage(std::string const& broker, std::string const& channel) {
  return theory_for(
      "duration: 10min\nworkloads: {users: {request: web.get, arrivals: poisson(100/s)}}\n"
      "services:\n"
      "  web: {concurrency: unlimited, operations: {get: [{publish: mq.jobs}]}}\n"
      "  worker: {concurrency: 2, operations: {run: [{work: exponential(10ms)}]}}\n"
      "brokers: {mq: {" +
      broker + "channels: {jobs: {" + channel +
      "subscribers: {worker.run: {}}}}}}\n"
      "faults:\n"
      "  slow: {at: 80s, for: 20s, pause: worker}\n"
      "  outage: {at: 100s, for: 60s, crash: {broker: mq}}\n");
}

TEST(TransientTheoryTest, ADurableChannelKeepsItsBacklogWhileItsBrokerIsDown) {
  auto const all = broker_outage("", "durable: true, ");
  ASSERT_EQ(all.backlogs.size(), 1U);
  auto const& backlog = all.backlogs.front();
  EXPECT_EQ(backlog.series, "mq.jobs.depth");
  EXPECT_NEAR(backlog.peak, 2000.0, 1e-3);
  EXPECT_NEAR(backlog.lost, 6000.0, 1e-3);
  EXPECT_NEAR(backlog.values[24], 2000.0, 1e-3);  // At 122.5 s.
  EXPECT_NEAR(backlog.gone.value_or(0.0), 160.0 + 2000.0 / 100.0, 1e-3);
  EXPECT_THAT(all.remarks, Not(Contains(HasSubstr("The fluid leaves outage out"))));
}

TEST(TransientTheoryTest, ATransientChannelLosesItWithItsBroker) {
  auto const all = broker_outage("", "");
  ASSERT_EQ(all.backlogs.size(), 1U);
  EXPECT_NEAR(all.backlogs[0].peak, 2000.0, 1e-3);
  EXPECT_EQ(all.backlogs[0].values[24], 0.0);
  EXPECT_NEAR(all.backlogs[0].lost, 8000.0, 1e-3);
}

TEST(TransientTheoryTest, AnotherLeaderEndsTheOutageOfABroker) {
  auto const all = broker_outage("replicas: 3, failover: 5s, ", "durable: true, ");
  ASSERT_EQ(all.backlogs.size(), 1U);
  EXPECT_NEAR(all.backlogs[0].lost, 500.0, 1e-3);
  EXPECT_NEAR(all.backlogs[0].gone.value_or(0.0), 105.0 + 2000.0 / 100.0, 1e-3);
}

ScenarioExpectation slow_for_half_a_minute(std::string const& retry) {
  return theory_for(
      "duration: 10min\nworkloads: {users: {request: web.get, arrivals: poisson(80/s), timeout: "
      "1s" +
      retry +
      "}}\nservices: {web: {concurrency: 10, operations: {get: [{work: \"erlang(100ms, "
      "k=2)\"}]}}}\n"
      "faults: {slow: {at: 1min, for: 30s, slow: web, factor: 3}}\n");
}

/// 80/s on 100/s: without retries the backlog is worked off, with them it is there to stay.
TEST(TransientTheoryTest, AStormOfRetriesDoesNotEnd) {
  auto const calm = slow_for_half_a_minute("");
  ASSERT_EQ(calm.backlogs.size(), 1U);
  EXPECT_NEAR(calm.backlogs[0].peak, 30.0 * (80.0 - 100.0 / 3.0), 1e-3);
  EXPECT_TRUE(calm.backlogs[0].gone);
  auto const storm = slow_for_half_a_minute(", retry: {attempts: 3, backoff: 100ms}");
  ASSERT_EQ(storm.backlogs.size(), 1U);
  EXPECT_FALSE(storm.backlogs[0].gone);
  EXPECT_GT(storm.backlogs[0].peak, 10'000.0);
  auto const bound = slow_for_half_a_minute(", retry: {attempts: 3, budget: 10%}");
  EXPECT_TRUE(bound.backlogs[0].gone);
}

/// 70/s on 100/s, slow for 10 s, and again after a second: what Bronson et al. call metastable. The
/// simulated ones are tests/oracles/metastable-deterministic.
TEST(TransientTheoryTest, AMetastableStateGrowsAsTheOracleKnows) {
  auto const loaded = load_scenario(std::filesystem::path(SOJOURN_SOURCE_DIR) /
                                    "tests/oracles/metastable-deterministic.yaml");
  ASSERT_TRUE(loaded.scenario);
  for (auto const& variant : loaded.scenario->variants) {
    auto const all = theory_of(variant.scenario);
    ASSERT_EQ(all.backlogs.size(), 1U) << variant.name;
    auto const& values = all.backlogs[0].values;
    double const cell = in_seconds(variant.scenario.duration) / static_cast<double>(values.size());
    if (variant.name == "no-retries") {
      EXPECT_NEAR(all.backlogs[0].gone.value_or(0.0), 76.67, 0.1);
    } else {
      auto const at = [&](double time) { return values[static_cast<std::size_t>(time / cell)]; };
      EXPECT_NEAR((at(250.0) - at(150.0)) / 100.0, 110.0, 2.0);
    }
  }
}

TEST(TransientTheoryTest, WhoFailsInACrashComesBackAfterIt) {
  std::string const outage =
      "duration: 10min\nworkloads: {users: {request: web.get, arrivals: poisson(80/s), retry: "
      "{attempts: ATTEMPTS, backoff: 10s}}}\n"
      "services: {web: {concurrency: 10, operations: {get: [{work: \"erlang(100ms, k=2)\"}]}}}\n"
      "faults: {outage: {at: 1min, for: 30s, crash: web}}\n";
  auto with = [&](std::string const& attempts) {
    std::string text = outage;
    return theory_for(text.replace(text.find("ATTEMPTS"), 8, attempts));
  };
  EXPECT_TRUE(with("1").backlogs.empty());
  auto const all = with("4");
  ASSERT_EQ(all.backlogs.size(), 1U);
  // From 90 s on 80/s come beside them, and 240/s in all again of the last 10 s of the outage.
  EXPECT_NEAR(all.backlogs[0].peak, 10.0 * (80.0 + 240.0 - 100.0), 30.0);
  EXPECT_NEAR(all.backlogs[0].at, 100.0, 1.0);
}

/// The caller's slot is held through its retries of a paused callee, so that it lets fewer go.
TEST(TransientTheoryTest, RetriesOfACallHoldTheSlotOfWhoMakesThem) {
  auto const peak = [](std::string const& retry) {
    auto const all = theory_for(
        "duration: 10min\nworkloads: {users: {request: web.get, arrivals: poisson(50/s)}}\n"
        "services:\n"
        "  web: {concurrency: 60, operations: {get: [{call: db.get, timeout: 2s" +
        retry +
        "}]}}\n"
        "  db: {concurrency: 10, operations: {get: [{work: 10ms}]}}\n"
        "faults: {stop: {at: 1min, for: 60s, pause: db}}\n");
    for (auto const& backlog : all.backlogs)
      if (backlog.series == "web.queue") return backlog.peak;
    return 0.0;
  };
  EXPECT_NEAR(peak(""), 60.0 * (50.0 - 30.0), 1e-3);
  EXPECT_NEAR(peak(", retry: {attempts: 2}"), 60.0 * (50.0 - 15.0), 1e-3);
}

/// Mean of those who wait in M/M/1 from an empty start, by the series for the transient mean:
/// N(t) = (lambda - mu) t + mu x integral of P(nobody is there); here against its steady state.
TEST(TransientTheoryTest, ASmallModelIsFollowedExactlyFromAnEmptyStart) {
  auto const all =
      open_theory("poisson(8/s)", "  web: {operations: {get: [{work: exponential(100ms)}]}}\n");
  ASSERT_EQ(all.backlogs.size(), 1U);
  EXPECT_EQ(all.backlogs[0].series, "web.queue");
  EXPECT_THAT(all.backlogs[0].model, HasSubstr("exact"));
  EXPECT_NEAR(all.backlogs[0].values.back(), 0.64 / 0.2, 1e-6);
  EXPECT_LT(all.backlogs[0].values.front(), 3.2);
}

/// While nobody is served the number that waits grows as those who come.
TEST(TransientTheoryTest, ASmallModelIsFollowedExactlyThroughAPauseAndASurge) {
  auto const all = theory_for(
      "duration: 600s\nwarmup: 60s\n"
      "workloads: {users: {request: web.get, arrivals: poisson(5/s), timeout: 1s}}\n"
      "services: {web: {operations: {get: [{work: exponential(100ms)}]}}}\n"
      "faults:\n"
      "  stop: {at: 300s, for: 100s, pause: web}\n"
      "  rush: {at: 350s, for: 50s, surge: users, factor: 2}\n");
  ASSERT_EQ(all.backlogs.size(), 1U);
  auto const& backlog = all.backlogs[0];
  EXPECT_EQ(backlog.model, "exact mean of the Markov chain");
  // M/M/1 at one half: half a one waits.
  EXPECT_NEAR(backlog.values[50], 0.5, 1e-6);
  EXPECT_NEAR(backlog.peak, 0.5 + 50.0 * 5.0 + 50.0 * 10.0, 1e-6);
  EXPECT_NEAR(backlog.at, 400.0, 1e-9);
}

TEST(TransientTheoryTest, AFullLineAndACrashAreFollowedExactly) {
  auto const all = theory_for(
      "duration: 600s\nwarmup: 60s\n"
      "workloads: {users: {request: web.get, arrivals: poisson(20/s)}}\n"
      "services: {web: {queue: 9, operations: {get: [{work: exponential(100ms)}]}}}\n"
      "faults: {down: {at: 300s, for: 100s, crash: web}}\n");
  auto const found = std::find_if(all.backlogs.begin(), all.backlogs.end(),
                                  [](auto const& each) { return each.series == "web.queue"; });
  ASSERT_NE(found, all.backlogs.end());
  EXPECT_EQ(found->model, "exact mean of the Markov chain");
  // M/M/1/10 at a load of 2: sum over n of (n - 1) 2^n / (2^11 - 1).
  double waiting = 0.0;
  for (int n = 1; n <= 10; ++n) waiting += (n - 1) * std::pow(2.0, n) / 2047.0;
  EXPECT_NEAR(found->values[40], waiting, 1e-6);
  EXPECT_EQ(found->values[70], 0.0);
}

TEST(TransientTheoryTest, WhatIsNoMarkovChainStaysAFluid) {
  auto const all = theory_for(
      "duration: 600s\n"
      "workloads: {users: {request: web.get, arrivals: poisson(5/s)}}\n"
      "services: {web: {operations: {get: [{work: 100ms}]}}}\n"
      "faults: {stop: {at: 300s, for: 100s, pause: web}}\n");
  ASSERT_EQ(all.backlogs.size(), 1U);
  EXPECT_EQ(all.backlogs[0].model, "fluid");
}

}  // namespace
}  // namespace sojourn
