/// Breakers and bulkheads on a timeline worked out by hand.
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

/// The first times out in service, the second runs out of patience behind it, the third times out
/// in service again: two failures in a row, for the second says nothing about the callee.
TEST(BreakerTest, WhoRunsOutOfPatienceSaysNothing) {
  ScenarioBuilder builder(1s);
  Workload& clients = builder.trace("clients", {0ms, 11ms, 101ms, 112ms}, "web.op");
  clients.options = broken_after(2, 20ms);
  clients.options.timeout = Distribution::constant(0.010);
  clients.patience = Distribution::constant(0.005);
  builder.service("web", {work(100ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::abandoned)], 1U);
  EXPECT_EQ(run.metric("clients.web.op.breaker.openings"), 1.0);
  EXPECT_EQ(run.metric("clients.web.op.breaker.rejected"), 1.0);
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

/// The breaker opens at 10 ms, while two wait for the limit: they are not sent any more.
TEST(CallLimitTest, WhoWaitsWhenTheBreakerOpensIsNotSent) {
  ScenarioBuilder builder(1s);
  CallOptions options = limited(1, true);
  options.breaker = Breaker{FailuresInARow{1}, 500ms, 1};
  builder.trace("clients", {0ms, 1ms, 2ms}, "web.op").options = options;
  builder.service("web", {work(10ms), fail()}, unlimited);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("web").arrivals, 1U);
  EXPECT_EQ(run.metric("clients.web.op.breaker.rejected"), 2.0);
}

/// The one pushed out makes room in its caller's limit, and the next from there comes at once.
TEST(CallLimitTest, WhatADropLetsThroughDoesNotOverfillTheQueue) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms, 3ms}, "web.op").options = limited(2, true);
  builder.request("other", 4ms, "web.op");
  builder.service("web", {work(10ms)}).queue = {1, Discipline::fifo,
                                                QueueSpec::WhenFull::drop_oldest};
  TestRun run(builder);
  run.until(5ms);
  EXPECT_EQ(run.service("web").queue.max(), 1.0);
  EXPECT_EQ(run.replica("web").line.size(), 1U);
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
  builder.fault("pause", PauseFault{{ReplicaTarget{"web", unlimited, false}}}, 5ms, 15ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 20ms);
  EXPECT_EQ(run.latency("b"), 29ms) << "sent at 20 ms";
}

}  // namespace
}  // namespace sojourn
