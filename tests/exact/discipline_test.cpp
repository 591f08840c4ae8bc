/// Who is next by length or by deadline, worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// One slot, busy for the first 10 ms, with operations that work as long as they are called.
ScenarioBuilder busy_at_first(Discipline discipline) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "web.op");
  Service& web = builder.service("web", {work(10ms)});
  web.queue.discipline = discipline;
  web.operations.push_back({"short", {work(5ms)}});
  web.operations.push_back({"long", {work(30ms)}});
  return builder;
}

// --- The shortest first --------------------------------------------------------------------------

TEST(ShortestFirstTest, TheShortestIsNextAndAmongEqualsTheFirst) {
  ScenarioBuilder builder = busy_at_first(Discipline::shortest_first);
  builder.request("long", 1ms, "web.long");
  builder.request("short", 2ms, "web.short");
  builder.request("middle", 3ms, "web.op");
  builder.request("short_too", 4ms, "web.short");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("first"), 10ms);
  EXPECT_EQ(run.latency("short"), 13ms);
  EXPECT_EQ(run.latency("short_too"), 16ms);
  EXPECT_EQ(run.latency("middle"), 27ms);
  EXPECT_EQ(run.latency("long"), 59ms);
}

TEST(ShortestFirstTest, NobodyIsInterrupted) {
  ScenarioBuilder builder = busy_at_first(Discipline::shortest_first);
  builder.request("long", 10ms, "web.long");
  builder.request("short", 11ms, "web.short");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("long"), 30ms);
  EXPECT_EQ(run.latency("short"), 34ms);
}

/// What was drawn when they joined is what they work, so they leave in ascending order of it.
TEST(ShortestFirstTest, TheLengthThatDecidesIsTheOneWorked) {
  ScenarioBuilder builder = busy_at_first(Discipline::shortest_first);
  Service& other = builder.service("other", {work(Distribution::exponential(0.01))});
  other.queue.discipline = Discipline::shortest_first;
  builder.trace("clients", std::vector<Duration>(50, 1ms), "other.op");
  TestRun run(builder);
  std::vector<Duration> lengths;
  Time previous(1ms);
  std::uint64_t completed = 0;
  run.until(2s, [&](World const& world, Event const&) {
    if (world.measures.services[1].completed == completed) return;
    completed = world.measures.services[1].completed;
    lengths.push_back(world.now() - previous);
    previous = world.now();
  });
  ASSERT_EQ(lengths.size(), 50U);
  EXPECT_TRUE(std::is_sorted(lengths.begin() + 1, lengths.end()));
  EXPECT_LT(lengths[1], lengths.back());
}

/// Only the first step was drawn before, and only once.
TEST(ShortestFirstTest, LaterWorkIsDrawnWhenItComes) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "web.op");
  builder.request("second", 1ms, "web.op");
  Service& web = builder.service("web", {work(4ms), repeat(2, {work(3ms)}), wait(1ms), work(1ms)});
  web.queue.discipline = Discipline::shortest_first;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("first"), 12ms);
  EXPECT_EQ(run.latency("second"), 23ms);
}

TEST(ShortestFirstTest, WhatDoesNotBeginWithWorkCountsByTheMeanOfItsFirst) {
  ScenarioBuilder builder = busy_at_first(Discipline::shortest_first);
  builder.service("other", {work(1ms)});
  builder.request("middle", 1ms, "web.op");
  builder.request("uncertain", 2ms, "web.uncertain");
  builder.request("idle", 3ms, "web.idle");
  builder.request("short", 4ms, "web.short");
  Scenario scenario = builder.build();
  Steps const uncertain{wait(1ms), work(Distribution::exponential(0.007)), work(1h)};
  scenario.services[0].operations.push_back({"uncertain", uncertain});
  scenario.services[0].operations.push_back({"idle", {wait(2ms)}});
  TestRun run(scenario);
  run.until(17ms);
  EXPECT_EQ(run.latency("idle"), 9ms);
  EXPECT_EQ(run.latency("short"), 13ms);
  EXPECT_EQ(run.replica("web").line.size(), 1U) << "5, 7, 10 ms: it is the turn of 'uncertain'";
  EXPECT_EQ(run.workload("middle").cohort_succeeded, 0U);
}

TEST(ShortestFirstTest, DropOldestTakesWhoHasWaitedLongest) {
  ScenarioBuilder builder = busy_at_first(Discipline::shortest_first);
  builder.request("short", 1ms, "web.short");
  builder.request("long", 2ms, "web.long");
  builder.request("middle", 3ms, "web.op");
  Scenario scenario = builder.build();
  scenario.services[0].queue = {2, Discipline::shortest_first, QueueSpec::WhenFull::drop_oldest};
  TestRun run(scenario);
  run.until(1s);
  EXPECT_EQ(run.outcome("short"), Outcome::dropped);
  EXPECT_EQ(run.latency("middle"), 17ms);
  EXPECT_EQ(run.latency("long"), 48ms);
}

