/// Who holds a slot, and for how long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/simulate.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// Two requests at once, a millisecond of work before and after 10 ms of waiting, in one slot.
ScenarioBuilder two_that_wait(bool blocking, Step const& step) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.service("web", {work(1ms), step, work(1ms)}).blocking = blocking;
  builder.service("bank", {work(10ms)}, unlimited);
  return builder;
}

TEST(SlotTest, ABlockingCallHoldsTheCallersSlot) {
  TestRun run(two_that_wait(true, call("bank.op")));
  run.until(5ms);
  EXPECT_EQ(run.replica("web").busy, 1);
  EXPECT_EQ(run.replica("web").line.size(), 1U);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 12ms);
  EXPECT_EQ(run.latency("b"), 24ms);
}

TEST(SlotTest, ANonBlockingCallGivesItBack) {
  TestRun run(two_that_wait(false, call("bank.op")));
  run.until(5ms);
  EXPECT_EQ(run.replica("web").busy, 0);
  EXPECT_EQ(run.replica("web").present, 2U);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 12ms);
  EXPECT_EQ(run.latency("b"), 13ms) << "worked while a waited";
}

TEST(SlotTest, ABlockingWaitHoldsTheSlotAndANonBlockingOneDoesNot) {
  TestRun blocking(two_that_wait(true, wait(10ms)));
  blocking.until(1s);
  EXPECT_EQ(blocking.latency("b"), 24ms);
  TestRun free(two_that_wait(false, wait(10ms)));
  free.until(1s);
  EXPECT_EQ(free.latency("b"), 13ms);
}

TEST(SlotTest, WhoGoesOnIsAheadOfWhoIsNew) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("long", 1ms, "web.long");
  builder.request("new", 2ms, "web.op");
  Service& web = builder.service("web", {work(1ms), wait(5ms), work(1ms)});
  web.blocking = false;
  web.operations.push_back({"long", {work(20ms)}});
  TestRun run(builder);
  run.until(10ms);
  EXPECT_EQ(run.replica("web").resuming.size, 1U);
  EXPECT_EQ(run.replica("web").line.size(), 1U);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 22ms) << "at 21 ms the slot is free, and a goes first";
  EXPECT_EQ(run.latency("new"), 27ms) << "from 22 to 23, waits to 28, and to 29";
}

TEST(SlotTest, TheCapacityOfTheLineIsNotForWhoGoesOn) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 2ms, "web.op");
  Service& web = builder.service("web", {work(1ms), wait(2ms), work(5ms)});
  web.blocking = false;
  web.queue.capacity = 0;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 8ms);
  EXPECT_EQ(run.latency("b"), 11ms) << "wants its slot back at 5 ms, while a works on";
}

TEST(SlotTest, ForwardLetsGo) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "front.op");
  builder.request("b", 0ms, "front.op");
  builder.service("front", {work(1ms), forward("back.op")});
  builder.service("back", {work(10ms)}, 2);
  TestRun run(builder);
  run.until(2ms);
  EXPECT_EQ(run.replica("front").busy, 0);
  EXPECT_EQ(run.replica("back").busy, 2);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 11ms) << "the callee replies to the client";
  EXPECT_EQ(run.latency("b"), 12ms);
  EXPECT_EQ(run.service("front").completed, 2U);
}

/// Where nothing stays behind: from a pool it is another one that goes on.
TEST(SlotTest, ARequestMovesOnOrIsHandedOver) {
  for (bool const holds_pool : {false, true}) {
    ScenarioBuilder builder(1s);
    builder.request("a", 0ms, "front.op");
    Steps const steps{work(1ms), forward("back.op")};
    builder.service("front", holds_pool ? Steps{use("io", steps)} : steps).pools = {{"io", 1}};
    builder.service("back", {work(10ms), forward("last.op")});
    builder.service("last", {work(100ms)});
    TestRun run(builder);
    run.until(1s);
    EXPECT_EQ(run.latency("a"), 111ms);
    EXPECT_EQ(run.world().activities.places(), holds_pool ? 2U : 1U);
    EXPECT_EQ(run.replica("front").pools[0].free, 1);
    for (auto const* const name : {"front", "back", "last"}) {
      EXPECT_EQ(run.service(name).completed, 1U);
      EXPECT_EQ(run.service(name).wanted, 1U);
      EXPECT_EQ(run.replica(name).busy, 0);
      EXPECT_EQ(run.replica(name).present, 0U);
    }
    EXPECT_NEAR(run.service("back").work, 0.01, 1e-9);
  }
}

