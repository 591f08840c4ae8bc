/// What publishers do until they have the broker's word: batches and retries; and messages of
/// different sizes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/jobs.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using ::testing::ElementsAre;

Distribution constant(Duration duration) { return Distribution::constant(in_seconds(duration)); }

// Kafka, "linger.ms": the producer groups together any records that arrive in between request
// transmissions; a batch is sent once it is full or has lingered so long.
TEST(ProducerTest, ABatchIsSentWhenItIsFullOrHasLingered) {
  Jobs jobs({0ms, 5ms, 10ms, 20ms}, {work(1ms)});
  jobs.step().batch = PublishBatch{3, 50ms};
  EXPECT_THAT(jobs.lines(), ElementsAre("10 #1 published", "10 #1 delivered", "10 #2 published",
                                        "10 #3 published", "11 #1 processed", "11 #2 delivered",
                                        "12 #2 processed", "12 #3 delivered", "13 #3 processed",
                                        "70 #4 published", "70 #4 delivered", "71 #4 processed"));
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.05)
      << "who waits for the broker waits for the batch";
}

TEST(ProducerTest, ABatchIsOneForTheBrokersThroughput) {
  Jobs jobs({0ms, 0ms, 0ms});
  jobs.builder.broker("rabbit").throughput = 100.0;
  jobs.step().batch = PublishBatch{3, 50ms};
  jobs.lines();
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.01);
  jobs.step().batch.reset();
  jobs.lines();
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.03);
}

TEST(ProducerTest, EachReplicaFillsABatchOfItsOwn) {
  Jobs jobs({0ms, 0ms});
  jobs.front->replicas = 2;
  jobs.step().batch = PublishBatch{2, 50ms};
  jobs.lines();
  EXPECT_EQ(jobs.clients.latency.of_cohort().min(), 0.05);
}

TEST(ProducerTest, WhatACrashedReplicaHadNotSentIsLostUnlessSomebodyWaits) {
  Jobs jobs({0ms, 100ms});
  jobs.step().confirm = false;
  jobs.step().batch = PublishBatch{10, 50ms};
  jobs.builder.crash("front", 10ms, 50ms);
  jobs.lines();
  EXPECT_EQ(jobs.account.fates[Fate::lost], 1U);
  EXPECT_EQ(jobs.account.fates[Fate::processed], 1U);
  Jobs confirmed({0ms, 100ms});
  confirmed.step().batch = PublishBatch{10, 50ms};
  confirmed.builder.crash("front", 10ms, 50ms);
  confirmed.lines();
  EXPECT_EQ(confirmed.account.published, 1U);
  EXPECT_EQ(confirmed.clients.cohort_failed[0], 1U);
}

TEST(ProducerTest, ABatchThatFindsNoBrokerFails) {
  Jobs jobs({0ms});
  jobs.step().batch = PublishBatch{10, 50ms};
  jobs.builder.crash_broker("rabbit", 10ms, 100ms);
  jobs.lines();
  EXPECT_EQ(jobs.clients.cohort_failed[0], 1U);
  EXPECT_EQ(jobs.clients.failure_latency.max(), 0.05);
}

/// Tries again 20 ms after a failure, three times in all.
void retry(Jobs& jobs) {
  Retry retry;
  retry.attempts = 3;
  retry.backoff.each = constant(20ms);
  jobs.step().retry = retry;
}

TEST(ProducerTest, APublisherTriesAgainWhereTheBrokerIsAway) {
  Jobs jobs({0ms});
  retry(jobs);
  jobs.builder.crash_broker("rabbit", 0ms, 30ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("40 #1 published", "40 #1 delivered", "50 #1 processed"));
  EXPECT_EQ(jobs.clients.latency.of_cohort().max(), 0.04);
}

TEST(ProducerTest, ItGivesUpAfterTheLastAttempt) {
  Jobs jobs({0ms});
  retry(jobs);
  jobs.builder.crash_broker("rabbit", 0ms, 900ms);
  jobs.lines();
  EXPECT_EQ(jobs.clients.failure_latency.max(), 0.04);
}

