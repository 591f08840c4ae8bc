/// Fallbacks, cancelled calls and deadlines on a timeline worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

// --- Fallback ------------------------------------------------------------------------------------

TEST(FallbackTest, AFailedCallGoesOnDegraded) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 100ms, "web.op");
  builder.service("web", {or_else(call("bank.op", within(5ms)), {work(2ms)}), work(1ms)});
  builder.service("bank", {work(10ms), fail(0.0)});
  builder.fault("slow", SlowFault{{ReplicaTarget{"bank", unlimited, false}}, 0.1}, 50ms, 900ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::success);
  EXPECT_EQ(run.latency("a"), 8ms) << "5 ms until it gives up, 2 instead, 1 after it";
  EXPECT_EQ(run.latency("b"), 2ms) << "no fallback needed";
  EXPECT_NEAR(run.metric("web.op.degraded"), 0.5, 1e-12);
}

TEST(FallbackTest, ComesAfterTheLastRetry) {
  ScenarioBuilder builder(1s);
  CallOptions options;
  options.retry = retry(3, 10ms);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {or_else(call("bank.op", options), {})});
  builder.service("bank", {work(1ms), fail()});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::success);
  EXPECT_EQ(run.latency("a"), 3 * 1ms + 2 * 10ms);
}

TEST(FallbackTest, MayFailItself) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {or_else(call("bank.op"), {call("spare.op")})});
  builder.service("bank", {fail()});
  builder.service("spare", {work(1ms), fail()});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.service("spare").arrivals, 1U);
}

TEST(FallbackTest, OfABranchDegradesTheWhole) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {parallel({{or_else(call("bank.op"), {wait(3ms)})}, {wait(1ms)}}, 2)});
  builder.service("bank", {fail()});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 3ms);
  EXPECT_EQ(run.metric("web.op.degraded"), 1.0);
}

TEST(FallbackTest, OfAPublishThatWasNotTaken) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 0ms}, "web.op");
  builder.service("web", {or_else(publish("rabbit.jobs"), {work(2ms)})}, 2);
  builder.channel("rabbit.jobs").capacity = 1;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 2U);
  EXPECT_NEAR(run.metric("web.op.degraded"), 0.5, 1e-12);
  EXPECT_EQ(run.metric("web.op.latency.max"), 0.002);
}

// --- Cancelling ----------------------------------------------------------------------------------

/// The chain behind a call that is given up stops as a whole, and the next in line is served.
TEST(CancelTest, NobodyWorksForACallerWhoHasLeft) {
  ScenarioBuilder builder(1s);
  CallOptions options = within(4ms);
  options.cancel = true;
  builder.request("a", 0ms, "web.op").options = options;
  builder.request("b", 1ms, "web.op");
  builder.service("web", {work(1ms), call("bank.op")});
  builder.service("bank", {work(10ms)});
  TestRun run(builder);
  run.until(4ms);
  EXPECT_EQ(run.outcome("a"), Outcome::timeout);
  EXPECT_EQ(run.replica("bank").busy, 0);
  run.until(1s);
  EXPECT_EQ(run.latency("b"), 14ms) << "its 1 ms begins at 4 ms";
  EXPECT_EQ(run.service("bank").completed, 1U);
}

/// 4 ms of the 10 were done, and those were for nobody.
TEST(CancelTest, WorkCutShortCountsAsFarAsItWasDone) {
  ScenarioBuilder builder(1s);
  CallOptions options = within(4ms);
  options.cancel = true;
  builder.request("a", 0ms, "web.op").options = options;
  builder.request("b", 100ms, "web.op");
  builder.service("web", {work(10ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_NEAR(run.service("web").work, 0.014, 1e-6);
  EXPECT_NEAR(run.service("web").wasted_work, 0.004, 1e-6);
}

TEST(CancelTest, ACrashedCallerTakesItsCalleeAlong) {
  ScenarioBuilder builder(1s);
  CallOptions options;
  options.cancel = true;
  builder.request("a", 0ms, "web.op");
  builder.service("web", {call("bank.op", options)});
  builder.service("bank", {work(10ms)});
  builder.crash("web", 5ms, 1ms);
  TestRun run(builder);
  run.until(6ms);
  EXPECT_EQ(run.replica("bank").busy, 0);
  EXPECT_EQ(run.service("bank").completed, 0U);
}

TEST(CancelTest, EachAttemptThatIsGivenUpIsCancelled) {
  ScenarioBuilder builder(1s);
  CallOptions options = within(4ms);
  options.cancel = true;
  options.retry = retry(3, 0ms);
  builder.request("a", 0ms, "web.op").options = options;
  builder.service("web", {work(10ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 12ms);
  EXPECT_EQ(run.service("web").in_flight.max(), 1.0);
  EXPECT_EQ(run.service("web").completed, 0U);
}

// --- Deadline ------------------------------------------------------------------------------------

Workload& hurried(ScenarioBuilder& builder, std::string const& name, Duration at) {
  Workload& workload = builder.request(name, at, "web.op");
  workload.options = within(5ms);
  workload.propagates_deadline = true;
  return workload;
}

/// `b` reaches the slot at 10 ms, 4 ms too late, and costs it nothing.
TEST(DeadlineTest, WhatComesToItsSlotTooLateIsNotBegun) {
  ScenarioBuilder builder(1s);
  hurried(builder, "a", 0ms);
  hurried(builder, "b", 1ms);
  builder.request("c", 2ms, "web.op");
  builder.service("web", {work(10ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("c"), 18ms);
  EXPECT_EQ(run.service("web").completed, 2U) << "a was in service when its deadline came";
  EXPECT_NEAR(run.service("web").work, 0.020, 1e-6);
}

/// The callee learns it as well: its first step ends at 6 ms, its second is not begun.
TEST(DeadlineTest, TravelsWithTheCallsThatTheRequestMakes) {
  ScenarioBuilder builder(1s);
  hurried(builder, "a", 0ms);
  builder.service("web", {work(1ms), call("bank.op"), work(1ms)});
  builder.service("bank", {work(5ms), work(5ms)});
  TestRun run(builder);
  run.until(7ms);
  EXPECT_EQ(run.replica("bank").busy, 0);
  EXPECT_EQ(run.replica("web").busy, 0) << "its call has ended with an error";
  run.until(1s);
  EXPECT_NEAR(run.service("bank").work, 0.005, 1e-6);
  EXPECT_EQ(run.service("web").completed, 0U);
}

TEST(DeadlineTest, HoldsForBranchesToo) {
  ScenarioBuilder builder(1s);
  hurried(builder, "a", 0ms);
  builder.service("web", {parallel({{work(6ms), work(6ms)}, {work(7ms)}}, 2)});
  TestRun run(builder);
  run.until(8ms);
  EXPECT_EQ(run.replica("web").busy, 0);
}

/// It ends in service, as `work` alone would: what is left is but to give the pool back.
TEST(DeadlineTest, WhatHasNothingLeftToDoIsDone) {
  ScenarioBuilder builder(1s);
  hurried(builder, "a", 0ms);
  builder.service("web", {repeat(1, {use("db", {work(8ms)})})}).pools.push_back({"db", 1});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("web").completed, 1U);
}

TEST(DeadlineTest, OfSomebodyWhoStillWaitsChangesNothing) {
  ScenarioBuilder builder(1s);
  hurried(builder, "a", 0ms);
  builder.service("web", {work(2ms), work(2ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 4ms);
}

}  // namespace
}  // namespace sojourn