TEST(SlotTest, WhoHasRespondedAndForwardsIsCountedOnce) {
  for (bool const holds_pool : {false, true}) {
    ScenarioBuilder builder(1s);
    builder.request("a", 0ms, "front.op");
    Steps const steps{work(1ms), respond(), work(1ms), forward("back.op")};
    builder.service("front", holds_pool ? Steps{use("io", steps)} : steps).pools = {{"io", 1}};
    builder.service("back", {work(10ms)});
    TestRun run(builder);
    run.until(1s);
    EXPECT_EQ(run.latency("a"), 1ms);
    EXPECT_EQ(run.service("front").completed, 1U);
    EXPECT_EQ(run.service("back").started, 1U);
    EXPECT_EQ(run.replica("front").busy, 0);
  }
}

/// Blocking after service.
TEST(SlotTest, ForwardIntoAFullLineThatBlocksHoldsTheSlot) {
  ScenarioBuilder builder(1s);
  builder.trace("first", {0ms, 0ms}, "back.op");
  builder.request("a", 0ms, "front.op");
  builder.request("b", 0ms, "front.op");
  builder.service("front", {work(1ms), forward("back.op")});
  builder.service("back", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  TestRun run(builder);
  run.until(5ms);
  EXPECT_EQ(run.replica("front").busy, 1);
  EXPECT_EQ(run.replica("front").line.size(), 1U) << "b waits for the slot that a blocks";
  run.until(11ms);
  EXPECT_EQ(run.replica("front").busy, 1) << "at 10 ms a got in, b worked 1 ms and is blocked";
  EXPECT_EQ(run.replica("front").line.size(), 0U);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 30ms);
  EXPECT_EQ(run.latency("b"), 40ms);
}

/// Until somebody takes it in, a request that is passed on is its forwarder's, and fails with it.
TEST(SlotTest, AForwardThatNobodyTakesInFails) {
  ScenarioBuilder builder(1s);
  builder.trace("first", {0ms, 0ms}, "back.op");
  builder.request("gone", 0ms, "front.op").options = within(5ms);
  builder.service("front", {work(1ms), forward("back.op")});
  builder.service("back", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("gone"), Outcome::timeout);
  EXPECT_EQ(run.service("front").completed, 0U);
  EXPECT_EQ(run.service("back").completed, 2U);
}

TEST(SlotTest, AForwarderThatCrashesTakesItsBlockedRequestAlong) {
  ScenarioBuilder builder(1s);
  builder.trace("first", {0ms, 0ms}, "back.op");
  builder.request("a", 0ms, "front.op");
  builder.service("front", {work(1ms), forward("back.op")});
  builder.service("back", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  builder.crash("front", 5ms, 1ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.latency("a"), 5ms);
  EXPECT_EQ(run.service("back").completed, 2U);
}

TEST(SlotTest, AForwardedRequestThatFailsFailsForTheFirstCaller) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "front.op");
  builder.request("b", 0ms, "front.op");
  builder.service("front", {work(1ms), forward("back.op")}, 2);
  builder.service("back", {work(10ms), fail()}).queue.capacity = 0;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.latency("a"), 11ms);
  EXPECT_EQ(run.outcome("b"), Outcome::rejected);
  EXPECT_EQ(run.latency("b"), 1ms);
}

