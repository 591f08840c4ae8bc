/// How messages get into a channel: room, confirmation, transit, age.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/message_log.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using testing::ElementsAre;
using WhenFull = Channel::WhenFull;

/// Clients a, b, c, d at 0, 1, 2, 3 ms, each of whom has `front` (one slot) publish to
/// `rabbit.jobs`, which has room for two and nobody to take them until 50 ms.
struct Room {
  explicit Room(WhenFull when_full, Step const& step = publish("rabbit.jobs")) : builder(1s) {
    builder.request("a", 0ms, "front.op");
    builder.request("b", 1ms, "front.op");
    builder.request("c", 2ms, "front.op");
    builder.request("d", 3ms, "front.op");
    front = &builder.service("front", {step});
    builder.service("worker", {work(10ms)});
    jobs = &builder.channel("rabbit.jobs");
    jobs->capacity = 2;
    jobs->when_full = when_full;
    jobs->subscribers.push_back(subscriber("worker.op"));
    jobs->subscribers[0].start = 50ms;
  }

  std::vector<std::string> lines(TestRun& run) {
    MessageLog log;
    run.until(1s, log);
    run.result();
    return log.lines();
  }

  ScenarioBuilder builder;
  Service* front;
  Channel* jobs;
};

TEST(PublishingTest, AFullChannelTellsThePublisher) {
  Room room(WhenFull::reject);
  TestRun run(room.builder);
  EXPECT_THAT(room.lines(run),
              ElementsAre("0 #1 published", "1 #2 published", "50 #1 delivered", "60 #1 processed",
                          "60 #2 delivered", "70 #2 processed"));
  EXPECT_EQ(run.outcome("b"), Outcome::success);
  EXPECT_EQ(run.outcome("c"), Outcome::error);
  EXPECT_EQ(run.latency("c"), 0ms);
  EXPECT_EQ(run.channel("rabbit.jobs").rejected, 2U);
}

TEST(PublishingTest, DropOldestTellsNobody) {
  Room room(WhenFull::drop_oldest);
  TestRun run(room.builder);
  EXPECT_THAT(room.lines(run),
              ElementsAre("0 #1 published", "1 #2 published", "2 #1 dropped", "2 #3 published",
                          "3 #2 dropped", "3 #4 published", "50 #3 delivered", "60 #3 processed",
                          "60 #4 delivered", "70 #4 processed"));
  EXPECT_EQ(run.outcome("a"), Outcome::success);
}

TEST(PublishingTest, DropNewestTellsNobody) {
  Room room(WhenFull::drop_newest);
  TestRun run(room.builder);
  EXPECT_THAT(room.lines(run),
              ElementsAre("0 #1 published", "1 #2 published", "50 #1 delivered", "60 #1 processed",
                          "60 #2 delivered", "70 #2 processed"));
  EXPECT_EQ(run.outcome("d"), Outcome::success);
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::dropped], 2U);
  EXPECT_EQ(run.channel("rabbit.jobs").published, 4U);
}

TEST(PublishingTest, AChannelThatBlocksHoldsThePublishersSlot) {
  Room room(WhenFull::block);
  TestRun run(room.builder);
  run.until(40ms);
  EXPECT_EQ(run.replica("front").busy, 1) << "c";
  EXPECT_EQ(run.replica("front").line.size(), 1U) << "d";
  room.lines(run);
  EXPECT_EQ(run.latency("c"), 48ms) << "the first delivery makes room";
  EXPECT_EQ(run.latency("d"), 57ms) << "the second, at 60 ms";
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::processed], 4U);
}

TEST(PublishingTest, ANonBlockingPublisherHoldsNoSlotWhileItIsBlocked) {
  Room room(WhenFull::block);
  room.front->blocking = false;
  TestRun run(room.builder);
  run.until(40ms);
  EXPECT_EQ(run.replica("front").busy, 0);
  EXPECT_EQ(run.replica("front").present, 2U);
  room.lines(run);
  EXPECT_EQ(run.latency("d"), 57ms);
}

TEST(PublishingTest, APublisherThatGivesUpHasSentNothing) {
  Room room(WhenFull::block, publish_within("rabbit.jobs", 20ms));
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.outcome("c"), Outcome::error);
  EXPECT_EQ(run.latency("c"), 20ms);
  EXPECT_EQ(run.latency("d"), 39ms) << "has the slot from 22 ms to 42 ms";
  EXPECT_EQ(run.channel("rabbit.jobs").published, 2U);
}

