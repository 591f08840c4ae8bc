/// Who interrupts whom, and when the interrupted goes on, worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// One slot that works 10 ms on each and is given to the most urgent.
Service& urgent_first(ScenarioBuilder& builder, Limit slots = 1) {
  Service& service = builder.service("web", {work(10ms)}, slots);
  service.queue.discipline = Discipline::preemptive_priority;
  return service;
}

TEST(InterruptionTest, TheMoreUrgentTakesTheSlotAndTheOtherGoesOnLater) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("next", 1ms, "web.op");
  builder.request("urgent", 3ms, "web.op").priority = 1;
  builder.request("late", 4ms, "web.op").priority = 1;
  urgent_first(builder);
  TestRun run(builder);
  run.until(3ms);
  EXPECT_EQ(run.replica("web").busy, 1);
  EXPECT_EQ(run.service("web").queue.level(), 2.0) << "the interrupted one waits for a slot";
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 10ms);
  EXPECT_EQ(run.latency("late"), 19ms) << "nobody is interrupted by his like";
  EXPECT_EQ(run.latency("low"), 30ms) << "7 ms were left, ahead of its like";
  EXPECT_EQ(run.latency("next"), 39ms);
  EXPECT_EQ(run.service("web").queue.level(), 0.0);
  EXPECT_EQ(run.service("web").started, 4U) << "going on is not starting";
  EXPECT_NEAR(run.service("web").work, 0.040, 1e-6);
}

TEST(InterruptionTest, TheLastToBeginOfTheLeastUrgentGivesWay) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "web.op");
  builder.request("second", 1ms, "web.op");
  builder.request("middle", 2ms, "web.op").priority = 1;
  builder.request("urgent", 3ms, "web.op").priority = 2;
  builder.request("more", 4ms, "web.op").priority = 2;
  urgent_first(builder, 3);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 10ms) << "in the slot of the second";
  EXPECT_EQ(run.latency("more"), 10ms) << "in the slot of the first";
  EXPECT_EQ(run.latency("middle"), 10ms);
  EXPECT_EQ(run.latency("first"), 18ms) << "6 ms left at 12 ms";
  EXPECT_EQ(run.latency("second"), 20ms) << "8 ms left at 13 ms";
}

TEST(InterruptionTest, TheNewestAlwaysHasTheSlot) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 2ms, "web.op");
  builder.request("d", 3ms, "web.op");
  builder.service("web", {work(10ms)}).queue.discipline = Discipline::preemptive_lifo;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("d"), 10ms);
  EXPECT_EQ(run.latency("c"), 20ms);
  EXPECT_EQ(run.latency("b"), 30ms);
  EXPECT_EQ(run.latency("a"), 40ms);
}

TEST(InterruptionTest, TheNewestTakeTheSlotsOfTheOldest) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 2ms, "web.op");
  builder.request("d", 3ms, "web.op");
  builder.service("web", {work(10ms)}, 2).queue.discipline = Discipline::preemptive_lifo;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("c"), 10ms);
  EXPECT_EQ(run.latency("d"), 10ms);
  EXPECT_EQ(run.latency("b"), 19ms) << "8 ms left at 12 ms";
  EXPECT_EQ(run.latency("a"), 21ms) << "8 ms left at 13 ms";
}

TEST(InterruptionTest, WhoWaitsForAReplyIsInterruptedOnlyOnceItWorksAgain) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("urgent", 5ms, "web.op").priority = 1;
  builder.service("web", {call("back.op"), work(10ms)}).queue.discipline =
      Discipline::preemptive_priority;
  builder.service("back", {work(10ms)});
  TestRun run(builder);
  run.until(9ms);
  EXPECT_EQ(run.replica("web").line.size(), 1U) << "the slot is held for a reply";
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 25ms) << "from 10 ms on, when low would have worked";
  EXPECT_EQ(run.latency("low"), 40ms);
}

TEST(InterruptionTest, WhoGoesOnAfterAWaitInterruptsToo) {
  ScenarioBuilder builder(1s);
  builder.request("urgent", 0ms, "web.slow").priority = 1;
  builder.request("low", 1ms, "web.op");
  Service& web = urgent_first(builder);
  web.blocking = false;
  web.operations.push_back({"slow", {wait(5ms), work(5ms)}});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 10ms);
  EXPECT_EQ(run.latency("low"), 15ms) << "4 ms done by 5 ms, the rest from 10 ms on";
}

