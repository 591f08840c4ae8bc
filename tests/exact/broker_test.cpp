/// What a broker does as a whole: replies, replicas that lead and follow, alarms, credit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// One message to `rabbit.jobs` at 0 ms, whose sender waits 50 ms for a reply; `worker.op` takes
/// 10 ms for it. The broker takes 1 ms each way.
struct Asking {
  explicit Asking(Steps steps = {work(10ms)}) : builder(1s) {
    builder.request("client", 0ms, "front.op");
    Step ask = publish_within("rabbit.jobs", 50ms);
    std::get<PublishStep>(ask.action).reply = true;
    builder.service("front", {ask});
    builder.service("worker", std::move(steps));
    jobs = &builder.channel("rabbit.jobs");
    jobs->subscribers.push_back(subscriber("worker.op"));
    builder.broker("rabbit").latency = Distribution::constant(0.001);
  }

  ScenarioBuilder builder;
  Channel* jobs;
};

TEST(BrokerTest, AReplyComesBackThroughTheBroker) {
  Asking asking;
  TestRun run(asking.builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("client"), Outcome::success);
  EXPECT_EQ(run.latency("client"), 14ms);  // 1 + 1 there, 10, 1 + 1 back
  run.result();
  EXPECT_EQ(run.world().publications.size(), 0U);
}

TEST(BrokerTest, AMessageThatNobodyCanProcessIsNeverAnswered) {
  Asking asking({work(10ms), fail()});
  asking.jobs->subscribers[0].max_deliveries = 1;
  TestRun run(asking.builder);
  run.result();
  EXPECT_EQ(run.outcome("client"), Outcome::error);
  EXPECT_EQ(run.latency("client"), 50ms);
}

TEST(BrokerTest, AReplyThatComesTooLateIsForNobody) {
  Asking asking({work(60ms)});
  TestRun run(asking.builder);
  run.result();
  EXPECT_EQ(run.outcome("client"), Outcome::error);
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::processed], 1U);
  EXPECT_NEAR(run.service("worker").wasted_work, 0.06, 1e-6);
  EXPECT_EQ(run.world().publications.size(), 0U);
}

TEST(BrokerTest, WhoWaitsForAReplyHearsOfTheBrokersCrash) {
  Asking asking;
  asking.builder.crash_broker("rabbit", 5ms, 10ms);
  TestRun run(asking.builder);
  run.result();
  EXPECT_EQ(run.outcome("client"), Outcome::error);
  EXPECT_EQ(run.latency("client"), 5ms);
}

/// A message each 10 ms to `kafka.jobs`, which nobody takes before 500 ms; the leader crashes at
/// 105 ms and stays away.
ScenarioBuilder replicated(Channel::Acks acks, Limit replicas = 2) {
  ScenarioBuilder builder(1s);
  std::vector<Duration> times;
  for (int i = 0; i < 40; ++i) times.push_back(10ms * i);
  builder.trace("clients", times, "front.op");
  builder.service("front", {publish("kafka.jobs")}, unlimited);
  builder.service("worker", {work(1ms)});
  Channel& jobs = builder.channel("kafka.jobs");
  jobs.durable = true;
  jobs.acks = acks;
  jobs.subscribers.push_back(subscriber("worker.op"));
  jobs.subscribers[0].start = 500ms;
  Broker& broker = builder.broker("kafka");
  broker.replicas = replicas;
  broker.failover = 50ms;
  broker.replication = 12ms;
  builder.crash_broker("kafka", 105ms, 800ms);
  return builder;
}

// Kafka: with acks=1 a record that the leader has acknowledged is lost if it fails before the
// followers have replicated it; with acks=all it is not.
TEST(BrokerTest, WhatOnlyTheLeaderHadIsLostWithIt) {
  TestRun leader(replicated(Channel::Acks::leader));
  leader.result();
  EXPECT_EQ(leader.channel("kafka.jobs").fates[Fate::lost], 1U);  // the one of 100 ms
  TestRun all(replicated(Channel::Acks::all));
  all.result();
  EXPECT_EQ(all.channel("kafka.jobs").fates[Fate::lost], 0U);
}

/// A single message, which takes a worker that long; only the leader has it, for a second.
ScenarioBuilder one_with_the_leader(Duration length) {
  ScenarioBuilder builder(1s);
  builder.request("client", 0ms, "front.op");
  builder.service("front", {publish("kafka.jobs")});
  builder.service("worker", {work(length)});
  Channel& jobs = builder.channel("kafka.jobs");
  jobs.durable = true;
  jobs.subscribers.push_back(subscriber("worker.op"));
  Broker& kafka = builder.broker("kafka");
  kafka.replicas = 2;
  kafka.replication = 1s;
  return builder;
}

/// It was delivered, came back when its consumer crashed, and waits.
TEST(BrokerTest, SoIsWhatHasComeBackToIt) {
  ScenarioBuilder builder = one_with_the_leader(10ms);
  builder.crash("worker", 5ms, 100ms);
  builder.crash_broker("kafka", 8ms, 500ms);
  TestRun run(builder);
  run.result();
  EXPECT_EQ(run.channel("kafka.jobs").fates[Fate::lost], 1U);
  EXPECT_EQ(run.world().messages.size() + run.world().channels.waiting(), 0U);
}

