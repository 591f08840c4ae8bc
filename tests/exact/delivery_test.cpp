/// Deliveries, acknowledgements and repeats, step by step.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/jobs.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using testing::ElementsAre;
using Delivery = Channel::Delivery;

TEST(DeliveryTest, MessagesAreProcessedInOrderOneSlotAtATime) {
  Jobs jobs({0ms, 1ms, 2ms});
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "2 #3 published", "10 #1 processed", "10 #2 delivered",
                                        "20 #2 processed", "20 #3 delivered", "30 #3 processed"));
  EXPECT_EQ(jobs.account.latency.max(), 0.028);
  EXPECT_EQ(jobs.account.age.max(), 0.018);
  EXPECT_EQ(jobs.account.depth.max(), 3.0);
}

TEST(DeliveryTest, PrefetchLimitsWhatIsUnacknowledgedAtAReplica) {
  Jobs jobs({0ms, 1ms, 2ms});
  jobs.to_worker->prefetch = 2;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "1 #2 delivered", "2 #3 published", "10 #1 processed",
                                        "10 #3 delivered", "20 #2 processed", "30 #3 processed"));
}

TEST(DeliveryTest, ReplicasTakeTurns) {
  Jobs jobs({0ms, 1ms, 12ms, 13ms});
  jobs.worker->replicas = 2;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "1 #2 delivered", "10 #1 processed", "11 #2 processed",
                                        "12 #3 published", "12 #3 delivered", "13 #4 published",
                                        "13 #4 delivered", "22 #3 processed", "23 #4 processed"));
}

TEST(DeliveryTest, AFailedMessageTakesItsOldPlaceAtOnce) {
  Jobs jobs({0ms, 1ms}, {work(10ms), fail()});
  jobs.to_worker->max_deliveries = 2;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "10 #1 delivered", "20 #1 dead-lettered", "20 #2 delivered",
                                        "30 #2 delivered", "40 #2 dead-lettered"));
  EXPECT_EQ(jobs.account.redelivered, 2U);
  EXPECT_EQ(jobs.account.delivered, 4U);
}

TEST(DeliveryTest, RedeliveryWaitsAndKeepsTheOldPlace) {
  Jobs jobs({0ms, 1ms, 2ms}, {work(10ms), fail()});
  jobs.to_worker->redelivery.first = 15ms;
  jobs.to_worker->max_deliveries = 2;
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "2 #3 published",
                          "10 #1 delayed", "10 #2 delivered", "20 #2 delayed", "20 #3 delivered",
                          "25 #1 returned", "30 #1 delivered", "30 #3 delayed", "35 #2 returned",
                          "40 #1 dead-lettered", "40 #2 delivered", "45 #3 returned",
                          "50 #2 dead-lettered", "50 #3 delivered", "60 #3 dead-lettered"));
}

TEST(DeliveryTest, RedeliveryBacksOff) {
  Jobs jobs({0ms}, {fail()});
  jobs.to_worker->redelivery.first = 10ms;
  jobs.to_worker->redelivery.factor = 2.0;
  jobs.to_worker->redelivery.max = 30ms;
  jobs.to_worker->max_deliveries = 5;
  TestRun run(jobs.builder);
  std::vector<Duration> returns;
  run.until(1s, [&](World const& world, Event const& event) {
    if (event.kind == static_cast<std::uint16_t>(EventKind::redeliver)) {
      returns.push_back(world.now() - Time{});
    }
  });
  EXPECT_THAT(returns, ElementsAre(10ms, 30ms, 60ms, 90ms));
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::dead_lettered], 1U);
}

/// Decorrelated jitter grows from wait to wait, for messages as for calls.
TEST(DeliveryTest, DecorrelatedRedeliveryRemembersItsLastWait) {
  Jobs jobs({0ms}, {fail()});
  jobs.to_worker->redelivery.first = 1ms;
  jobs.to_worker->redelivery.jitter = Backoff::Jitter::decorrelated;
  jobs.to_worker->max_deliveries = 6;
  TestRun run(jobs.builder);
  std::vector<Time> returns{Time{}};
  run.until(1s, [&](World const& world, Event const& event) {
    if (event.kind == static_cast<std::uint16_t>(EventKind::redeliver)) {
      returns.push_back(world.now());
    }
  });
  RandomStream random = Streams(1, 0).open("rabbit.jobs/worker.op/redelivery");
  Duration previous{0};
  ASSERT_EQ(returns.size(), 6U);
  for (std::size_t i = 1; i < returns.size(); ++i) {
    Duration const wait =
        draw_backoff(jobs.to_worker->redelivery, static_cast<std::int64_t>(i), previous, random);
    EXPECT_NEAR(in_seconds(returns[i] - returns[i - 1]), in_seconds(wait), 1e-8);
    previous = wait;
  }
}

TEST(DeliveryTest, TheLastFailureGoesToTheDeadLetterChannel) {
  Jobs jobs({0ms}, {work(10ms), fail()});
  jobs.to_worker->max_deliveries = 1;
  jobs.to_worker->dead_letter = channel("rabbit.dead");
  jobs.builder.channel("rabbit.dead").subscribers.push_back(subscriber("undertaker.op"));
  jobs.builder.service("undertaker", {work(5ms)});
  TestRun run(jobs.builder);
  MessageLog living(0), dead(1);
  run.until(1s, [&](World const& world, Event const& event) {
    living(world, event);
    dead(world, event);
  });
  EXPECT_THAT(living.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "10 #1 dead-lettered"));
  EXPECT_THAT(dead.lines(), ElementsAre("10 #1 published", "10 #1 delivered", "15 #1 processed"));
  run.result();
}