TEST(SlotTest, TheReplyLeavesAndTheSlotStays) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.service("web", {work(1ms), respond(), work(9ms)});
  TestRun run(builder);
  run.until(5ms);
  EXPECT_EQ(run.latency("a"), 1ms);
  EXPECT_EQ(run.replica("web").busy, 1);
  run.until(1s);
  EXPECT_EQ(run.latency("b"), 11ms);
}

TEST(SlotTest, WhatFailsAfterTheReplyIsNobodysFailure) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {respond(), work(1ms), fail()});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::success);
  EXPECT_EQ(run.replica("web").busy, 0);
}

TEST(SlotTest, TheBackgroundNeedsNoSlotOfTheRequest) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.service("web", {work(1ms), background({work(50ms), call("log.op")}), work(1ms)});
  builder.service("log", {work(1ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 2ms);
  EXPECT_EQ(run.latency("b"), 4ms);
  EXPECT_EQ(run.service("log").completed, 2U);
}

TEST(SlotTest, TurnsAndPoolsInOrderOfAsking) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 2ms, "web.op");
  builder.service("web", {repeat(2, {work(1ms), use("db", {wait(10ms)})})}, unlimited)
      .pools.push_back({"db", 1});
  TestRun run(builder);
  run.until(5ms);
  EXPECT_EQ(run.service("web").pool_queue[0].level(), 2.0);
  EXPECT_EQ(run.service("web").pool_used[0].level(), 1.0);
  run.until(1s);
  // The connection: a 1-11, b 11-21, c 21-31; then a, who asked again at 12 ms, and so on.
  EXPECT_EQ(run.latency("a"), 41ms);
  EXPECT_EQ(run.latency("b"), 50ms);
  EXPECT_EQ(run.latency("c"), 59ms);
  EXPECT_EQ(run.service("web").pool_used[0].level(), 0.0);
}

/// Else who holds the connection and wants its slot back, and who holds the slot and wants the
/// connection, would wait for each other for ever.
TEST(SlotTest, ANonBlockingRequestHoldsNoSlotWhileItWaitsForAPool) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  Service& web = builder.service("web", {use("db", {wait(5ms)}), work(1ms)});
  web.pools.push_back({"db", 1});
  web.blocking = false;
  TestRun run(builder);
  run.until(2ms);
  EXPECT_EQ(run.replica("web").busy, 0);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 6ms);
  EXPECT_EQ(run.latency("b"), 11ms) << "has the connection at 5 ms, a slot at 6 ms";
}

TEST(SlotTest, AFailureGivesThePoolBack) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.service("web", {use("db", {wait(10ms), fail()})}, 2).pools.push_back({"db", 1});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.latency("b"), 19ms);
  EXPECT_EQ(run.replica("web").pools[0].free, 1);
}

TEST(SlotTest, ALoopThatTakesNoTimeForEverEndsTheRun) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {repeat(2'000'000'000, {work(0ms)})});
  Watch watch;
  RunResult const result = simulate(*compile(builder.build()), Streams(1, 0), watch);
  EXPECT_THAT(result.error, testing::HasSubstr("in circles"));
}

TEST(SlotTest, ChoiceTakesEachBranchAtItsShare) {
  ScenarioBuilder builder(1000s);
  builder.open("clients", Length(100ms), "web.op");
  ChooseStep const choice{{{0.8, {call("left.op")}}, {0.15, {call("right.op")}}}};
  builder.service("web", {{choice}}, unlimited);
  builder.service("left", {wait(1ms)}, unlimited);
  builder.service("right", {wait(1ms)}, unlimited);
  TestRun run(builder);
  run.until(999950ms);
  RandomStream draws = Streams(1, 0).open("web/op/choose");
  std::uint64_t left = 0, right = 0;
  for (int i = 0; i < 9999; ++i) {
    double const draw = draws.uniform();
    if (draw < 0.8) {
      ++left;
    } else if (draw < 0.95) {
      ++right;
    }
  }
  EXPECT_EQ(run.service("left").completed, left);
  EXPECT_EQ(run.service("right").completed, right);
  EXPECT_EQ(run.service("web").completed, 9999U);
}

}  // namespace
}  // namespace sojourn
