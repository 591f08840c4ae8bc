/// Sagas that a crash, a word of the caller or a deadline ends.
#include <gtest/gtest.h>

#include "tests/support/shop.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

TEST(InterruptedSagaTest, ACrashLeavesItHalfDone) {
  ScenarioBuilder builder = shop({saga(parts())});
  builder.crash("shop", 4ms, 10ms);
  TestRun run(builder);
  EXPECT_EQ(asked_in(run), (Lines{"0 shop", "0 stock", "2 card"}));
  EXPECT_EQ(run.latency("order"), 4ms);
  EXPECT_EQ(run.metric("shop.op.saga.abandoned"), 1.0);
  EXPECT_EQ(run.world().frames.size(), 0U);
}

TEST(InterruptedSagaTest, ADurableOneIsUndoneWhenItsReplicaIsBack) {
  ScenarioBuilder builder = shop({or_else(durable_saga(parts()), {call("recall.op")})});
  builder.crash("shop", 6ms, 10ms);
  TestRun run(builder);
  AskLog log;
  run.until(15ms, log);
  EXPECT_EQ(run.latency("order"), 6ms);
  EXPECT_EQ(saga_of(run).in_progress.level(), 1.0);
  run.until(1s, log);
  EXPECT_EQ(log.lines, (Lines{"0 shop", "0 stock", "2 card", "5 courier", "16 recall", "17 refund",
                              "19 release"}))
      << "and no fallback, for there is nobody whom it would help";
  EXPECT_EQ(run.metric("shop.op.saga.compensated"), 1.0);
  EXPECT_EQ(run.metric("shop.op.saga.in_flight.end"), 0.0);
  EXPECT_EQ(run.world().activities.size(), 0U);
}

/// In order of arrival; and the part under way counts as done.
TEST(InterruptedSagaTest, ARestartedReplicaTakesUpAllItsOwn) {
  ScenarioBuilder builder(1s);
  builder.trace("orders", {0ms, 1ms, 2ms}, "shop.op");
  Service& shop = builder.service(
      "shop",
      {durable_saga({part({wait(5ms)}, Steps{call("first.op")}),
                     part({wait(5ms)}, Steps{call("second.op")}), part({wait(5ms)})})},
      unlimited);
  shop.replicas = 2;
  shop.startup = Distribution::constant(0.003);
  builder.service("first", {work(1ms)}, unlimited);
  builder.service("second", {work(1ms)}, unlimited);
  builder.fault("crash", CrashFault{{ReplicaTarget{"shop", 1, false}}}, 10500us, 5ms);
  TestRun run(builder);
  EXPECT_EQ(asked_in(run),
            (Lines{"0 shop", "1 shop", "2 shop", "18 second", "18 second", "19 first", "19 first"}))
      << "the first replica had the first and the third";
  EXPECT_EQ(saga_of(run).compensated, 2U);
  EXPECT_EQ(saga_of(run).completed, 1U);
}

TEST(InterruptedSagaTest, ARestartedReplicaLeavesTheOthersTheirs) {
  ScenarioBuilder builder(1s);
  builder.trace("orders", {0ms, 0ms}, "shop.op");
  builder.service("shop", {durable_saga({part({wait(9ms)}, Steps{call("undoing.op")})})}).replicas =
      2;
  builder.service("undoing", {work(1ms)}, unlimited);
  builder.crash("shop", 5ms, 10ms);
  builder.fault("longer", CrashFault{{ReplicaTarget{"shop", 1, false}}}, 6ms, 30ms);
  TestRun run(builder);
  EXPECT_EQ(asked_in(run), (Lines{"0 shop", "0 shop", "15 undoing", "36 undoing"}));
}

TEST(InterruptedSagaTest, WhatWasBeingUndoneInACrashIsUndoneAgain) {
  ScenarioBuilder builder = shop({durable_saga(parts())});
  builder.crash("shop", 10ms, 10ms);
  builder.crash("shop", 21ms, 10ms).name = "again";
  TestRun run(builder);
  EXPECT_EQ(asked_in(run), (Lines{"0 shop", "0 stock", "2 card", "5 courier", "9 refund",
                                  "20 refund", "31 refund", "33 release"}));
  EXPECT_EQ(saga_of(run).compensated, 1U);
}

TEST(InterruptedSagaTest, ACrashForgetsNoFailedUndo) {
  auto some = parts();
  some[1].undo = Steps{fail()};
  ScenarioBuilder builder = shop({durable_saga(some)});
  builder.crash("shop", 9500us, 1ms);
  TestRun run(builder);
  EXPECT_EQ(asked_in(run),
            (Lines{"0 shop", "0 stock", "2 card", "5 courier", "9 release", "10 release"}));
  EXPECT_EQ(saga_of(run).inconsistent, 1U);
}