/// The parts of a request have no slot to leave, and neither has who waits for them.
TEST(InterruptionTest, BranchesAreNotInterrupted) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("urgent", 3ms, "web.op").priority = 1;
  builder.service("web", {parallel({{work(10ms)}, {work(6ms)}}, 2)}).queue.discipline =
      Discipline::preemptive_priority;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("low"), 10ms);
  EXPECT_EQ(run.latency("urgent"), 17ms);
}

/// Else the urgent one would wait for the pool in the slot that its holder needs.
TEST(InterruptionTest, WhoHoldsOneOfAPoolIsInterruptedOnlyAfterwards) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("urgent", 3ms, "web.op").priority = 1;
  Service& web = builder.service("web", {use("db", {work(10ms)}), work(10ms)});
  web.queue.discipline = Discipline::preemptive_priority;
  web.pools.push_back({"db", 1});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 27ms);
  EXPECT_EQ(run.latency("low"), 40ms);
}

TEST(InterruptionTest, TheInterruptedHasItsPlaceInAFullLine) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("urgent", 2ms, "web.op").priority = 1;
  builder.request("other", 3ms, "web.op");
  urgent_first(builder).queue.capacity = 0;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 10ms);
  EXPECT_EQ(run.latency("low"), 20ms);
  EXPECT_EQ(run.outcome("other"), Outcome::rejected);
}

TEST(InterruptionTest, WhatHasBegunIsNotPushedOut) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("urgent", 2ms, "web.op").priority = 1;
  builder.request("refused", 3ms, "web.op");
  Service& web = urgent_first(builder);
  web.queue.capacity = 1;
  web.queue.when_full = QueueSpec::WhenFull::drop_oldest;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("low"), 20ms);
  EXPECT_EQ(run.outcome("refused"), Outcome::rejected) << "there is nobody to push out";
}

TEST(InterruptionTest, PatienceEndsWhereServiceBegins) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op").patience = Distribution::constant(0.005);
  builder.request("urgent", 2ms, "web.op").priority = 1;
  urgent_first(builder);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("low"), 20ms);
}

TEST(InterruptionTest, APauseKeepsTheSlotUntilItEnds) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("urgent", 5ms, "web.op").priority = 1;
  urgent_first(builder);
  builder.fault("pause", PauseFault{{ReplicaTarget{"web", unlimited, false}}}, 4ms, 6ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 15ms) << "from 10 ms on";
  EXPECT_EQ(run.latency("low"), 26ms) << "6 ms left at 20 ms";
}

TEST(InterruptionTest, SlownessStretchesWhatIsLeft) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("urgent", 2ms, "web.op").priority = 1;
  urgent_first(builder);
  builder.fault("slow", SlowFault{{ReplicaTarget{"web", unlimited, false}}, 2.0}, 12ms, 4ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("low"), 22ms) << "8 ms left at 12 ms, the first 2 of them in 4";
}

TEST(InterruptionTest, SharedCoresAreLeftToo) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("urgent", 4ms, "web.op").priority = 1;
  urgent_first(builder).cores = 0.5;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 20ms);
  EXPECT_EQ(run.latency("low"), 40ms) << "8 ms of work left at 24 ms, at half speed";
}

TEST(InterruptionTest, ACrashTakesTheInterruptedToo) {
  ScenarioBuilder builder(1s);
  builder.request("low", 0ms, "web.op");
  builder.request("urgent", 2ms, "web.op").priority = 1;
  urgent_first(builder);
  builder.crash("web", 5ms, 1ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("low"), Outcome::error);
  EXPECT_EQ(run.outcome("urgent"), Outcome::error);
  EXPECT_EQ(run.service("web").queue.level(), 0.0);
  EXPECT_TRUE(run.replica("web").working.empty());
}

/// Its reply comes at 4 ms, during the pause; at its end, 6 ms, it interrupts, and works until 7
/// ms.
TEST(InterruptionTest, WhoWantsToGoOnDuringAPauseInterruptsAtItsEnd) {
  ScenarioBuilder builder(1s);
  builder.request("low", 3ms, "web.op");
  Workload& urgent = builder.request("urgent", 0ms, "web.two");
  urgent.priority = 1;
  Service& web = urgent_first(builder);
  web.blocking = false;
  web.operations.push_back({"two", {work(2ms), wait(2ms), work(1ms)}});
  builder.fault("pause", PauseFault{{ReplicaTarget{"web", unlimited, false}}}, 3500us, 2500us);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 7ms);
  EXPECT_EQ(run.latency("low"), 10ms + 2500us + 1ms);
}

}  // namespace
}  // namespace sojourn
