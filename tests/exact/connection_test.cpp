/// Between brokers and those who publish and consume: links, partitions, heartbeats.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/jobs.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using ::testing::ElementsAre;

Distribution constant(Duration duration) { return Distribution::constant(in_seconds(duration)); }

/// Nothing passes between the broker and `service` meanwhile.
void part(Jobs& jobs, std::string const& service, Duration at, Duration length) {
  jobs.builder.fault("parted-" + service, PartitionFault{{"rabbit", service, false}}, at, length);
}

TEST(ConnectionTest, AMessageTravelsToTheBrokerAndOnToTheConsumer) {
  Jobs jobs({0ms});
  jobs.builder.link("front", "rabbit").latency = constant(3ms);
  jobs.builder.link("rabbit", "worker").latency = constant(5ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("3 #1 published", "3 #1 delivered", "18 #1 done", "23 #1 processed"))
      << "the acknowledgement travels, too";
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.006) << "and so does the broker's word";
}

TEST(ConnectionTest, ABrokerInAZoneIsAsFarAwayAsTheZone) {
  Jobs jobs({0ms});
  jobs.builder.broker("rabbit").zone = "east";
  jobs.front->zones = {"west"};
  jobs.builder.link("west", "east").latency = constant(40ms);
  jobs.lines();
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.08);
}

TEST(ConnectionTest, PayloadsTakeTheLinksBandwidth) {
  Jobs jobs({0ms, 0ms});
  jobs.step().payload = 10'000.0;
  jobs.builder.link("front", "rabbit").bandwidth = 1e6;
  jobs.lines();
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.02) << "one goes out after the other";
}

// RabbitMQ, "Consumer Acknowledgement Modes, Prefetch and Throughput": with a prefetch of one a
// consumer waits for a round trip between two messages.
TEST(ConnectionTest, AConsumersCreditComesBackWithTheAcknowledgement) {
  Jobs jobs({0ms, 0ms});
  jobs.builder.link("rabbit", "worker").latency = constant(5ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "0 #2 published", "15 #1 done",
                          "20 #1 processed", "20 #2 delivered", "35 #2 done", "40 #2 processed"));
}

TEST(ConnectionTest, AReplyTravelsOverAllFourWays) {
  Jobs jobs({0ms});
  jobs.step().reply = true;
  jobs.step().timeout = constant(500ms);
  jobs.builder.link("front", "rabbit").latency = constant(3ms);
  jobs.builder.link("rabbit", "worker").latency = constant(5ms);
  jobs.lines();
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.026);  // 3 + 5, 10, 5 + 3
}

TEST(ConnectionTest, WhatALinkLosesIsLost) {
  Jobs jobs({0ms});
  jobs.builder.link("front", "rabbit").loss = 1.0;
  jobs.step().timeout = constant(50ms);
  EXPECT_THAT(jobs.lines(), ElementsAre());
  EXPECT_EQ(jobs.clients.failure_latency.max(), 0.05);
  EXPECT_EQ(jobs.account.published, 0U);
}

TEST(ConnectionTest, WhatNobodyWaitsForIsCountedAsLost) {
  Jobs jobs({0ms});
  jobs.builder.link("front", "rabbit").loss = 1.0;
  jobs.step().confirm = false;
  jobs.lines();
  EXPECT_EQ(jobs.account.published, 1U);
  EXPECT_EQ(jobs.account.fates[Fate::lost], 1U);
}

TEST(ConnectionTest, ALostAcknowledgementIsMissedAfterTheTimeout) {
  Jobs jobs({0ms});
  jobs.builder.link("worker", "rabbit").loss = 1.0;
  jobs.builder.link("rabbit", "worker").latency = constant(1ms);
  jobs.to_worker->ack_timeout = 100ms;
  jobs.to_worker->max_deliveries = 2;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "11 #1 done",
                                        "100 #1 delivered", "111 #1 done", "200 #1 dead-lettered"));
  EXPECT_EQ(jobs.account.duplicates[Setback::ack_timeout], 1U);
}

TEST(ConnectionTest, AShortPartitionHoldsUpWhatIsSentMeanwhile) {
  Jobs jobs({0ms, 20ms, 30ms});
  part(jobs, "front", 10ms, 40ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "10 #1 processed",
                                        "50 #2 published", "50 #2 delivered", "50 #3 published",
                                        "60 #2 processed", "60 #3 delivered", "70 #3 processed"));
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.03);
}

TEST(ConnectionTest, APublisherHearsOfAnErrorWhenTheHeartbeatIsMissed) {
  Jobs jobs({20ms, 60ms});
  jobs.builder.broker("rabbit").heartbeat = 30ms;
  part(jobs, "front", 10ms, 100ms);
  EXPECT_THAT(jobs.lines(), ElementsAre());
  EXPECT_EQ(jobs.clients.cohort_failed[0], 2U);
  EXPECT_EQ(jobs.clients.failure_latency.max(), 0.02)
      << "the second at once: there is no connection";
}

TEST(ConnectionTest, WhatItsPublisherHasGivenUpWasNeverPublished) {
  Jobs jobs({20ms});
  jobs.step().timeout = constant(5ms);
  jobs.builder.broker("rabbit").heartbeat = 30ms;
  part(jobs, "front", 10ms, 100ms);
  jobs.lines();
  EXPECT_EQ(jobs.account.published, 0U);
}

TEST(ConnectionTest, WhatWasGivenUpGoesOutAllTheSameIfTheConnectionLasts) {
  Jobs jobs({20ms});
  jobs.step().timeout = constant(5ms);
  part(jobs, "front", 10ms, 100ms);
  jobs.lines();
  EXPECT_EQ(jobs.clients.cohort_succeeded, 0U);
  EXPECT_EQ(jobs.account.fates[Fate::processed], 1U);
}