TEST(InterruptedSagaTest, WhileItsReplicaIsDownADurableOneIsInProgress) {
  ScenarioBuilder builder = shop({durable_saga(parts())});
  builder.crash("shop", 6ms, 10s);
  TestRun run(builder);
  EXPECT_EQ(run.metric("shop.op.saga.in_flight.end"), 1.0);
  EXPECT_EQ(run.result().accounts.at(1).parts, (std::vector<std::uint64_t>{0, 0, 0, 0, 1}));
}

TEST(InterruptedSagaTest, ADurableOneKeepsItsKeyAndItsPriority) {
  ScenarioBuilder builder = shop({durable_saga(parts())});
  Workload& urgent = builder.request("urgent", 20ms, "shop.op");
  urgent.priority = 7;
  urgent.options.key = Distribution::constant(42);
  builder.crash("shop", 26ms, 10ms);
  TestRun run(builder);
  run.until(37ms);
  Activities const& activities = run.world().activities;
  ASSERT_EQ(activities.size(), 2U) << "the saga and the refund";
  activities.for_each([&](Id, Activity const& activity) {
    EXPECT_EQ(activities.priority_of(activity), 7);
    EXPECT_EQ(activities.key_of(activity), 42U);
  });
}

TEST(InterruptedSagaTest, OneThatIsToldToStopIsHalfDoneOrIfDurableUndoneAtOnce) {
  for (bool const durable : {false, true}) {
    ScenarioBuilder builder(1s);
    builder.request("order", 0ms, "web.op");
    CallOptions hasty = within(6ms);
    hasty.cancel = true;
    builder.service("web", {call("shop.op", hasty)});
    builder.service("shop", {durable ? durable_saga(parts()) : saga(parts())});
    for (char const* const name : {"stock", "card", "courier", "release", "refund", "recall"}) {
      builder.service(name, {work(4ms)});
    }
    TestRun run(builder);
    Lines const lines = asked_in(run);
    Lines const before{"0 web", "0 shop", "0 stock", "4 card"};
    EXPECT_EQ(lines, durable
                         ? (Lines{"0 web", "0 shop", "0 stock", "4 card", "6 refund", "10 release"})
                         : before);
    EXPECT_EQ(run.latency("order"), 6ms);
    EXPECT_EQ(saga_of(run).abandoned, durable ? 0U : 1U);
    EXPECT_EQ(saga_of(run).compensated, durable ? 1U : 0U);
  }
}

// --- Deadlines -----------------------------------------------------------------------------------

/// It looks between two parts, whatever these consist of, and then undoes them to the end.
TEST(InterruptedSagaTest, PastTheDeadlineNoOtherPartBegins) {
  std::vector<SagaStep::Part> const some{
      part({wait(2ms), wait(2ms), use("db", {wait(1ms)})}, Steps{wait(2ms), call("release.op")}),
      part({call("card.op")})};
  ScenarioBuilder builder = shop({});
  Workload& hurried = builder.request("hurried", 0ms, "late.op");
  hurried.options = within(3ms);
  hurried.propagates_deadline = true;
  builder.service("late", {or_else(saga(some), {wait(1ms), call("recall.op")})}).pools = {
      {"db", 1}};
  TestRun run(builder);
  EXPECT_EQ(asked_in(run), (Lines{"0 shop", "0 late", "7 release"}))
      << "past the deadline there is no recall";
  EXPECT_EQ(saga_of(run).compensated, 1U);
}

TEST(InterruptedSagaTest, PastTheDeadlineItIsCompleteIfItsLastPartIsDone) {
  ScenarioBuilder builder(1s);
  Workload& hurried = builder.request("hurried", 0ms, "shop.op");
  hurried.options = within(3ms);
  hurried.propagates_deadline = true;
  builder.service("shop", {saga({part({wait(5ms)}, Steps{wait(5ms)})}), call("stock.op")});
  builder.service("stock", {work(1ms)});
  TestRun run(builder);
  EXPECT_EQ(asked_in(run), (Lines{"0 shop"}));
  EXPECT_EQ(saga_of(run).completed, 1U);
}

TEST(InterruptedSagaTest, ARunningWorldIsCopiedWithItsSagas) {
  ScenarioBuilder builder = shop({durable_saga(parts())});
  builder.crash("shop", 6ms, 10ms);
  TestRun run(builder);
  run.until(8ms);
  World copy = run.world();
  copy.sim.run(copy, Time(1s), 1000);
  EXPECT_EQ(copy.measures.sagas[0].compensated, 1U);
  EXPECT_EQ(saga_of(run).in_progress.level(), 1.0);
}

}  // namespace
}  // namespace sojourn