/// It still has its patience, although its length is known.
TEST(ShortestFirstTest, WhoWaitsTooLongLeaves) {
  ScenarioBuilder builder = busy_at_first(Discipline::shortest_first);
  builder.request("hasty", 1ms, "web.long").patience = Distribution::constant(0.012);
  builder.request("short", 2ms, "web.short");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("hasty"), Outcome::abandoned);
  EXPECT_EQ(run.latency("hasty"), 12ms);
  EXPECT_EQ(run.latency("short"), 13ms);
}

// --- The earliest deadline -----------------------------------------------------------------------

TEST(EarliestDeadlineTest, WhoseCallerGivesUpFirstIsNext) {
  ScenarioBuilder builder = busy_at_first(Discipline::earliest_deadline);
  builder.request("a", 1ms, "web.op").options = within(100ms);
  builder.request("b", 2ms, "web.op").options = within(50ms);
  builder.request("endless", 3ms, "web.op");
  builder.request("d", 4ms, "web.op").patience = Distribution::constant(0.03);
  builder.request("e", 5ms, "web.op").options = within(100ms);
  builder.request("endless_too", 6ms, "web.op");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("d"), 16ms);
  EXPECT_EQ(run.latency("b"), 28ms);
  EXPECT_EQ(run.latency("a"), 39ms);
  EXPECT_EQ(run.latency("e"), 45ms);
  EXPECT_EQ(run.latency("endless"), 57ms);
  EXPECT_EQ(run.latency("endless_too"), 64ms);
}

/// A caller that has a timeout of its own waits no longer than those who wait for it.
TEST(EarliestDeadlineTest, TheDeadlineIsTheEarliestUpTheChain) {
  ScenarioBuilder builder = busy_at_first(Discipline::earliest_deadline);
  builder.service("front", {call("web.op", within(200ms))}, 9);
  builder.service("split", {parallel({{call("web.op")}, {wait(1ms)}}, 2)}, 9);
  builder.service("door", {forward("web.op")}, 9);
  builder.request("direct", 1ms, "web.op").options = within(80ms);
  builder.request("nested", 2ms, "front.op").options = within(70ms);
  builder.request("parted", 3ms, "split.op").options = within(60ms);
  builder.request("passed_on", 4ms, "door.op").options = within(50ms);
  builder.request("by_its_call", 5ms, "front.op");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("passed_on"), 16ms) << "until 54 ms";
  EXPECT_EQ(run.latency("parted"), 27ms) << "until 63 ms";
  EXPECT_EQ(run.latency("nested"), 38ms) << "until 72 ms";
  EXPECT_EQ(run.latency("direct"), 49ms) << "until 81 ms";
  EXPECT_EQ(run.latency("by_its_call"), 55ms) << "until 205 ms";
}

/// The second attempt is sent at 9 ms, and given up at 17 ms.
TEST(EarliestDeadlineTest, ARetryHasALaterDeadline) {
  ScenarioBuilder builder = busy_at_first(Discipline::earliest_deadline);
  CallOptions again = within(8ms);
  again.cancel = true;
  again.retry = retry(2, 1ms);
  builder.request("again", 0ms, "web.short").options = again;
  builder.request("before", 1ms, "web.short").options = within(15ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("before"), 14ms);
  EXPECT_EQ(run.outcome("again"), Outcome::timeout);
}

TEST(EarliestDeadlineTest, AMessageIsInNoHurry) {
  ScenarioBuilder builder = busy_at_first(Discipline::earliest_deadline);
  builder.request("sender", 1ms, "sender.op").options = within(20ms);
  builder.request("plain", 2ms, "web.op");
  builder.request("urgent", 3ms, "web.op").options = within(500ms);
  builder.service("sender", {publish("broker.jobs")});
  builder.channel("broker.jobs").subscribers.push_back(subscriber("web.op", 5));
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("urgent"), 17ms);
  EXPECT_EQ(run.latency("plain"), 38ms) << "behind the message, which came before it";
}

/// Successes per second where some clients wait 70 ms and as many 900 ms, and 100 a second can be
/// served.
double goodput(Discipline discipline, double arrivals) {
  ScenarioBuilder builder(60s);
  builder.service("web", {work(10ms)}).queue.discipline = discipline;
  for (auto const& [name, timeout] : {std::pair{"hasty", 70ms}, {"patient", 900ms}}) {
    Workload& clients = builder.open(name, Distribution::exponential(2.0 / arrivals), "web.op");
    clients.options = within(timeout);
    clients.propagates_deadline = true;
  }
  TestRun run(builder);
  return run.metric("hasty.goodput") + run.metric("patient.goodput");
}

/// The patient have time to spare, which the hasty need whenever the line is long.
TEST(EarliestDeadlineTest, MoreAreServedInTimeWhenOverloadsAreShort) {
  EXPECT_GT(goodput(Discipline::earliest_deadline, 97.5), 97.0);
  EXPECT_LT(goodput(Discipline::fifo, 97.5), 90.0);
}

/// All are served at the last moment, and many just too late.
TEST(EarliestDeadlineTest, FewerAreServedInTimeWhenAnOverloadLasts) {
  EXPECT_LT(goodput(Discipline::earliest_deadline, 130.0), 60.0);
  EXPECT_GT(goodput(Discipline::fifo, 130.0), 75.0);
}

}  // namespace
}  // namespace sojourn
