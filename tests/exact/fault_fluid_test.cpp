/// What faults do, against their fluid limits. Requests come at equal distances and take equal
/// times, so that each limit holds to a request and to a cell of the timeline.
///
/// Arrivals at 50, 150, ... ms, lambda = 10/s, into mu = 25/s; faults on the second; cells of 1 s.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

constexpr double exact = 1e-9;

struct Effect {
  double recovery = 0.0, peak_backlog = 0.0, failed = 0.0, amplification = 1.0, metastable = 0.0;
};

void expect_effect(TestRun& run, std::string const& fault, Effect const& known) {
  if (std::isinf(known.recovery)) {
    EXPECT_EQ(run.metric(fault + ".recovery"), known.recovery);
  } else {
    EXPECT_NEAR(run.metric(fault + ".recovery"), known.recovery, exact);
  }
  EXPECT_EQ(run.metric(fault + ".peak_backlog"), known.peak_backlog);
  EXPECT_EQ(run.metric(fault + ".failed"), known.failed);
  EXPECT_NEAR(run.metric(fault + ".amplification"), known.amplification, exact);
  EXPECT_EQ(run.metric(fault + ".metastable"), known.metastable);
}

FaultTargets all_of(std::string const& service) { return {ReplicaTarget{service}}; }

/// The warm-up moves the arrivals off the whole seconds.
ScenarioBuilder clients_of(std::string const& target) {
  ScenarioBuilder builder(1000s, 50ms);
  builder.open("clients", Length(100ms), target);
  return builder;
}

// --- Outages -------------------------------------------------------------------------------------

/// D lambda wait at its end, and are gone D lambda / (mu - lambda) later.
TEST(FaultFluidTest, APauseDrainsAtTheSpareRate) {
  ScenarioBuilder builder = clients_of("web.op");
  builder.service("web", {work(40ms)});
  builder.fault("pause", PauseFault{all_of("web")}, 100s, 60s);
  TestRun run(builder);
  expect_effect(run, "pause", {.recovery = 60.0 * 10.0 / 15.0, .peak_backlog = 600.0});
}

/// At the instant at which the last one is published its request is there too.
TEST(FaultFluidTest, ACrashBehindABrokerDrainsAtTheSpareRate) {
  ScenarioBuilder builder = clients_of("front.op");
  builder.service("front", {publish("b.jobs")}, unlimited);
  builder.channel("b.jobs").subscribers = {subscriber("worker.op")};
  builder.service("worker", {work(40ms)});
  builder.crash("worker", 100s, 60s);
  TestRun run(builder);
  expect_effect(run, "crash-worker", {.recovery = 60.0 * 10.0 / 15.0, .peak_backlog = 601.0});
}

TEST(FaultFluidTest, ACrashWithoutALineFailsAllAndIsOverWithItsEnd) {
  ScenarioBuilder builder(1000s, 50ms);
  builder.open("clients", Length(100ms), "web.op").options.retry = retry(3, 0s);
  builder.service("web", {work(40ms)});
  builder.crash("web", 100s, 60s);
  TestRun run(builder);
  expect_effect(run, "crash-web",
                {.recovery = 0.0, .peak_backlog = 1.0, .failed = 1.0, .amplification = 3.0});
}

/// mu / f = 5/s: the backlog grows by 5 in a second. The last one begun slowly is done at once.
TEST(FaultFluidTest, SlownessBuildsWhatExceedsTheRateThatIsLeft) {
  ScenarioBuilder builder = clients_of("web.op");
  builder.service("web", {work(40ms)});
  builder.fault("slow", SlowFault{all_of("web"), 5.0}, 100s, 60s);
  TestRun run(builder);
  expect_effect(run, "slow", {.recovery = 60.0 * 5.0 / 15.0, .peak_backlog = 301.0});
}

/// At 20/s still faster than what comes: each is late by itself, and the end of it is the end.
TEST(FaultFluidTest, SlownessWithinTheCapacityLeavesNothingBehind) {
  ScenarioBuilder builder = clients_of("web.op");
  builder.service("web", {work(40ms)});
  builder.fault("slow", SlowFault{all_of("web"), 2.0}, 100s, 60s);
  TestRun run(builder);
  expect_effect(run, "slow", {.recovery = 0.0, .peak_backlog = 1.0});
}

/// f lambda = 30/s.
TEST(FaultFluidTest, ASurgeBuildsWhatExceedsTheCapacity) {
  ScenarioBuilder builder = clients_of("web.op");
  builder.service("web", {work(40ms)});
  builder.fault("surge", SurgeFault{"clients", 3.0}, 100s, 60s);
  TestRun run(builder);
  expect_effect(run, "surge", {.recovery = 60.0 * 5.0 / 15.0, .peak_backlog = 301.0});
}

// --- Several -------------------------------------------------------------------------------------