/// Its consumer has it all the same, and what becomes of it there is its fate.
TEST(BrokerTest, WhatOnlyTheLeaderHadAndSomebodyProcessesIsProcessed) {
  ScenarioBuilder builder = one_with_the_leader(50ms);
  builder.crash_broker("kafka", 5ms, 100ms);
  TestRun run(builder);
  run.result();
  EXPECT_EQ(run.channel("kafka.jobs").fates[Fate::processed], 1U);
  EXPECT_EQ(run.world().messages.size(), 0U);
}

TEST(BrokerTest, WithAcksOfAllPublishingTakesTheReplication) {
  TestRun run(replicated(Channel::Acks::all));
  run.result();
  EXPECT_EQ(run.workload("clients").latency.of_cohort().max(), 0.012);
}

TEST(BrokerTest, AnotherLeadsAfterTheFailover) {
  TestRun run(replicated(Channel::Acks::leader));
  run.result();
  // Those of 110 to 150 ms find nobody; at 155 ms another leads.
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 35U);
  EXPECT_EQ(run.channel("kafka.jobs").fates[Fate::processed], 34U);
}

TEST(BrokerTest, AloneItIsDownAsLongAsItIsDown) {
  TestRun run(replicated(Channel::Acks::leader, 1));
  run.result();
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 11U);
  EXPECT_EQ(run.channel("kafka.jobs").fates[Fate::lost], 0U);
}

/// A message each millisecond to `rabbit.jobs`; one worker takes 10 ms for each.
ScenarioBuilder flooded() {
  ScenarioBuilder builder(1s);
  std::vector<Duration> times;
  for (int i = 0; i < 20; ++i) times.push_back(1ms * i);
  builder.trace("clients", times, "front.op");
  builder.service("front", {publish("rabbit.jobs")}, unlimited);
  builder.service("worker", {work(10ms)});
  builder.channel("rabbit.jobs").subscribers.push_back(subscriber("worker.op"));
  return builder;
}

// RabbitMQ: a memory alarm blocks the connections that publish until it clears.
TEST(BrokerTest, AnAlarmHoldsUpAllPublishersUntilItClears) {
  ScenarioBuilder builder = flooded();
  builder.broker("rabbit").alarm = {4, 2};
  TestRun run(builder);
  run.until(9ms);
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 4U);
  run.until(15ms);  // three are there
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 4U);
  run.until(20ms);  // two are there: two of those who wait publish
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 6U);
  run.result();
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::processed], 20U);
  EXPECT_EQ(run.channel("rabbit.jobs").depth.max(), 4.0);
}

TEST(BrokerTest, WhatNobodyWaitsForIsLostWhenTheBrokerCrashesInAnAlarm) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms}, "front.op");
  builder.service("front", {publish("rabbit.jobs", false)}, unlimited);
  builder.service("worker", {work(10ms)});
  builder.channel("rabbit.jobs").subscribers.push_back(subscriber("worker.op"));
  Broker& rabbit = builder.broker("rabbit");
  rabbit.latency = Distribution::constant(0.001);
  rabbit.alarm = {1, 0};
  builder.crash_broker("rabbit", 5ms, 10ms);
  TestRun run(builder);
  run.result();
  EXPECT_EQ(run.channel("rabbit.jobs").published, 3U);
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::processed], 1U) << "it was being processed";
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::lost], 2U);
}

/// `slow` has no room for its copy of the question before 100 ms.
TEST(BrokerTest, AReplyThatComesBeforeAllCopiesAreInIsNotForgotten) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "front.tell");
  builder.request("client", 5ms, "front.op");
  Step ask = publish_within("rabbit.jobs", 500ms);
  std::get<PublishStep>(ask.action).reply = true;
  builder.service("front", {ask}, 2).operations.push_back({"tell", {publish("rabbit.jobs")}});
  builder.service("quick", {work(1ms)});
  builder.service("slow", {work(100ms)});
  Channel& jobs = builder.channel("rabbit.jobs");
  jobs.kind = Channel::Kind::topic;
  jobs.when_full = Channel::WhenFull::block;
  jobs.capacity = 0;
  jobs.subscribers = {subscriber("quick.op"), subscriber("slow.op")};
  TestRun run(builder);
  run.result();
  EXPECT_EQ(run.outcome("client"), Outcome::success);
  EXPECT_EQ(run.latency("client"), 95ms);
}

TEST(BrokerTest, CreditCountsWhatIsBeingProcessed) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms}, "front.op");
  builder.service("front", {publish("rabbit.jobs")}, unlimited);
  builder.service("worker", {work(10ms)}, 2);
  Channel& jobs = builder.channel("rabbit.jobs");
  jobs.credit = 2;
  jobs.when_full = Channel::WhenFull::block;
  jobs.subscribers.push_back(subscriber("worker.op"));
  TestRun run(builder);
  run.result();
  EXPECT_EQ(run.workload("clients").latency.of_cohort().max(), 0.008);
  EXPECT_EQ(run.channel("rabbit.jobs").depth.max(), 2.0);
}

}  // namespace
}  // namespace sojourn