TEST(PublishingTest, ACrashedPublisherThatWasBlockedHasSentNothing) {
  Room room(WhenFull::block);
  room.builder.crash("front", 10ms, 1ms);
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.outcome("c"), Outcome::error);
  EXPECT_EQ(run.channel("rabbit.jobs").published, 2U);
}

TEST(PublishingTest, WithoutConfirmARejectedMessageIsNobodysFailure) {
  Room room(WhenFull::reject, publish("rabbit.jobs", false));
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.outcome("d"), Outcome::success);
  EXPECT_EQ(run.channel("rabbit.jobs").published, 2U);
  EXPECT_EQ(run.channel("rabbit.jobs").rejected, 2U);
}

TEST(PublishingTest, OnlyWhatIsReadyTakesRoom) {
  Room room(WhenFull::reject);
  room.jobs->capacity = 1;
  room.jobs->subscribers[0].start = 0ms;
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.outcome("b"), Outcome::success) << "a's message is being processed";
  EXPECT_EQ(run.outcome("c"), Outcome::error);
}

TEST(PublishingTest, WithoutRoomAMessagePassesOnlyFromHandToHand) {
  Room room(WhenFull::reject);
  room.jobs->capacity = 0;
  room.jobs->subscribers[0].start = 2ms;
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.outcome("b"), Outcome::error);
  EXPECT_EQ(run.outcome("d"), Outcome::error) << "the worker is busy with c's";
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::processed], 1U);
}

TEST(PublishingTest, LatencyIsFromPublishToAcceptanceAndFromThereToDelivery) {
  Room room(WhenFull::reject);
  room.builder.broker("rabbit").latency = Distribution::constant(0.002);
  room.jobs->subscribers[0].start = 0ms;
  room.jobs->capacity = unlimited;
  TestRun run(room.builder);
  EXPECT_THAT(
      room.lines(run),
      ElementsAre("2 #1 published", "2 #1 delivered", "4 #2 published", "6 #3 published",
                  "8 #4 published", "14 #1 processed", "14 #2 delivered", "26 #2 processed",
                  "26 #3 delivered", "38 #3 processed", "38 #4 delivered", "50 #4 processed"));
  EXPECT_EQ(run.latency("a"), 2ms) << "waits for the broker's word";
  EXPECT_EQ(run.latency("b"), 3ms) << "from 2 to 4 ms in front's only slot";
}

TEST(PublishingTest, WithoutConfirmNobodyWaitsForTheLatency) {
  Room room(WhenFull::reject, publish("rabbit.jobs", false));
  room.builder.broker("rabbit").latency = Distribution::constant(0.002);
  TestRun run(room.builder);
  run.until(3ms);
  EXPECT_EQ(run.latency("a"), 0ms);
  EXPECT_EQ(run.channel("rabbit.jobs").published, 2U);
  room.lines(run);
}

TEST(PublishingTest, TheBrokerTakesSoManyASecond) {
  Room room(WhenFull::reject);
  room.builder.broker("rabbit").throughput = 100.0;
  room.front->concurrency = 4;
  room.jobs->capacity = unlimited;
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.latency("b"), 19ms);
  EXPECT_EQ(run.latency("c"), 28ms);
  EXPECT_EQ(run.latency("d"), 37ms);
}

TEST(PublishingTest, APublishTimeoutDoesNotCallTheMessageBack) {
  Room room(WhenFull::reject, publish_within("rabbit.jobs", 1ms));
  room.builder.broker("rabbit").latency = Distribution::constant(0.002);
  room.front->concurrency = 4;
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.latency("a"), 1ms);
  EXPECT_EQ(run.channel("rabbit.jobs").published, 2U) << "it arrives all the same";
}

TEST(PublishingTest, ManyMessagesAreAsManyPublishes) {
  Room room(WhenFull::reject, publish_many("rabbit.jobs", 5));
  room.jobs->capacity = 12;
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.channel("rabbit.jobs").published, 12U);
  EXPECT_EQ(run.outcome("b"), Outcome::success);
  EXPECT_EQ(run.outcome("c"), Outcome::error) << "its third found no room";
  EXPECT_EQ(run.channel("rabbit.jobs").rejected, 2U) << "one of c, one of d";
}

TEST(PublishingTest, OldMessagesExpireAtTheHead) {
  Room room(WhenFull::reject);
  room.jobs->ttl = 8ms;
  room.jobs->dead_letter = channel("rabbit.dead");
  room.builder.channel("rabbit.dead");
  TestRun run(room.builder);
  EXPECT_THAT(room.lines(run),
              ElementsAre("0 #1 published", "1 #2 published", "8 #1 expired", "9 #2 expired"));
  EXPECT_EQ(run.channel("rabbit.dead").published, 2U);
  EXPECT_EQ(run.channel("rabbit.dead").depth.level(), 2.0);
}

