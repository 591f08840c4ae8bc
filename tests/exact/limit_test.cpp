/// Limits on whom a replica lets in, worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

constexpr bool rejects = false, waits = true;

/// A limit on a service that is never full and takes 1 ms.
ScenarioBuilder limited(AdmissionLimit const& limit) {
  ScenarioBuilder builder(1s);
  builder.service("web", {work(1ms)}, unlimited).limit = limit;
  return builder;
}

TEST(LimitTest, WithoutATokenARequestIsRejectedAtOnce) {
  ScenarioBuilder builder = limited({RateLimit{100.0, 2}, rejects});
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.request("c", 9ms, "web.op");
  builder.request("d", 10ms, "web.op");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 1ms);
  EXPECT_EQ(run.latency("b"), 1ms);
  EXPECT_EQ(run.outcome("c"), Outcome::rejected);
  EXPECT_EQ(run.latency("c"), 0ms);
  EXPECT_EQ(run.latency("d"), 1ms);
  EXPECT_EQ(run.service("web").rejected, 1U);
  EXPECT_EQ(run.service("web").arrivals, 4U);
}

TEST(LimitTest, AShaperHoldsBackUntilATokenIsThere) {
  ScenarioBuilder builder = limited({RateLimit{100.0, 2}, waits});
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.request("c", 3ms, "web.op");
  builder.request("d", 4ms, "web.op");
  TestRun run(builder);
  run.until(5ms);
  EXPECT_EQ(run.service("web").queue.level(), 2.0);
  run.until(1s);
  EXPECT_EQ(run.latency("c"), 8ms) << "in at 10 ms";
  EXPECT_EQ(run.latency("d"), 17ms) << "in at 20 ms";
  EXPECT_EQ(run.service("web").waited, 2U);
  EXPECT_EQ(run.service("web").queue.level(), 0.0);
}

TEST(LimitTest, WhoLosesPatienceTakesNoToken) {
  ScenarioBuilder builder = limited({RateLimit{100.0, 1}, waits});
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op").patience = Distribution::constant(0.002);
  builder.request("c", 2ms, "web.op");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("b"), Outcome::abandoned);
  EXPECT_EQ(run.latency("b"), 2ms);
  EXPECT_EQ(run.latency("c"), 9ms);
}

/// Those that wait without a slot are inside too.
TEST(LimitTest, SoManyAreInsideAtOnceWithOrWithoutASlot) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 2ms, "web.op");
  builder.request("d", 11ms, "web.op");
  Service& web = builder.service("web", {wait(10ms)});
  web.blocking = false;
  web.limit = AdmissionLimit{ConcurrencyLimit{2}, rejects};
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.latency("b"), 10ms);
  EXPECT_EQ(run.outcome("c"), Outcome::rejected);
  EXPECT_EQ(run.latency("d"), 10ms);
}

TEST(LimitTest, WhoLeavesLetsTheNextOneIn) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms, 3ms}, "web.op");
  builder.service("web", {work(10ms)}, 4).limit = AdmissionLimit{ConcurrencyLimit{1}, waits};
  TestRun run(builder);
  run.until(9ms);
  EXPECT_EQ(run.replica("web").busy, 1);
  run.until(1s);
  EXPECT_EQ(from_seconds(run.workload("clients").latency.of_cohort().max()), 37ms);
  EXPECT_EQ(run.service("web").queue.max(), 3.0);
}

/// The line is behind the door, and a full one refuses whoever comes through it.
TEST(LimitTest, WhoIsLetInMayFindTheQueueFull) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 2ms, "web.op");
  Service& web = builder.service("web", {work(100ms)});
  web.queue.capacity = 1;
  web.limit = AdmissionLimit{RateLimit{100.0, 1}, waits};
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("b"), 199ms);
  EXPECT_EQ(run.outcome("c"), Outcome::rejected);
  EXPECT_EQ(run.latency("c"), 18ms) << "let in at 20 ms, when b was in line";
}