/// One outage from 100 to 160 s; each counts from its own end.
TEST(FaultFluidTest, OverlappingPausesAreOneOutage) {
  ScenarioBuilder builder = clients_of("web.op");
  builder.service("web", {work(40ms)});
  builder.fault("first", PauseFault{all_of("web")}, 100s, 40s);
  builder.fault("second", PauseFault{all_of("web")}, 120s, 40s);
  TestRun run(builder);
  expect_effect(run, "first", {.recovery = 60.0, .peak_backlog = 600.0});
  expect_effect(run, "second", {.recovery = 40.0, .peak_backlog = 600.0});
}

TEST(FaultFluidTest, FactorsOfSlownessMultiply) {
  ScenarioBuilder builder = clients_of("web.op");
  builder.service("web", {work(40ms)});
  builder.fault("slow", SlowFault{all_of("web"), 2.5}, 100s, 60s);
  builder.fault("slower", SlowFault{all_of("web"), 2.0}, 100s, 60s);
  TestRun run(builder);
  expect_effect(run, "slow", {.recovery = 20.0, .peak_backlog = 301.0});
  expect_effect(run, "slower", {.recovery = 20.0, .peak_backlog = 301.0});
}

/// 6 s of every 120 s: eight times 60 requests, each time gone after 4 s.
TEST(FaultFluidTest, WhatFlapsRecoversEachTime) {
  ScenarioBuilder builder(1000s);
  std::vector<Duration> times;
  for (int i = 0; i < 10'000; ++i) times.push_back(50ms + 100ms * i);
  builder.trace("clients", times, "web.op");
  builder.service("web", {work(40ms)});
  Fault& flapping = builder.fault("flapping", PauseFault{all_of("web")}, 0s, 6s);
  flapping.at.reset();
  flapping.every = Distribution::constant(114.0);
  TestRun run(builder);
  expect_effect(run, "flapping", {.recovery = 6.0 * 10.0 / 15.0, .peak_backlog = 60.0});
  EXPECT_EQ(run.world().measures.faults[0].size(), 8U);
}

// --- Retries -------------------------------------------------------------------------------------

/// Each of the 200 calls is tried once a second, from its own beginning, until one gets through:
/// on average ten attempts and a half are lost, and a second after the end all are through.
TEST(FaultFluidTest, CallsAcrossAPartitionGetThroughWithinOneRetry) {
  ScenarioBuilder builder = clients_of("web.op");
  CallOptions options = within(500ms);
  options.retry = retry(1000, 500ms);
  builder.service("web", {call("bank.op", options)}, unlimited);
  builder.service("bank", {work(40ms)}, unlimited);
  builder.fault("split", PartitionFault{{"web", "bank"}}, 100s, 20s);
  TestRun run(builder);
  // Of the clients 210 calls in the 21 s, of web as many; beside them what was lost.
  double const lost = 200.0 * 10.5;
  expect_effect(run, "split",
                {.recovery = 1.0, .peak_backlog = 201.0, .amplification = (420.0 + lost) / 420.0});
}

/// Whoever waits longer than half a second asks again, twice, and all three are worked.
ScenarioBuilder impatient(std::optional<double> budget) {
  ScenarioBuilder builder(1000s, 50ms);
  CallOptions& options = builder.open("clients", Length(100ms), "web.op").options;
  options = within(500ms);
  options.retry = retry(3, 0s);
  options.retry->budget = budget;
  builder.service("web", {work(40ms)});
  builder.fault("pause", PauseFault{all_of("web")}, 100s, 20s);
  return builder;
}

/// 3 lambda = 30/s exceed mu = 25/s: the line grows for ever, and nobody is answered in time.
TEST(FaultFluidTest, AStormOfRetriesThatExceedsTheCapacityStays) {
  TestRun run(impatient({}));
  // Sent in the last half second: one attempt; in the half before: two.
  double const attempts = 3.0 * 9000.0 - 2.0 * 5.0 - 5.0;
  expect_effect(run, "pause",
                {.recovery = std::numeric_limits<double>::infinity(),
                 .peak_backlog = 15.0,
                 .failed = 1.0,
                 .amplification = attempts / 9000.0,
                 .metastable = 1.0});
  EXPECT_NEAR(run.service("web").queue.level(), 560.0 + 880.0 * 5.0, 30.0);
}

/// 1.1 lambda = 11/s do not. In line are 200 first attempts, a tenth as many retries, and the ten
/// that had been saved up; they go at 14/s, and the last half second's worth at 15/s.
TEST(FaultFluidTest, ABudgetEndsTheStorm) {
  TestRun run(impatient(0.1));
  double const in_time = 0.5 * 25.0;
  double const fluid = (230.0 - in_time) / 14.0 + in_time / 15.0;
  EXPECT_NEAR(run.metric("pause.recovery"), fluid, 1.0);
  EXPECT_EQ(run.metric("pause.failed"), 1.0);
  EXPECT_EQ(run.metric("pause.metastable"), 0.0);
  EXPECT_NEAR(run.service("web").queue.max(), 230.0, 2.0);
}

}  // namespace
}  // namespace sojourn