TEST(PublishingTest, DeliveredMessagesDoNotExpireUntilTheyComeBack) {
  Room room(WhenFull::reject);
  room.jobs->ttl = 8ms;
  room.jobs->capacity = unlimited;
  room.jobs->subscribers[0].start = 0ms;
  room.builder.crash("worker", 15ms, 1ms);
  TestRun run(room.builder);
  // The first takes to 10 ms. The others wait too long, and a fifth is hit by the crash.
  room.builder.request("e", 12ms, "front.op");
  TestRun with_fifth(room.builder);
  EXPECT_THAT(room.lines(with_fifth),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "2 #3 published",
                          "3 #4 published", "9 #2 expired", "10 #1 processed", "10 #3 delivered",
                          "11 #4 expired", "12 #5 published", "15 #3 expired", "16 #5 delivered",
                          "26 #5 processed"));
}

TEST(PublishingTest, AnExpiryMakesRoomForTheBlocked) {
  Room room(WhenFull::block);
  room.jobs->ttl = 8ms;
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.latency("c"), 6ms);
  EXPECT_EQ(run.latency("d"), 6ms) << "blocked from 8 to 9 ms";
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::expired], 4U);
}

TEST(PublishingTest, AFullDeadLetterChannelDrops) {
  Room room(WhenFull::reject);
  room.jobs->ttl = 8ms;
  room.jobs->dead_letter = channel("rabbit.dead");
  room.builder.channel("rabbit.dead").capacity = 1;
  TestRun run(room.builder);
  room.lines(run);
  EXPECT_EQ(run.channel("rabbit.dead").published, 2U);
  EXPECT_EQ(run.channel("rabbit.dead").fates[Fate::dropped], 1U);
}

TEST(PublishingTest, InitialMessagesAreThereAtTimeZeroWhateverTheWarmUp) {
  for (Duration const warmup : {0ms, 500ms}) {
    ScenarioBuilder builder(1s, warmup);
    builder.service("worker", {work(10ms)});
    Channel& jobs = builder.channel("rabbit.jobs");
    jobs.initial = 3;
    jobs.subscribers.push_back(subscriber("worker.op"));
    TestRun run(builder);
    MessageLog log;
    run.until(1s, log);
    EXPECT_THAT(log.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "0 #2 published",
                                         "0 #3 published", "10 #1 processed", "10 #2 delivered",
                                         "20 #2 processed", "20 #3 delivered", "30 #3 processed"));
    EXPECT_EQ(run.service("worker").arrivals, 3U);
    EXPECT_EQ(run.result().accounts.at(0).total, 3U);
  }
}

TEST(PublishingTest, MessagesCarryThePriorityOfTheirRequest) {
  ScenarioBuilder builder(1s);
  builder.request("plain", 0ms, "front.op");
  builder.request("low", 1ms, "front.op");
  builder.request("high", 2ms, "front.op").priority = 5;
  builder.service("front", {publish("rabbit.jobs")});
  builder.service("worker", {work(10ms), call("end.op")}).queue.discipline = Discipline::priority;
  builder.service("end", {wait(1ms)});
  builder.channel("rabbit.jobs").subscribers.push_back(subscriber("worker.op", 10));
  TestRun run(builder);
  MessageLog log;
  bool reached_the_end = false;
  run.until(1s, [&](World const& world, Event const& event) {
    log(world, event);
    world.activities.for_each([&](Id, Activity const& activity) {
      reached_the_end = reached_the_end || (world.operation_of(activity) == 2 &&
                                            world.activities.priority_of(activity) == 5);
    });
  });
  EXPECT_THAT(log.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                       "1 #2 delivered", "2 #3 published", "2 #3 delivered",
                                       "11 #1 processed", "22 #3 processed", "33 #2 processed"));
  EXPECT_TRUE(reached_the_end) << "and their calls carry it on";
}

TEST(PublishingTest, ARunningWorldIsCopiedWithItsMessages) {
  Room room(WhenFull::reject);
  TestRun run(room.builder);
  run.until(55ms);
  World copy = run.world();
  copy.sim.run(copy, Time(1s), 1000);
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::processed], 0U);
  EXPECT_EQ(copy.measures.accounts[0].fates[Fate::processed], 2U);
  run.until(1s);
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::processed], 2U);
}

}  // namespace
}  // namespace sojourn
