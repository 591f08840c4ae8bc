/// What queues can do besides passing on in order, step by step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/jobs.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using testing::ElementsAre;
using testing::Pair;
using Order = Channel::Order;
using Requeue = Subscriber::Requeue;

/// One more client, whose message is published with that priority and key.
void add(Jobs& jobs, std::string name, Duration at, std::int32_t priority, double key = 0.0) {
  Workload& client = jobs.builder.request(std::move(name), at, "front.op");
  client.priority = priority;
  client.options.key = Distribution::constant(key);
}

// RabbitMQ, "Classic queues support priorities": messages of higher priority are delivered first.
TEST(QueueSemanticsTest, TheMoreUrgentMessageIsNext) {
  Jobs jobs({0ms});
  jobs.jobs->order = Order::priority;
  add(jobs, "a", 1ms, 0);
  add(jobs, "b", 2ms, 9);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "2 #3 published", "10 #1 processed", "10 #3 delivered",
                                        "20 #3 processed", "20 #2 delivered", "30 #2 processed"));
}

// Amazon SQS, FIFO queues: no more messages of a message group while one of it is in flight.
TEST(QueueSemanticsTest, OneMessageOfAKeyIsInFlightAndOthersOvertake) {
  Jobs jobs({});
  jobs.worker->concurrency = unlimited;
  jobs.jobs->order = Order::key;
  add(jobs, "a", 0ms, 0, 1);
  add(jobs, "b", 1ms, 0, 1);
  add(jobs, "c", 2ms, 0, 2);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "2 #3 published", "2 #3 delivered", "10 #1 processed",
                                        "10 #2 delivered", "12 #3 processed", "20 #2 processed"));
  EXPECT_EQ(jobs.account.reordered.total(), 0U);
}

TEST(QueueSemanticsTest, AFailedMessageKeepsItsKeyWhileItWaits) {
  Jobs jobs({}, {work(10ms), fail()});
  jobs.worker->concurrency = unlimited;
  jobs.jobs->order = Order::key;
  jobs.to_worker->max_deliveries = 2;
  jobs.to_worker->redelivery = Backoff{Distribution::constant(0.005)};
  add(jobs, "a", 0ms, 0, 1);
  add(jobs, "b", 1ms, 0, 1);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "10 #1 delayed",
                          "15 #1 delivered", "25 #1 dead-lettered", "25 #2 delivered",
                          "35 #2 delayed", "40 #2 delivered", "50 #2 dead-lettered"));
}

// RabbitMQ, x-single-active-consumer: another takes over when the active one is gone.
TEST(QueueSemanticsTest, OneConsumerIsActiveUntilItIsGone) {
  Jobs jobs({0ms, 1ms, 12ms, 13ms});
  jobs.worker->replicas = 2;
  jobs.jobs->single_active = true;
  jobs.builder.fault("gone", CrashFault{{ReplicaTarget{"worker", 1, false}}}, 15ms, 100ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "10 #1 processed",
                          "10 #2 delivered", "12 #3 published", "13 #4 published",
                          "15 #2 delivered", "25 #2 processed", "25 #3 delivered",
                          "35 #3 processed", "35 #4 delivered", "45 #4 processed"));
}

/// When each delivery was made, and when its message had been published, in ms.
std::vector<std::pair<int, int>> deliveries_of(TestRun& run) {
  std::vector<std::pair<int, int>> found;
  std::uint64_t seen = 0;
  auto const in_ms = [](Time time) { return static_cast<int>(in_seconds(time) * 1000.0 + 0.5); };
  run.until(1s, [&](World const& world, Event const&) {
    if (run.channel("rabbit.jobs").delivered == seen) return;
    seen = run.channel("rabbit.jobs").delivered;
    world.deliveries.for_each([&](Id, Delivery const& delivery) {
      found.emplace_back(in_ms(world.now()),
                         in_ms(world.messages[delivery.message.index].content.published));
    });
  });
  return found;
}

// RabbitMQ: "basic.reject with requeue: the broker will put it back at its original position, if
// possible"; with requeue=false it is discarded or dead-lettered.
TEST(QueueSemanticsTest, WhatFailedGoesToItsPlaceToTheTailOrNowhere) {
  auto const deliveries = [](Requeue requeue) {
    Jobs jobs({0ms, 1ms}, {work(10ms), fail()});
    jobs.to_worker->requeue = requeue;
    jobs.to_worker->max_deliveries = 2;
    TestRun run(jobs.builder);
    auto found = deliveries_of(run);
    run.result();
    EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::dead_lettered], 2U);
    return found;
  };
  EXPECT_THAT(deliveries(Requeue::place),
              ElementsAre(Pair(0, 0), Pair(10, 0), Pair(20, 1), Pair(30, 1)));
  EXPECT_THAT(deliveries(Requeue::tail),
              ElementsAre(Pair(0, 0), Pair(10, 1), Pair(20, 0), Pair(30, 1)));
  EXPECT_THAT(deliveries(Requeue::dead_letter), ElementsAre(Pair(0, 0), Pair(10, 1)));
}