TEST(LimitTest, EachReplicaHasALimitOfItsOwn) {
  ScenarioBuilder builder = limited({RateLimit{100.0, 1}, rejects});
  builder.trace("clients", {0ms, 0ms, 0ms}, "web.op");
  Scenario scenario = builder.build();
  scenario.services[0].replicas = 2;
  TestRun run(scenario);
  run.until(1s);
  EXPECT_EQ(run.service("web").completed, 2U);
  EXPECT_EQ(run.service("web").rejected, 1U);
}

TEST(LimitTest, MessagesAreNotHeldBack) {
  ScenarioBuilder builder = limited({RateLimit{100.0, 1}, rejects});
  Channel& channel = builder.channel("broker.jobs");
  channel.initial = 5;
  channel.subscribers.push_back(subscriber("web.op", 5));
  builder.request("a", 0ms, "web.op");
  TestRun run(builder);
  run.until(1ms);
  EXPECT_EQ(run.service("web").completed, 6U);
}

TEST(LimitTest, ACrashEndsThoseHeldBackAndFillsTheBucket) {
  ScenarioBuilder builder = limited({RateLimit{10.0, 1}, waits});
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 30ms, "web.op");
  builder.crash("web", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("b"), Outcome::error);
  EXPECT_EQ(run.latency("b"), 4ms);
  EXPECT_EQ(run.latency("c"), 1ms);
}

// --- A limit that finds out by itself
// -------------------------------------------------------------

TEST(AdaptiveLimitTest, BeginsWithItsFirstLimit) {
  ScenarioBuilder builder = limited({AdaptiveLimit{2, 1, 10}, rejects});
  builder.trace("clients", {0ms, 0ms, 0ms}, "web.op");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("web").completed, 2U);
  EXPECT_EQ(run.service("web").rejected, 1U);
  EXPECT_EQ(run.metric("web.limit.mean"), 2.0);
}

/// The first 50 replies give the base; after 50 more the limit is 4 + 2.
TEST(AdaptiveLimitTest, GrowsWhileNobodyWaitsInside) {
  ScenarioBuilder builder = limited({AdaptiveLimit{4, 1, 100}, waits});
  builder.trace("clients", std::vector<Duration>(200, 0ms), "web.op");
  TestRun run(builder);
  run.until(24ms);
  EXPECT_EQ(run.service("web").limit.level(), 4.0);
  EXPECT_EQ(run.service("web").in_flight.level(), 200.0 - 96.0);
  run.until(25ms);
  EXPECT_EQ(run.service("web").limit.level(), 6.0) << "those held back do not count as waiting";
  run.until(1s);
  EXPECT_EQ(run.service("web").completed, 200U);
  EXPECT_EQ(run.service("web").queue.level(), 0.0);
}

TEST(AdaptiveLimitTest, ACrashBringsBackTheFirstLimit) {
  ScenarioBuilder builder = limited({AdaptiveLimit{4, 1, 100}, waits});
  builder.trace("clients", std::vector<Duration>(200, 0ms), "web.op");
  builder.crash("web", 30ms, 1ms);
  TestRun run(builder);
  run.until(29ms);
  EXPECT_EQ(run.service("web").limit.level(), 6.0);
  run.until(31ms);
  EXPECT_EQ(run.service("web").limit.level(), 4.0);
}

/// Ten slots, 20 ms, and half as much again as they can serve.
TEST(AdaptiveLimitTest, UnderAnOverloadLatencyStaysLowAndTheSlotsStayBusy) {
  ScenarioBuilder builder(60s, 30s);
  builder.service("web", {work(Distribution::exponential(0.02))}, 10).limit =
      AdmissionLimit{AdaptiveLimit{}, rejects};
  builder.open("clients", Distribution::exponential(1.0 / 750), "web.op");
  TestRun run(builder);
  EXPECT_GT(run.metric("web.throughput"), 0.95 * 500.0);
  EXPECT_LT(run.metric("web.latency.mean"), 2.0 * 0.02);
  EXPECT_LT(run.metric("web.limit.mean"), 20.0);
}

}  // namespace
}  // namespace sojourn