TEST(DeliveryTest, AnAckTimeoutMakesADuplicate) {
  Jobs jobs({0ms}, {work(6ms)});
  jobs.worker->replicas = 2;
  jobs.to_worker->ack_timeout = 9ms;
  jobs.builder.fault("slow", SlowFault{{ReplicaTarget{"worker", unlimited, false}}, 2.0}, 0ms, 8ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "9 #1 delivered",
                                        "10 #1 done", "15 #1 processed"));
  EXPECT_EQ(jobs.account.duplicates.total(), 1U);
  EXPECT_EQ(jobs.account.redelivered, 1U);
}

TEST(DeliveryTest, WhoeverFinishesSecondHasProcessedADuplicate) {
  Jobs jobs({0ms}, {work(10ms)});
  jobs.worker->replicas = 2;
  jobs.to_worker->ack_timeout = 9ms;
  jobs.to_worker->max_deliveries = 2;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "9 #1 delivered",
                                        "10 #1 done", "18 #1 dead-lettered"));
  EXPECT_EQ(jobs.account.duplicates.total(), 1U);
  EXPECT_EQ(jobs.account.fates[Fate::processed], 0U) << "no acknowledgement was in time";
}

TEST(DeliveryTest, AtMostOnceIsAcknowledgedBeforeItIsProcessed) {
  Jobs jobs({0ms, 1ms}, {work(10ms), fail(0.5)});
  jobs.jobs->delivery = Delivery::at_most_once;
  jobs.to_worker->ack_timeout = 5ms;
  jobs.lines();
  EXPECT_EQ(jobs.account.delivered, 2U);
  EXPECT_EQ(jobs.account.redelivered, 0U) << "there is nothing to wait for";
  EXPECT_EQ(jobs.account.fates[Fate::processed] + jobs.account.fates[Fate::lost], 2U);
}

TEST(DeliveryTest, AConsumerCrashReturnsItsMessagesInOrder) {
  Jobs jobs({0ms, 1ms, 2ms, 3ms});
  jobs.to_worker->prefetch = 3;
  jobs.builder.crash("worker", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "1 #2 delivered",
                          "2 #3 published", "2 #3 delivered", "3 #4 published", "5 #1 returned",
                          "5 #2 returned", "5 #3 returned", "15 #1 delivered", "15 #2 delivered",
                          "15 #3 delivered", "25 #1 processed", "25 #4 delivered",
                          "35 #2 processed", "45 #3 processed", "55 #4 processed"));
}

TEST(DeliveryTest, AConsumerCrashLosesWhatWasAcknowledgedOnDelivery) {
  Jobs jobs({0ms, 1ms});
  jobs.jobs->delivery = Delivery::at_most_once;
  jobs.builder.crash("worker", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "5 #1 lost", "15 #2 delivered", "25 #2 processed"));
}

TEST(DeliveryTest, AnotherReplicaTakesOverAtOnce) {
  Jobs jobs({0ms});
  jobs.worker->replicas = 2;
  jobs.builder.fault("one", CrashFault{{ReplicaTarget{"worker", 1, false}}}, 5ms, 10ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "5 #1 delivered", "15 #1 processed"));
}

TEST(DeliveryTest, MaxDeliveriesCountCrashesToo) {
  Jobs jobs({0ms});
  jobs.to_worker->max_deliveries = 1;
  jobs.builder.crash("worker", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "5 #1 dead-lettered"));
}

TEST(DeliveryTest, AForwardedMessageIsAcknowledgedByItsCallee) {
  Jobs jobs({0ms, 1ms}, {work(10ms), forward("back.op")});
  jobs.builder.service("back", {work(5ms)});
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "15 #1 processed", "15 #2 delivered", "30 #2 processed"));
}

/// Forwarded to a service that is silent from 5 to 15 ms.
Jobs forwarded_into_silence() {
  Jobs jobs({0ms, 1ms}, {work(10ms), forward("back.op")});
  jobs.builder.service("back", {work(5ms)});
  jobs.builder.fault("silence", CrashFault{{ReplicaTarget{"back", unlimited, false}}, true}, 5ms,
                     10ms);
  return jobs;
}

TEST(DeliveryTest, AMessageForwardedIntoSilenceComesBackWithItsCreditAfterTheTimeout) {
  Jobs jobs = forwarded_into_silence();
  jobs.jobs->subscribers.front().ack_timeout = 50ms;
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "50 #1 delivered",
                          "65 #1 processed", "65 #2 delivered", "80 #2 processed"));
}

TEST(DeliveryTest, ItDoesSoWhenItVanishesOnArrival) {
  Jobs jobs = forwarded_into_silence();
  jobs.jobs->subscribers.front().ack_timeout = 50ms;
  jobs.builder.link("worker", "back").latency = Distribution::constant(0.001);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "50 #1 delivered",
                          "66 #1 processed", "66 #2 delivered", "82 #2 processed"));
}

TEST(DeliveryTest, ForwardedIntoSilenceAtMostOnceItIsLost) {
  Jobs jobs = forwarded_into_silence();
  jobs.jobs->delivery = Delivery::at_most_once;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "10 #1 lost", "10 #2 delivered", "25 #2 processed"));
}

TEST(DeliveryTest, AResponseAcknowledgesAndTheSlotIsHeldOn) {
  Jobs jobs({0ms, 1ms}, {work(2ms), respond(), work(8ms)});
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "2 #1 processed", "2 #2 delivered", "12 #2 processed"));
}

}  // namespace
}  // namespace sojourn
