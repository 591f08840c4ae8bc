/// Who is served when, worked out by hand: everything is constant.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// Requests `a`, `b`, `c`, `d`, one each millisecond, for one slot that works 10 ms on each.
ScenarioBuilder four_in_line(Discipline discipline) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 2ms, "web.op");
  builder.request("d", 3ms, "web.op");
  builder.service("web", {work(10ms)}).queue.discipline = discipline;
  return builder;
}

TEST(WaitingTest, FirstComeFirstServed) {
  TestRun run(four_in_line(Discipline::fifo));
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.latency("b"), 19ms);
  EXPECT_EQ(run.latency("c"), 28ms);
  EXPECT_EQ(run.latency("d"), 37ms);
}

TEST(WaitingTest, LastComeFirstServed) {
  TestRun run(four_in_line(Discipline::lifo));
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.latency("d"), 17ms);
  EXPECT_EQ(run.latency("c"), 28ms);
  EXPECT_EQ(run.latency("b"), 39ms);
}

TEST(WaitingTest, TheMoreUrgentAreServedFirstAndNobodyIsInterrupted) {
  ScenarioBuilder builder(1s);
  builder.request("running", 0ms, "web.op");
  builder.request("low", 1ms, "web.op").priority = -1;
  builder.request("plain", 2ms, "web.op");
  builder.request("urgent", 3ms, "web.op").priority = 7;
  builder.request("urgent_too", 4ms, "web.op").priority = 7;
  builder.service("web", {work(10ms)}).queue.discipline = Discipline::priority;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("running"), 10ms);
  EXPECT_EQ(run.latency("urgent"), 17ms);
  EXPECT_EQ(run.latency("urgent_too"), 26ms);
  EXPECT_EQ(run.latency("plain"), 38ms);
  EXPECT_EQ(run.latency("low"), 49ms);
}

TEST(WaitingTest, RandomOrderServesEverybodyOnce) {
  TestRun run(four_in_line(Discipline::random));
  run.until(1s);
  Duration const sum = run.latency("b") + run.latency("c") + run.latency("d");
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(sum, 19ms + 28ms + 37ms) << "whatever the order, the work is the same";
}

TEST(WaitingTest, AFullLineRejectsAtOnce) {
  ScenarioBuilder builder = four_in_line(Discipline::fifo);
  builder.request("e", 4ms, "web.op");
  Scenario scenario = builder.build();
  scenario.services[0].queue.capacity = 2;
  TestRun run(scenario);
  run.until(1s);
  EXPECT_EQ(run.latency("c"), 28ms);
  EXPECT_EQ(run.outcome("d"), Outcome::rejected);
  EXPECT_EQ(run.latency("d"), 0ms);
  EXPECT_EQ(run.outcome("e"), Outcome::rejected);
  EXPECT_EQ(run.service("web").rejected, 2U);
  EXPECT_EQ(run.service("web").queue.max(), 2.0);
}

TEST(WaitingTest, WithoutALineTheSlotIsAllThereIs) {
  Scenario scenario = four_in_line(Discipline::fifo).build();
  scenario.services[0].queue.capacity = 0;
  TestRun run(scenario);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.service("web").rejected, 3U);
}

TEST(WaitingTest, DropOldestMakesRoomForTheNewest) {
  Scenario scenario = four_in_line(Discipline::fifo).build();
  scenario.services[0].queue = {2, Discipline::fifo, QueueSpec::WhenFull::drop_oldest};
  TestRun run(scenario);
  run.until(1s);
  EXPECT_EQ(run.outcome("b"), Outcome::dropped);
  EXPECT_EQ(run.latency("b"), 2ms) << "told when d came";
  EXPECT_EQ(run.latency("c"), 18ms);
  EXPECT_EQ(run.latency("d"), 27ms);
  EXPECT_EQ(run.service("web").queue.level(), 0.0);
}

TEST(WaitingTest, DropOldestTakesTheLeastUrgent) {
  ScenarioBuilder builder(1s);
  builder.request("running", 0ms, "web.op");
  builder.request("urgent", 1ms, "web.op").priority = 1;
  builder.request("plain", 2ms, "web.op");
  builder.request("late", 3ms, "web.op");
  builder.service("web", {work(10ms)}).queue = {2, Discipline::priority,
                                                QueueSpec::WhenFull::drop_oldest};
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("plain"), Outcome::dropped);
  EXPECT_EQ(run.latency("urgent"), 19ms);
  EXPECT_EQ(run.latency("late"), 27ms);
}

TEST(WaitingTest, AnImpatientClientLeavesTheLineAndNotTheSlot) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").patience = Distribution::constant(0.005);
  builder.request("b", 1ms, "web.op").patience = Distribution::constant(0.005);
  builder.request("c", 2ms, "web.op").patience = Distribution::constant(0.009);
  builder.service("web", {work(10ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms) << "in service, so nothing to lose patience about";
  EXPECT_EQ(run.outcome("b"), Outcome::abandoned);
  EXPECT_EQ(run.latency("b"), 5ms);
  EXPECT_EQ(run.latency("c"), 18ms) << "served after 8 ms, just in time";
  EXPECT_EQ(run.service("web").queue.level(), 0.0);
}

/// A sender that is blocked outside keeps its own slot: back-pressure.
TEST(WaitingTest, AFullLineThatBlocksKeepsTheSendersSlot) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "front.op");
  builder.request("b", 1ms, "front.op");
  builder.request("c", 2ms, "front.op");
  builder.request("d", 3ms, "front.op");
  builder.service("front", {call("back.op")}, 3);
  builder.service("back", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  TestRun run(builder);
  run.until(5ms);
  EXPECT_EQ(run.replica("front").busy, 3) << "a is served, b in line, c blocked outside";
  EXPECT_EQ(run.replica("front").line.size(), 1U);
  EXPECT_EQ(run.replica("back").entering.size, 1U);
  run.until(10ms);
  EXPECT_EQ(run.replica("back").entering.size, 1U) << "c is in, and d has a slot and is blocked";
  EXPECT_EQ(run.replica("front").line.size(), 0U);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.latency("b"), 19ms);
  EXPECT_EQ(run.latency("c"), 28ms);
  EXPECT_EQ(run.latency("d"), 37ms);
}