TEST(ProducerTest, AFullQueueIsTriedAgain) {
  Jobs jobs({0ms, 0ms, 0ms}, {work(15ms)});
  jobs.jobs->capacity = 1;
  retry(jobs);
  jobs.lines();
  EXPECT_EQ(jobs.account.rejected, 1U);
  EXPECT_EQ(jobs.account.fates[Fate::processed], 3U);
}

// Kafka, "retries": without enable.idempotence a retry may write a record twice: it was written,
// and only the answer came too late.
TEST(ProducerTest, WhoTimesOutAndTriesAgainMayPublishTwice) {
  Jobs jobs({0ms});
  retry(jobs);
  jobs.builder.broker("rabbit").latency = constant(30ms);
  jobs.step().timeout = constant(25ms);
  jobs.lines();
  EXPECT_EQ(jobs.clients.cohort_succeeded, 0U);
  EXPECT_EQ(jobs.account.published, 3U);
}

TEST(ProducerTest, ABudgetLimitsTheRetries) {
  Jobs jobs({0ms, 1ms, 2ms, 3ms});
  retry(jobs);
  jobs.step().retry->budget = 0.5;
  jobs.builder.crash_broker("rabbit", 0ms, 10ms);
  jobs.lines();
  EXPECT_EQ(jobs.clients.cohort_succeeded, 2U) << "every second may try again";
}

TEST(ProducerTest, APausedPublisherTriesAgainAfterThePause) {
  Jobs jobs({0ms});
  retry(jobs);
  jobs.builder.crash_broker("rabbit", 0ms, 10ms);
  jobs.builder.fault("pause", PauseFault{{ReplicaTarget{"front", 1, false}}}, 5ms, 95ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("100 #1 published", "100 #1 delivered", "110 #1 processed"));
}

// --- Bytes ---------------------------------------------------------------------------------------

// RabbitMQ, "Queue Length Limit": x-max-length-bytes counts the bodies of messages that are ready.
TEST(ProducerTest, AQueueMayBeFullByBytes) {
  Jobs jobs({0ms, 0ms, 0ms, 0ms});
  jobs.step().payload = 600.0;
  jobs.jobs->capacity_bytes = 1300;
  jobs.lines();
  EXPECT_EQ(jobs.account.rejected, 1U) << "one is being processed, two wait";
  EXPECT_EQ(jobs.account.fates[Fate::processed], 3U);
}

TEST(ProducerTest, TheOldestMakeRoomForALargeOne) {
  Jobs jobs({0ms, 0ms, 0ms, 0ms});
  jobs.step().payload = 600.0;
  jobs.jobs->capacity_bytes = 1300;
  jobs.jobs->when_full = Channel::WhenFull::drop_oldest;
  jobs.lines();
  EXPECT_EQ(jobs.account.fates[Fate::dropped], 1U);
}

TEST(ProducerTest, WhatIsLargerThanTheQueueIsRefused) {
  Jobs jobs({0ms, 0ms});
  jobs.step().payload = 600.0;
  jobs.jobs->capacity_bytes = 500;
  jobs.jobs->when_full = Channel::WhenFull::block;
  jobs.lines();
  EXPECT_EQ(jobs.account.rejected, 1U) << "the first goes to the consumer that is there";
}

// Kafka, "retention.bytes": the maximum size a partition can grow to before old segments are
// discarded.
TEST(ProducerTest, ALogKeepsSoManyBytes) {
  Jobs jobs({0ms, 0ms, 0ms, 0ms});
  jobs.step().payload = 600.0;
  jobs.jobs->kind = Channel::Kind::log;
  jobs.jobs->retention.bytes = 1300;
  TestRun run(jobs.builder);
  run.result();
  ChannelMeasures const& account = run.channel("rabbit.jobs.worker.op");
  EXPECT_EQ(account.fates[Fate::dropped], 1U);
  EXPECT_EQ(account.fates[Fate::processed], 3U);
}

}  // namespace
}  // namespace sojourn
