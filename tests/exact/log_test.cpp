/// Logs: partitions, groups that read them, commits and rebalances, step by step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/message_log.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using testing::ElementsAre;
using Kind = Channel::Kind;
using From = Subscriber::From;

/// Messages at the given times to the log `kafka.events`, which `reader.op` (10 ms each) reads.
/// Without keys they go to the partitions in turn; replicas have many slots.
struct Events {
  explicit Events(std::vector<Duration> times, std::int64_t partitions = 1,
                  Steps steps = {work(10ms)})
      : builder(1s) {
    builder.trace("clients", std::move(times), "front.op");
    front = &builder.service("front", {publish("kafka.events")}, unlimited);
    reader = &builder.service("reader", std::move(steps), unlimited);
    events = &builder.channel("kafka.events");
    events->kind = Kind::log;
    events->partitions = partitions;
    events->subscribers.push_back(subscriber("reader.op"));
    group = &events->subscribers.front();
  }

  /// What happens in one partition; checks that the account balances.
  std::vector<std::string> lines(std::uint32_t partition = 0) {
    TestRun run(builder);
    MessageLog log(partition);
    run.until(1s, log);
    run.result();
    account = run.channel("kafka.events.reader.op");
    return log.lines();
  }

  ScenarioBuilder builder;
  Service* front;
  Service* reader;
  Channel* events;
  Subscriber* group;
  ChannelMeasures account;
};

TEST(LogTest, APartitionIsReadOneByOneInOrder) {
  Events events({0ms, 1ms, 2ms});
  EXPECT_THAT(events.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                          "2 #3 published", "10 #1 processed", "10 #2 delivered",
                                          "20 #2 processed", "20 #3 delivered", "30 #3 processed"));
}

TEST(LogTest, PartitionsAreReadSideBySide) {
  Events events({0ms, 1ms, 2ms}, 3);
  TestRun run(events.builder);
  run.result();
  EXPECT_EQ(run.channel("kafka.events.reader.op").latency.max(), 0.01);
}

TEST(LogTest, WithOneSlotAReaderGoesRoundItsPartitions) {
  Events events({0ms, 0ms, 0ms, 0ms}, 2);
  events.reader->concurrency = 1;
  EXPECT_THAT(events.lines(0),
              ElementsAre("0 #1 published", "0 #1 delivered", "0 #2 published", "10 #1 processed",
                          "20 #2 delivered", "30 #2 processed"));
}

TEST(LogTest, AKeysMessagesStayInOnePartition) {
  Events events({0ms, 1ms, 2ms, 3ms}, 4);
  std::get<PublishStep>(events.front->operations[0].steps[0].action).key =
      Distribution::constant(5.0);
  TestRun run(events.builder);
  run.result();
  EXPECT_EQ(run.channel("kafka.events.reader.op").latency.max(), 0.037);
}

TEST(LogTest, EveryGroupReadsAll) {
  Events events({0ms, 1ms}, 2);
  events.builder.service("other", {work(1ms)});
  events.events->subscribers.push_back(subscriber("other.op"));
  TestRun run(events.builder);
  run.result();
  EXPECT_EQ(run.channel("kafka.events.reader.op").fates[Fate::processed], 2U);
  EXPECT_EQ(run.channel("kafka.events.other.op").fates[Fate::processed], 2U);
  EXPECT_EQ(run.channel("kafka.events").published, 2U);
}

// Kafka: auto.offset.reset, "earliest: automatically reset the offset to the earliest offset,
// latest: automatically reset the offset to the latest offset".
TEST(LogTest, AGroupThatStartsLaterReadsFromTheEarliestOrTheLatest) {
  for (From const from : {From::earliest, From::latest}) {
    Events events({0ms, 1ms, 60ms});
    events.group->start = 50ms;
    events.group->from = from;
    TestRun run(events.builder);
    run.result();
    bool const all = from == From::earliest;
    EXPECT_EQ(run.channel("kafka.events.reader.op").fates[Fate::processed], all ? 3U : 1U);
    EXPECT_EQ(run.channel("kafka.events.reader.op").age.max(), all ? 0.059 : 0.0);
  }
}

// Kafka: a failing record is polled again from the committed position; what is behind it waits.
TEST(LogTest, AFailedMessageHoldsUpWhatIsBehindIt) {
  Events events({0ms, 1ms}, 1, {work(10ms), fail()});
  events.group->max_deliveries = 2;
  events.group->redelivery = Backoff{Distribution::constant(0.005)};
  EXPECT_THAT(events.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "10 #1 delayed",
                          "15 #1 delivered", "25 #1 dead-lettered", "25 #2 delivered",
                          "35 #2 delayed", "40 #2 delivered", "50 #2 dead-lettered"));
}

TEST(LogTest, WhatIsTooOldOrTooMuchIsLostToALaggard) {
  Events events({0ms, 1ms, 2ms, 3ms});
  events.events->retention.messages = 2;
  EXPECT_THAT(events.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "2 #3 published",
                          "3 #2 dropped", "3 #4 published", "10 #1 processed", "10 #3 delivered",
                          "20 #3 processed", "20 #4 delivered", "30 #4 processed"));
  Events old({0ms, 1ms, 2ms});
  old.events->retention.time = 12ms;
  EXPECT_THAT(old.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                       "2 #3 published", "10 #1 processed", "10 #2 delivered",
                                       "14 #3 expired", "20 #2 processed"));
}