TEST(WaitingTest, ABlockedSenderMayLosePatienceOutside) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 2ms, "web.op").patience = Distribution::constant(0.003);
  builder.request("d", 3ms, "web.op");
  builder.service("web", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("c"), Outcome::abandoned);
  EXPECT_EQ(run.latency("c"), 3ms);
  EXPECT_EQ(run.latency("d"), 27ms);
}

/// Somebody outside comes in as soon as somebody inside gives up.
TEST(WaitingTest, AnAbandonedPlaceInLineGoesToWhoIsBlocked) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op").patience = Distribution::constant(0.004);
  builder.request("c", 2ms, "web.op");
  builder.service("web", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  TestRun run(builder);
  run.until(4ms);
  EXPECT_EQ(run.replica("web").entering.size, 1U);
  run.until(5ms);
  EXPECT_EQ(run.replica("web").entering.size, 0U);
  EXPECT_EQ(run.replica("web").line.size(), 1U);
}

TEST(WaitingTest, ACancelledPlaceInLineGoesToWhoIsBlocked) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("race", 1ms, "racer.op");
  builder.request("c", 2ms, "web.op");
  builder.service("racer", {parallel({{call("web.op")}, {wait(3ms)}}, 1)});
  builder.service("web", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  TestRun run(builder);
  run.until(4ms);
  EXPECT_EQ(run.outcome("race"), Outcome::success);
  EXPECT_EQ(run.replica("web").entering.size, 0U) << "c has the place that the race gave up";
  EXPECT_EQ(run.replica("web").line.size(), 1U);
  run.until(1s);
  EXPECT_EQ(run.latency("c"), 18ms);
}

/// Nobody has taken its request in, so it goes with its sender, and is not served in vain.
TEST(WaitingTest, ABlockedSenderWhoseTimeoutComesTakesItsRequestAway) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 2ms, "web.op").options = within(5ms);
  builder.request("d", 3ms, "web.op");
  builder.service("web", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  TestRun run(builder);
  run.until(6ms);
  EXPECT_EQ(run.replica("web").entering.size, 2U);
  run.until(7ms);
  EXPECT_EQ(run.replica("web").entering.size, 1U);
  EXPECT_EQ(run.outcome("c"), Outcome::timeout);
  run.until(1s);
  EXPECT_EQ(run.latency("d"), 27ms) << "third in line, no longer fourth";
  EXPECT_EQ(run.service("web").completed, 3U);
  EXPECT_EQ(run.service("web").wasted_work, 0.0);
}

TEST(WaitingTest, ABlockedSenderThatCrashesTakesItsRequestAway) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 1ms, "web.op");
  builder.request("c", 2ms, "front.op");
  builder.service("front", {call("web.op")});
  builder.service("web", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  builder.crash("front", 5ms, 1ms);
  TestRun run(builder);
  run.until(5ms);
  EXPECT_EQ(run.outcome("c"), Outcome::error);
  EXPECT_EQ(run.replica("web").entering.size, 0U);
  run.until(1s);
  EXPECT_EQ(run.service("web").completed, 2U);
}

/// Not even for an instant: one in service and one in line are all that were ever there.
TEST(WaitingTest, ARejectedRequestWasNeverInFlight) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms, 3ms}, "web.op");
  builder.service("web", {work(10ms)}).queue.capacity = 1;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("web").rejected, 2U);
  EXPECT_EQ(run.service("web").arrivals, 4U);
  EXPECT_EQ(run.service("web").in_flight.max(), 2.0);
}

TEST(WaitingTest, WhoIsPushedOutLeavesBeforeTheNewcomerIsIn) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms, 3ms}, "web.op");
  builder.service("web", {work(10ms)}).queue = {1, Discipline::fifo,
                                                QueueSpec::WhenFull::drop_oldest};
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("web").rejected, 2U);
  EXPECT_EQ(run.service("web").completed, 2U);
  EXPECT_EQ(run.service("web").in_flight.max(), 2.0);
}

/// Patience is the client's who first sent the request; one that has given up is nobody's.
TEST(WaitingTest, AForwardedRequestOfALostClientWaitsWithoutPatience) {
  ScenarioBuilder builder(1s);
  Workload& gone = builder.request("gone", 0ms, "front.op");
  gone.options = within(5ms);
  gone.patience = Distribution::constant(0.001);
  builder.request("busy", 0ms, "back.op");
  builder.request("other", 6ms, "slow.op").patience = Distribution::constant(0.001);
  builder.service("front", {work(10ms), forward("back.op")});
  builder.service("back", {work(30ms)});
  builder.service("slow", {work(1ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("gone"), Outcome::timeout);
  EXPECT_EQ(run.service("back").completed, 2U) << "the forwarded one is still served";
}

}  // namespace
}  // namespace sojourn
