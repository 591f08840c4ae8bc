/// Hedged attempts: which copy goes where and when, and whose answer counts.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

CallOptions hedged(Duration after, std::uint32_t copies = 2) {
  CallOptions options;
  options.hedge = Hedge{after, copies};
  return options;
}

/// Replicas of `web` of which the first takes 100 ms and the others 10 ms.
ScenarioBuilder with_a_slow_one(CallOptions const& options, std::int64_t replicas = 2) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = options;
  builder.service("web", {work(10ms)}).replicas = replicas;
  builder.fault("slow", SlowFault{{ReplicaTarget{"web", 1, false}}, 10.0}, 0s, 1s);
  return builder;
}

TEST(HedgeTest, AQuickAnswerNeedsNoCopy) {
  TestRun run(with_a_slow_one(hedged(200ms)));
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 100ms);
  EXPECT_EQ(run.metric("a.attempts"), 1.0);
  EXPECT_EQ(run.metric("a.web.op.hedge.copies"), 0.0);
}

TEST(HedgeTest, ACopyGoesToAnotherReplicaAndTheFirstReplyWins) {
  TestRun run(with_a_slow_one(hedged(20ms)));
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 30ms);
  EXPECT_EQ(run.metric("a.attempts"), 2.0);
  EXPECT_EQ(run.metric("a.web.op.hedge.copies"), 1.0);
  EXPECT_EQ(run.metric("a.web.op.hedge.won"), 1.0);
  EXPECT_EQ(run.service("web").completed, 2U) << "the loser is not told";
  EXPECT_EQ(run.service("web").wanted, 1U);
  EXPECT_EQ(run.world().hedges.size(), 0U);
}

TEST(HedgeTest, WithCancelTheLoserStops) {
  CallOptions options = hedged(20ms);
  options.cancel = true;
  TestRun run(with_a_slow_one(options));
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 30ms);
  EXPECT_EQ(run.service("web").completed, 1U);
  EXPECT_EQ(run.replica("web", 0).busy, 0);
}

TEST(HedgeTest, EachCopyGoesToAReplicaThatHasNone) {
  ScenarioBuilder builder = with_a_slow_one(hedged(5ms, 3), 3);
  TestRun run(builder);
  run.until(12ms);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(run.replica("web", i).present, 1U) << i;
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 15ms);
}

TEST(HedgeTest, WithOneReplicaTheyMeetThere) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = hedged(5ms);
  builder.service("web", {work(10ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.service("web").completed, 2U);
}

TEST(HedgeTest, WithoutDelayAllGoAtOnce) {
  TestRun run(with_a_slow_one(hedged(0ms)));
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms);
}

TEST(HedgeTest, AFailureWaitsForTheOtherCopy) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = hedged(2ms);
  builder.service("web", {work(10ms)}).replicas = 2;
  builder.fault("crash", CrashFault{{ReplicaTarget{"web", 1, false}}}, 5ms, 900ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::success);
  EXPECT_EQ(run.latency("a"), 12ms);
}

TEST(HedgeTest, AFailureWithNoOtherUnderWayBringsTheNextCopyAtOnce) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = hedged(50ms);
  builder.service("web", {work(10ms)}).replicas = 2;
  builder.fault("crash", CrashFault{{ReplicaTarget{"web", 1, false}}}, 5ms, 900ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 15ms);
  EXPECT_EQ(run.metric("a.attempts"), 2.0);
}

TEST(HedgeTest, WhenAllCopiesHaveFailedTheAttemptHas) {
  ScenarioBuilder builder(1s);
  CallOptions options = hedged(2ms);
  options.retry = retry(2, 20ms);
  builder.request("a", 0ms, "web.op").options = options;
  builder.service("web", {work(5ms), fail()}).replicas = 2;
  TestRun run(builder);
  run.until(1s);
  // Copies at 0 and 2 ms, failed at 7; again at 27, failed at 34.
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.latency("a"), 34ms);
  EXPECT_EQ(run.metric("a.attempts"), 4.0);
}

TEST(HedgeTest, OneTimeoutIsForAllCopies) {
  ScenarioBuilder builder(1s);
  CallOptions options = hedged(10ms);
  options.timeout = Distribution::constant(0.015);
  options.cancel = true;
  builder.request("a", 0ms, "web.op").options = options;
  builder.service("web", {work(100ms)}).replicas = 2;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::timeout);
  EXPECT_EQ(run.latency("a"), 15ms);
  EXPECT_NEAR(run.metric("web.utilisation"), (15.0 + 5.0) / 2000.0, 1e-9) << "both are told";
}

TEST(HedgeTest, CopiesThatAreBlockedOutsideLeaveWithTheLoser) {
  ScenarioBuilder builder(1s);
  builder.trace("others", {0ms}, "web.op");
  builder.request("a", 1ms, "web.op").options = hedged(2ms);
  Service& web = builder.service("web", {work(10ms)});
  web.replicas = 2;
  web.queue = {0, Discipline::fifo, QueueSpec::WhenFull::block};
  builder.fault("slow", SlowFault{{ReplicaTarget{"web", 1, false}}, 10.0}, 0s, 1s);
  TestRun run(builder);
  run.until(1s);
  // Its first copy is served by the second replica at once; the other waits outside the first.
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.service("web").completed, 2U);
  EXPECT_EQ(run.world().activities.size(), 0U);
}

TEST(HedgeTest, ACopyMayPushTheOtherOutOfAFullLine) {
  ScenarioBuilder builder(1s);
  builder.request("other", 0ms, "web.op");
  builder.request("a", 1ms, "web.op").options = hedged(0ms);
  builder.service("web", {work(10ms)}).queue = {1, Discipline::fifo,
                                                QueueSpec::WhenFull::drop_oldest};
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::success);
  EXPECT_EQ(run.latency("a"), 19ms);
  EXPECT_EQ(run.service("web").rejected, 1U);
}

TEST(HedgeTest, OnePlaceInTheBulkheadIsForAllCopies) {
  ScenarioBuilder builder(1s);
  CallOptions options = hedged(2ms);
  options.limit = CallLimit{1, false};
  builder.trace("clients", {0ms, 5ms}, "web.op").options = options;
  builder.service("web", {work(10ms)}).replicas = 2;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.metric("clients.attempts"), 1.0) << "two copies of the one, none of the other";
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::rejected)], 1U);
}

TEST(HedgeTest, TheCrashOfTheCallerEndsThemAll) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  CallOptions options = hedged(2ms);
  options.cancel = true;
  builder.service("web", {call("bank.op", options)});
  builder.service("bank", {work(100ms)}).replicas = 2;
  builder.crash("web", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 5ms);
  EXPECT_EQ(run.service("bank").completed, 0U);
  EXPECT_EQ(run.world().hedges.size(), 0U);
  EXPECT_EQ(run.world().activities.size(), 0U);
}

TEST(HedgeTest, OverANetworkTheLosersReplyIsNotHeard) {
  ScenarioBuilder builder = with_a_slow_one(hedged(20ms));
  builder.network().latency = Distribution::constant(0.003);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 36ms);
  EXPECT_EQ(run.workload("a").ended, 1U);
}

}  // namespace
}  // namespace sojourn