TEST(ConnectionTest, WhatWasNotSentIsLostWithTheConnection) {
  Jobs jobs({20ms, 120ms});
  jobs.step().confirm = false;
  jobs.builder.broker("rabbit").heartbeat = 30ms;
  part(jobs, "front", 10ms, 100ms);
  jobs.lines();
  EXPECT_EQ(jobs.account.fates[Fate::lost], 1U);
  EXPECT_EQ(jobs.account.fates[Fate::processed], 1U);
}

// RabbitMQ, "Detecting Dead TCP Connections with Heartbeats": once heartbeats are missed the peer
// is considered unreachable and the connection is closed; what was not acknowledged is requeued.
TEST(ConnectionTest, TheBrokerGivesToOthersWhatAConsumerBehindAPartitionHolds) {
  Jobs jobs({0ms, 1ms}, {work(50ms)});
  jobs.worker->replicas = 2;
  jobs.worker->zones = {"near", "far"};
  jobs.builder.broker("rabbit").heartbeat = 100ms;
  jobs.builder.fault("parted", PartitionFault{{"rabbit", "far", false}}, 10ms, 400ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "1 #2 delivered",
                          "50 #1 processed", "51 #2 done", "110 #2 delivered", "160 #2 processed"));
  EXPECT_EQ(jobs.account.duplicates[Setback::consumer_crash], 1U);
}

TEST(ConnectionTest, AnAcknowledgementThatWasHeldUpCountsIfTheConnectionLasts) {
  Jobs jobs({0ms}, {work(50ms)});
  jobs.builder.broker("rabbit").heartbeat = 300ms;
  part(jobs, "worker", 10ms, 200ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "50 #1 done", "210 #1 processed"));
}

TEST(ConnectionTest, WhoWasCutOffConsumesAgainAfterwards) {
  Jobs jobs({20ms, 300ms});
  jobs.builder.broker("rabbit").heartbeat = 50ms;
  part(jobs, "worker", 10ms, 190ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("20 #1 published", "20 #1 delivered", "60 #1 returned",
                                        "200 #1 delivered", "210 #1 processed", "300 #2 published",
                                        "300 #2 delivered", "310 #2 processed"));
  EXPECT_EQ(jobs.arrivals, 2U) << "what was held up never arrived";
}

/// Silently, so that nobody is told.
void crash_silently(Jobs& jobs, Duration at, Duration length) {
  jobs.builder.fault("crash", CrashFault{{ReplicaTarget{"worker", 1, false}}, true}, at, length);
}

TEST(ConnectionTest, ASilentCrashOfAConsumerIsNoticedByItsHeartbeat) {
  Jobs jobs({0ms, 30ms}, {work(50ms)});
  jobs.worker->replicas = 2;
  jobs.to_worker->prefetch = 1;
  jobs.builder.broker("rabbit").heartbeat = 100ms;
  crash_silently(jobs, 10ms, 800ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "30 #2 published", "30 #2 delivered",
                          "80 #2 processed", "110 #1 delivered", "160 #1 processed"));
}

TEST(ConnectionTest, WithoutAHeartbeatItIsNoticedAtOnce) {
  Jobs jobs({0ms}, {work(50ms)});
  jobs.worker->replicas = 2;
  crash_silently(jobs, 10ms, 800ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "10 #1 delivered",
                                        "60 #1 processed"));
}

TEST(ConnectionTest, MessagesGoToADeadConsumerUntilItIsMissed) {
  Jobs jobs({20ms});
  jobs.builder.broker("rabbit").heartbeat = 100ms;
  crash_silently(jobs, 10ms, 300ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("20 #1 published", "20 #1 delivered", "110 #1 returned",
                                        "310 #1 delivered", "320 #1 processed"));
}

TEST(ConnectionTest, AConsumerThatIsBackBeforeThatIsANewOne) {
  Jobs jobs({0ms}, {work(50ms)});
  jobs.builder.broker("rabbit").heartbeat = 500ms;
  crash_silently(jobs, 10ms, 100ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "110 #1 delivered",
                                        "160 #1 processed"));
}

// Kafka: a consumer that is not heard of for session.timeout.ms is removed from its group, and its
// partitions go to others, who read on from what was committed.
TEST(ConnectionTest, AGroupDoesWithoutAMemberBehindAPartition) {
  Jobs jobs({0ms, 200ms}, {work(20ms)});
  jobs.jobs->kind = Channel::Kind::log;
  jobs.worker->replicas = 2;
  jobs.worker->zones = {"far", "near"};
  jobs.to_worker->session_timeout = 100ms;
  jobs.builder.fault("parted", PartitionFault{{"rabbit", "far", false}}, 10ms, 800ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "20 #1 done",
                                        "110 #1 delivered", "130 #1 processed", "200 #2 published",
                                        "200 #2 delivered", "220 #2 processed"));
}

TEST(ConnectionTest, ACrashInAZoneTakesItsBrokersAlong) {
  Jobs jobs({20ms, 60ms});
  jobs.builder.broker("rabbit").zone = "east";
  jobs.builder.fault("crash", CrashFault{{ZoneTarget{"east"}}, false}, 10ms, 40ms);
  jobs.lines();
  EXPECT_EQ(jobs.clients.cohort_failed[0], 1U);
  EXPECT_EQ(jobs.account.fates[Fate::processed], 1U);
}

}  // namespace
}  // namespace sojourn