// Kafka: enable.auto.commit and auto.commit.interval.ms: after a crash all since the last commit is
// read again.
TEST(LogTest, WhatWasNotCommittedIsReadAgainAfterACrash) {
  Events events({0ms, 1ms, 2ms});
  events.group->commit = 25ms;
  events.builder.crash("reader", 32ms, 8ms);
  EXPECT_THAT(events.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "2 #3 published",
                          "10 #1 done", "10 #2 delivered", "20 #2 done", "20 #3 delivered",
                          "25 #1 processed", "25 #2 processed", "30 #3 done", "32 #3 returned",
                          "40 #3 delivered", "50 #3 done", "75 #3 processed"));
  EXPECT_EQ(events.account.duplicates[Setback::consumer_crash], 1U);
}

/// Two replicas and two partitions, a message to each every 20 ms; the first replica, which reads
/// the first partition, is gone from 25 ms on.
Events with_crash(Duration session_timeout, Duration rebalance, bool cooperative = false) {
  std::vector<Duration> times;
  for (int i = 0; i < 6; ++i) times.insert(times.end(), 2, 20ms * i);
  Events events(times, 2);
  events.reader->replicas = 2;
  events.group->session_timeout = session_timeout;
  events.group->rebalance = {rebalance, cooperative};
  events.builder.fault("away", CrashFault{{ReplicaTarget{"reader", 1, false}}}, 25ms, 1s);
  return events;
}

TEST(LogTest, TheOthersReadOnForOneThatIsGone) {
  Events events = with_crash(0ms, 0ms);
  EXPECT_THAT(
      events.lines(0),
      ElementsAre("0 #1 published", "0 #1 delivered", "10 #1 processed", "20 #2 published",
                  "20 #2 delivered", "25 #2 delivered", "35 #2 processed", "40 #3 published",
                  "40 #3 delivered", "50 #3 processed", "60 #4 published", "60 #4 delivered",
                  "70 #4 processed", "80 #5 published", "80 #5 delivered", "90 #5 processed",
                  "100 #6 published", "100 #6 delivered", "110 #6 processed"));
  EXPECT_EQ(events.account.rebalances, 1U);
}

TEST(LogTest, ThePartitionsOfACrashedReaderWaitForTheSessionTimeout) {
  Events events = with_crash(50ms, 0ms);
  EXPECT_THAT(
      events.lines(0),
      ElementsAre("0 #1 published", "0 #1 delivered", "10 #1 processed", "20 #2 published",
                  "20 #2 delivered", "25 #2 returned", "40 #3 published", "60 #4 published",
                  "75 #2 delivered", "80 #5 published", "85 #2 processed", "85 #3 delivered",
                  "95 #3 processed", "95 #4 delivered", "100 #6 published", "105 #4 processed",
                  "105 #5 delivered", "115 #5 processed", "115 #6 delivered", "125 #6 processed"));
}

TEST(LogTest, ARebalanceStopsTheWholeGroup) {
  Events events = with_crash(0ms, 30ms);
  EXPECT_THAT(
      events.lines(1),
      ElementsAre("0 #1 published", "0 #1 delivered", "10 #1 processed", "20 #2 published",
                  "20 #2 delivered", "30 #2 processed", "40 #3 published", "55 #3 delivered",
                  "60 #4 published", "65 #3 processed", "65 #4 delivered", "75 #4 processed",
                  "80 #5 published", "80 #5 delivered", "90 #5 processed", "100 #6 published",
                  "100 #6 delivered", "110 #6 processed"));
}

TEST(LogTest, ACooperativeRebalanceStopsOnlyWhatMoves) {
  Events events = with_crash(0ms, 30ms, true);
  EXPECT_THAT(
      events.lines(1),
      ElementsAre("0 #1 published", "0 #1 delivered", "10 #1 processed", "20 #2 published",
                  "20 #2 delivered", "30 #2 processed", "40 #3 published", "40 #3 delivered",
                  "50 #3 processed", "60 #4 published", "60 #4 delivered", "70 #4 processed",
                  "80 #5 published", "80 #5 delivered", "90 #5 processed", "100 #6 published",
                  "100 #6 delivered", "110 #6 processed"));
}

// Kafka: the position is the consumer's own; a broker that comes back, or another that leads, is
// asked for what is next.
TEST(LogTest, AReaderGoesOnWhereItIsWhenTheBrokerIsBack) {
  Events events({0ms, 0ms, 0ms}, 1, {work(50ms)});
  events.group->commit = 1s;
  events.builder.crash_broker("kafka", 70ms, 20ms);
  EXPECT_THAT(
      events.lines(0),
      ElementsAre("0 #1 published", "0 #1 delivered", "0 #2 published", "0 #3 published",
                  "50 #1 done", "50 #2 delivered", "100 #2 done", "100 #3 delivered", "150 #3 done",
                  "1000 #1 processed", "1000 #2 processed", "1000 #3 processed"));
}

TEST(LogTest, AReaderWhosePartitionMovesOnHasWorkedInVain) {
  Events events({0ms, 0ms}, 2, {work(50ms)});
  events.reader->replicas = 2;
  events.builder.fault("away", CrashFault{{ReplicaTarget{"reader", 1, false}}}, 0ms, 10ms);
  TestRun run(events.builder);
  run.result();
  ChannelMeasures const& account = run.channel("kafka.events.reader.op");
  EXPECT_EQ(account.fates[Fate::processed], 2U);
  EXPECT_EQ(account.duplicates[Setback::rebalance], 1U);
}

}  // namespace
}  // namespace sojourn