TEST(QueueSemanticsTest, TheTailIsWhereOneGoesWhoseLostAcknowledgementIsNoticedLate) {
  for (Requeue const requeue : {Requeue::place, Requeue::tail}) {
    Jobs jobs({0ms, 1ms, 2ms, 3ms});
    jobs.to_worker->ack_loss = 1.0;
    jobs.to_worker->ack_timeout = 25ms;
    jobs.to_worker->max_deliveries = 2;
    jobs.to_worker->requeue = requeue;
    TestRun run(jobs.builder);
    auto const fourth = deliveries_of(run).at(3);
    EXPECT_EQ(fourth, std::pair(30, requeue == Requeue::tail ? 3 : 0));
  }
}

TEST(QueueSemanticsTest, ALostAcknowledgementIsNoticedAtOnceOrByTheTimeout) {
  for (bool const timed : {false, true}) {
    Jobs jobs({0ms});
    jobs.to_worker->ack_loss = 1.0;
    jobs.to_worker->max_deliveries = 2;
    if (timed) jobs.to_worker->ack_timeout = 25ms;
    if (timed) {
      EXPECT_THAT(jobs.lines(),
                  ElementsAre("0 #1 published", "0 #1 delivered", "10 #1 done", "10 #1 delayed",
                              "25 #1 delivered", "35 #1 dead-lettered"));
    } else {
      EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "10 #1 done",
                                            "10 #1 delivered", "20 #1 dead-lettered"));
    }
    EXPECT_EQ(jobs.account.duplicates[Setback::ack_lost], 1U);
  }
}

// RabbitMQ: a message's TTL and the queue's: "the lower value is used"; "only when expired messages
// reach the head of a queue will they actually be discarded".
TEST(QueueSemanticsTest, AMessageExpiresAtTheHeadByTheShorterOfTwoLifetimes) {
  Jobs jobs({0ms, 1ms});
  jobs.step().ttl = 5ms;
  jobs.jobs->ttl = 500ms;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "6 #2 expired", "10 #1 processed"));
}

TEST(QueueSemanticsTest, AShortLifeBehindALongOneWaitsForTheHead) {
  Jobs jobs({0ms, 1ms});
  jobs.builder.request("short", 2ms, "brief.op");
  Step brief = publish("rabbit.jobs");
  std::get<PublishStep>(brief.action).ttl = 3ms;
  jobs.builder.service("brief", {brief});
  TestRun run(jobs.builder);
  run.until(9ms);
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::expired], 0U);
  run.until(10ms);  // the one before it is delivered
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::expired], 1U);
  run.result();
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::processed], 2U);
}

TEST(QueueSemanticsTest, ADelayedMessageJoinsTheLineWhenItsDelayIsOver) {
  Jobs jobs({0ms});
  jobs.step().delay = Distribution::constant(0.03);
  TestRun run(jobs.builder);
  MessageLog log;
  run.until(1s, log);
  run.result();
  EXPECT_EQ(run.channel("rabbit.jobs").latency.max(), 0.04);
  EXPECT_EQ(run.channel("rabbit.jobs").depth.max(), 1.0);
  EXPECT_EQ(run.latency("clients"), 0ms);
}

TEST(QueueSemanticsTest, NobodyCanProcessAPoisonMessage) {
  Jobs jobs({0ms});
  jobs.step().poison = 1.0;
  jobs.to_worker->max_deliveries = 3;
  jobs.lines();
  EXPECT_EQ(jobs.account.delivered, 3U);
  EXPECT_EQ(jobs.account.fates[Fate::dead_lettered], 1U);
  EXPECT_EQ(jobs.account.fates[Fate::processed], 0U);
}

// RabbitMQ: with a dead-letter exchange what max-length drops from the head goes there.
TEST(QueueSemanticsTest, WhatIsPushedOutIsDeadLettered) {
  Jobs jobs({0ms, 1ms, 2ms});
  jobs.jobs->capacity = 1;
  jobs.jobs->when_full = Channel::WhenFull::drop_oldest;
  jobs.builder.channel("rabbit.dead");
  jobs.jobs->dead_letter = channel("rabbit.dead");
  TestRun run(jobs.builder);
  run.result();
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::dropped], 1U);
  EXPECT_EQ(run.channel("rabbit.dead").published, 1U);
}

TEST(QueueSemanticsTest, AMessageDeliveredBehindALaterOneIsCountedWithItsCause) {
  Jobs jobs({0ms, 1ms}, {work(10ms), fail()});
  jobs.worker->concurrency = 2;
  jobs.to_worker->max_deliveries = 2;
  jobs.lines();
  EXPECT_EQ(jobs.account.reordered[Setback::failure], 1U);
}

}  // namespace
}  // namespace sojourn
