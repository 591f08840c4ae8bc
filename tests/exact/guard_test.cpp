/// Breakers, bulkheads, fallbacks and cancelling on a timeline worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

CallOptions broken_after(std::int64_t failures, Duration open) {
  CallOptions options;
  options.breaker = Breaker{FailuresInARow{failures}, open, 1};
  return options;
}

CallOptions limited(std::int64_t calls, bool waits) {
  CallOptions options;
  options.limit = CallLimit{calls, waits};
  return options;
}

// --- Breaker -------------------------------------------------------------------------------------

/// One call a millisecond to a service that always fails: at 0 and 1 ms they fail and the breaker
/// opens for 5 ms; those at 2 to 5 ms are stopped; at 6 ms a probe fails; and so on with a period
/// of five: probes at 6, 11, 16, ... 96.
TEST(BreakerTest, StopsWhatWouldFailAndProbesNowAndThen) {
  ScenarioBuilder builder(100ms);
  std::vector<Duration> times;
  for (int i = 0; i < 100; ++i) times.emplace_back(i * 1ms);
  builder.trace("clients", times, "web.op").options = broken_after(2, 5ms);
  builder.service("web", {fail()}, unlimited);
  TestRun run(builder);
  run.until(100ms);
  EXPECT_EQ(run.service("web").arrivals, 2U + 19U);
  EXPECT_EQ(run.workload("clients").attempts, 21U) << "those that were sent";
  EXPECT_EQ(run.metric("clients.web.op.breaker.rejected"), 79.0);
  EXPECT_NEAR(run.metric("clients.failures.rejected"), 0.79, 1e-12);
  EXPECT_EQ(run.metric("clients.web.op.breaker.openings"), 200.0) << "20 in 0.1 s";
  EXPECT_NEAR(run.metric("clients.web.op.breaker.open"), 0.99, 1e-9)
      << "from 1 ms on, but for no time at each probe";
}

TEST(BreakerTest, ATimeoutIsAFailure) {
  ScenarioBuilder builder(1s);
  CallOptions options = broken_after(1, 20ms);
  options.timeout = Distribution::constant(0.005);
  builder.trace("clients", {0ms, 6ms}, "web.op").options = options;
  builder.service("web", {work(10ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::timeout)], 1U);
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::rejected)], 1U);
}

/// Each replica of the caller has a breaker of its own: the first learns from its own calls only.
TEST(BreakerTest, EachReplicaOfTheCallerHasItsOwn) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms, 3ms}, "web.op");
  builder.service("web", {call("bank.op", broken_after(1, 100ms))}).replicas = 2;
  builder.service("bank", {fail()});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("bank").arrivals, 2U) << "one through each";
  EXPECT_NEAR(run.metric("web.op.bank.op.breaker.open"), 0.1, 1e-9) << "mean over both";
}

TEST(BreakerTest, ARestartedProcessHasAClosedOne) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 30ms}, "web.op");
  builder.service("web", {call("bank.op", broken_after(1, 100ms))});
  builder.service("bank", {fail()});
  builder.crash("web", 10ms, 10ms);
  TestRun run(builder);
  run.until(50ms);
  EXPECT_EQ(run.service("bank").arrivals, 2U) << "at 0 and 30 ms";
  EXPECT_NEAR(run.metric("web.op.bank.op.breaker.open"), 0.010 + 0.100, 1e-9);
}

// --- Bulkhead ------------------------------------------------------------------------------------

TEST(CallLimitTest, OneTooManyIsRejectedAtOnce) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms, 11ms}, "web.op").options = limited(2, false);
  builder.service("web", {work(10ms)}, unlimited);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 3U);
  EXPECT_EQ(run.metric("clients.web.op.limit.rejected"), 1.0);
  EXPECT_NEAR(run.metric("clients.web.op.limit.in_flight"), 0.030, 1e-9);
}

/// Two at a time of four that take 10 ms each: at 0 and 1 ms; then at 10 and 11 ms.
TEST(CallLimitTest, OrItWaitsInLine) {
  ScenarioBuilder builder(1s);
  for (auto const& [name, at] : {std::pair{"a", 0ms}, {"b", 1ms}, {"c", 2ms}, {"d", 3ms}}) {
    builder.request(name, at, "web.op");
  }
  builder.service("web", {call("bank.op", limited(2, true))}, unlimited);
  builder.service("bank", {work(10ms)}, unlimited);
  TestRun run(builder);
  run.until(5ms);
  EXPECT_EQ(run.service("bank").in_flight.level(), 2.0);
  run.until(1s);
  EXPECT_EQ(run.latency("c"), 18ms);
  EXPECT_EQ(run.latency("d"), 18ms);
  EXPECT_EQ(run.service("bank").in_flight.max(), 2.0);
  EXPECT_NEAR(run.metric("web.op.bank.op.limit.waiting"), 0.016, 1e-9);
}

/// The timeout runs while the call waits, and one that has given up lets the next pass.
TEST(CallLimitTest, WhoWaitsTooLongGivesUp) {
  ScenarioBuilder builder(1s);
  CallOptions hasty = limited(1, true);
  builder.trace("clients", {0ms, 1ms, 2ms}, "web.op");
  hasty.timeout = Distribution::constant(0.012);
  builder.service("web", {call("bank.op", hasty)}, unlimited);
  builder.service("bank", {work(10ms)}, unlimited);
  TestRun run(builder);
  run.until(1s);
  // 0 to 10; 1 waits to 10 and would be done at 20, but gives up at 13; 2 goes out at 13 and gives
  // up at 14.
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 1U);
  EXPECT_EQ(run.service("bank").arrivals, 3U);
  EXPECT_EQ(run.service("bank").wanted, 1U);
}

/// Refused attempts leave at once and let in the next, a hundred thousand times over.
TEST(CallLimitTest, ALongLineThatIsRefusedIsWorkedOffWithoutRecursion) {
  ScenarioBuilder builder(10s);
  builder.trace("clients", std::vector<Duration>(100'000, Duration{0}), "web.op").options =
      limited(1, true);
  builder.service("web", {work(1s)});
  builder.crash("web", 500ms, 9s);
  TestRun run(builder);
  run.until(10s);
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::error)], 100'000U);
}

TEST(CallLimitTest, ACrashOfTheCallerSendsNobodyOut) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms}, "web.op");
  builder.service("web", {call("bank.op", limited(1, true))}, unlimited);
  builder.service("bank", {work(10ms)}, unlimited);
  builder.crash("web", 5ms, 1ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("bank").arrivals, 1U);
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::error)], 3U);
}

TEST(CallLimitTest, APausedCallerSendsWhenItGoesOn) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.service("web", {call("bank.op", limited(1, true))}, unlimited);
  builder.service("bank", {work(10ms)}, unlimited);
  builder.fault("pause", PauseFault{{"web", unlimited, false}}, 5ms, 15ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 20ms);
  EXPECT_EQ(run.latency("b"), 29ms) << "sent at 20 ms";
}

// --- Fallback ------------------------------------------------------------------------------------

TEST(FallbackTest, AFailedCallGoesOnDegraded) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 100ms, "web.op");
  builder.service("web", {or_else(call("bank.op", within(5ms)), {work(2ms)}), work(1ms)});
  builder.service("bank", {work(10ms), fail(0.0)});
  builder.fault("slow", SlowFault{{"bank", unlimited, false}, 0.1}, 50ms, 900ms);
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
