/// Timeouts and retries on a timeline worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

CallOptions retried(std::optional<Duration> timeout, Retry const& policy) {
  CallOptions options;
  if (timeout) options.timeout = Distribution::constant(in_seconds(*timeout));
  options.retry = policy;
  return options;
}

TEST(CallTest, ATimedOutAttemptWorksOnForNobody) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = within(4ms);
  builder.request("b", 5ms, "web.op");
  builder.service("web", {work(10ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::timeout);
  EXPECT_EQ(run.latency("a"), 4ms);
  EXPECT_EQ(run.latency("b"), 15ms) << "a's work is done first";
  EXPECT_EQ(run.service("web").completed, 2U);
  EXPECT_EQ(run.service("web").wanted, 1U);
  EXPECT_NEAR(run.service("web").wasted_work, 0.010, 1e-6);
  EXPECT_NEAR(run.metric("web.wasted"), 0.5, 1e-6);
}

/// Attempts at 0, 6 and 12 ms, each given up after 5 ms; the slot works them off one by one, 4 ms
/// behind `busy`: 4 to 8, 8 to 12, 12 to 16. The third is in time.
TEST(CallTest, RetriesAfterTimeoutsPileUpBehindOneAnother) {
  ScenarioBuilder builder(1s);
  builder.request("busy", 0ms, "web.op");
  builder.request("a", 0ms, "web.op").options = retried(5ms, retry(3, 1ms));
  builder.service("web", {work(4ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("a").attempts, 3U);
  EXPECT_EQ(run.outcome("a"), Outcome::success);
  EXPECT_EQ(run.latency("a"), 16ms);
  EXPECT_EQ(run.service("web").arrivals, 4U);
  EXPECT_NEAR(run.service("web").wasted_work, 0.008, 1e-6) << "of the first two attempts";
}

TEST(CallTest, TheLastFailureIsTheCallersFailure) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = retried({}, retry(4, 10ms));
  builder.service("web", {work(1ms), fail()});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.workload("a").attempts, 4U);
  EXPECT_EQ(run.latency("a"), 4 * 1ms + 3 * 10ms);
}

TEST(CallTest, BackoffGrowsUpToItsLimit) {
  ScenarioBuilder builder(1s);
  Retry policy = retry(5, 1ms);
  policy.backoff.factor = 3.0;
  policy.backoff.max = 10ms;
  builder.request("a", 0ms, "web.op").options = retried({}, policy);
  builder.service("web", {fail()});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 1ms + 3ms + 9ms + 10ms);
}

/// However often one has failed, no wait is no wait.
TEST(CallTest, NoBackoffStaysNone) {
  ScenarioBuilder builder(10s);
  Retry policy = retry(unlimited, 0ms);
  policy.backoff.factor = 2.0;
  builder.request("a", 0ms, "web.op").options = retried({}, policy);
  builder.service("web", {wait(1ms), fail()});
  TestRun run(builder);
  run.until(5s - 1ns);
  EXPECT_EQ(run.workload("a").attempts, 5000U);
}

TEST(CallTest, EachCauseIsRetriedOnlyIfAsked) {
  struct Case {
    bool on_error, on_timeout, on_rejected;
    std::uint64_t failing, slow, full;
  };
  for (Case const& expected : {Case{true, false, false, 3, 1, 1},
                               {false, true, false, 1, 3, 1},
                               {false, false, true, 1, 1, 3}}) {
    Retry policy = retry(3, 1ms);
    policy.on_error = expected.on_error;
    policy.on_timeout = expected.on_timeout;
    policy.on_rejected = expected.on_rejected;
    ScenarioBuilder builder(1s);
    builder.request("busy", 0ms, "full.op");
    builder.request("failing", 1ms, "failing.op").options = retried(5ms, policy);
    builder.request("slow", 1ms, "slow.op").options = retried(5ms, policy);
    builder.request("full", 1ms, "full.op").options = retried(5ms, policy);
    builder.service("failing", {fail()});
    builder.service("slow", {wait(100ms)}, unlimited);
    builder.service("full", {wait(100ms)}).queue.capacity = 0;
    TestRun run(builder);
    run.until(1s);
    EXPECT_EQ(run.workload("failing").attempts, expected.failing);
    EXPECT_EQ(run.workload("slow").attempts, expected.slow);
    EXPECT_EQ(run.workload("full").attempts, expected.full);
  }
}

/// A quarter of a token a call: every fourth failing call has one retry.
TEST(CallTest, ABudgetCapsRetriesToAShareOfTheCalls) {
  ScenarioBuilder builder(1s);
  Retry policy = retry(10, 1ms);
  policy.budget = 0.25;
  builder.open("clients", Length(10ms), "web.op").options = retried({}, policy);
  builder.service("web", {fail()});
  TestRun run(builder);
  run.until(400ms);
  EXPECT_EQ(run.workload("clients").cohort, 40U);
  EXPECT_EQ(run.workload("clients").attempts, 49U) << "the fortieth waits for its retry";
  run.until(405ms);
  EXPECT_EQ(run.workload("clients").attempts, 50U);
}

TEST(CallTest, AFailedInnerCallFailsTheOperationWithAnError) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {work(1ms), call("bank.op", within(5ms)), work(100ms)});
  builder.service("bank", {work(50ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.latency("a"), 6ms);
  EXPECT_EQ(run.replica("web").busy, 0);
  EXPECT_NEAR(run.service("web").work, 0.001, 1e-6) << "the last step was not begun";
}

/// Waste is seen from the far end: the database works for a web request whose client has left.
TEST(CallTest, WorkBehindALostClientIsWastedAllTheWayDown) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = within(2ms);
  builder.service("web", {call("db.op")});
  builder.service("db", {work(5ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("db").completed, 1U);
  EXPECT_EQ(run.service("db").wanted, 0U);
  EXPECT_EQ(run.service("web").wanted, 0U);
  EXPECT_EQ(run.metric("db.wasted"), 1.0);
}

/// At the same instant the timeout comes first: it was scheduled first.
TEST(CallTest, AReplyAtTheInstantOfTheTimeoutIsTooLate) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = within(5ms);
  builder.request("b", 100ms, "web.op").options = within(5ms + 1ns);
  builder.service("web", {work(5ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::timeout);
  EXPECT_EQ(run.outcome("b"), Outcome::success);
}

}  // namespace
}  // namespace sojourn
