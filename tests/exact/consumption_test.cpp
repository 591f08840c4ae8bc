/// When messages are taken: batches, polls, late starts; and what a crash of the broker does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/jobs.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using testing::ElementsAre;
using Delivery = Channel::Delivery;

// --- Batches, polls, starts ----------------------------------------------------------------------

TEST(ConsumptionTest, ABatchWaitsForEnough) {
  Jobs jobs({0ms, 1ms, 2ms, 3ms});
  jobs.to_worker->batch = {3, 5, {}};
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "1 #2 published", "2 #1 delivered", "2 #2 delivered",
                          "2 #3 published", "2 #3 delivered", "3 #4 published", "12 #1 processed",
                          "12 #2 processed", "12 #3 processed"));
  EXPECT_EQ(jobs.arrivals, 1U) << "one processing";
  EXPECT_EQ(jobs.account.depth.level(), 1.0) << "the fourth waits for ever";
}

TEST(ConsumptionTest, ABatchGoesWhenItsOldestHasWaitedLongEnough) {
  Jobs jobs({0ms, 1ms, 2ms, 4ms, 30ms});
  jobs.to_worker->batch = {3, 3, Duration(20ms)};
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "1 #2 published", "2 #1 delivered",
                                        "2 #2 delivered", "2 #3 published", "2 #3 delivered",
                                        "4 #4 published", "12 #1 processed", "12 #2 processed",
                                        "12 #3 processed", "24 #4 delivered", "30 #5 published",
                                        "34 #4 processed", "50 #5 delivered", "60 #5 processed"));
}

TEST(ConsumptionTest, ABatchTakesNoMoreThanItsMost) {
  Jobs jobs({0ms, 1ms, 1ms, 1ms});
  jobs.to_worker->batch = {1, 2, {}};
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "1 #3 published", "1 #4 published", "10 #1 processed",
                                        "10 #2 delivered", "10 #3 delivered", "20 #2 processed",
                                        "20 #3 processed", "20 #4 delivered", "30 #4 processed"));
}

TEST(ConsumptionTest, ABatchThatFailsFailsAltogether) {
  Jobs jobs({0ms, 0ms}, {work(10ms), fail()});
  jobs.to_worker->batch = {2, 2, {}};
  jobs.to_worker->max_deliveries = 2;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "0 #2 published",
                                        "0 #2 delivered", "10 #1 delivered", "10 #2 delivered",
                                        "20 #1 dead-lettered", "20 #2 dead-lettered"));
}

TEST(ConsumptionTest, PollsComeAtTheirInterval) {
  Jobs jobs({1ms, 2ms, 3ms});
  jobs.to_worker->poll = 8ms;
  jobs.to_worker->prefetch = 2;
  EXPECT_THAT(jobs.lines(), ElementsAre("1 #1 published", "2 #2 published", "3 #3 published",
                                        "8 #1 delivered", "8 #2 delivered", "18 #1 processed",
                                        "24 #3 delivered", "28 #2 processed", "38 #3 processed"));
}

TEST(ConsumptionTest, APollTakesABatchHoweverSmall) {
  Jobs jobs({1ms, 2ms, 20ms});
  jobs.to_worker->poll = 8ms;
  jobs.to_worker->batch = {5, 5, {}};
  EXPECT_THAT(jobs.lines(), ElementsAre("1 #1 published", "2 #2 published", "8 #1 delivered",
                                        "8 #2 delivered", "18 #1 processed", "18 #2 processed",
                                        "20 #3 published", "24 #3 delivered", "34 #3 processed"));
}

TEST(ConsumptionTest, APausedReplicaPollsNothing) {
  Jobs jobs({1ms});
  jobs.to_worker->poll = 8ms;
  jobs.worker->replicas = 2;
  jobs.builder.fault("pause", PauseFault{{ReplicaTarget{"worker", unlimited, false}}}, 5ms, 12ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("1 #1 published", "24 #1 delivered", "34 #1 processed"));
}

TEST(ConsumptionTest, ASubscriptionStartsAtItsTime) {
  Jobs jobs({0ms, 7ms});
  jobs.to_worker->start = 5ms;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "5 #1 delivered", "7 #2 published",
                                        "15 #1 processed", "15 #2 delivered", "25 #2 processed"));
}

TEST(ConsumptionTest, PollsCountFromTheStart) {
  Jobs jobs({0ms});
  jobs.to_worker->start = 5ms;
  jobs.to_worker->poll = 4ms;
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "9 #1 delivered", "19 #1 processed"));
}

TEST(ConsumptionTest, SubscribersCompete) {
  Jobs jobs({0ms, 1ms, 2ms, 3ms});
  jobs.builder.service("other", {work(4ms)});
  jobs.jobs->subscribers.push_back(subscriber("other.op"));
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "1 #2 delivered", "2 #3 published", "3 #4 published",
                                        "5 #2 processed", "5 #3 delivered", "9 #3 processed",
                                        "9 #4 delivered", "10 #1 processed", "13 #4 processed"));
}

// --- Crashes of the broker -----------------------------------------------------------------------

TEST(ConsumptionTest, ADurableChannelTakesBackWhatWasNotAcknowledged) {
  Jobs jobs({0ms, 1ms, 8ms});
  jobs.jobs->durable = true;
  jobs.builder.crash_broker("rabbit", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "5 #1 returned", "10 #1 done", "15 #1 delivered",
                                        "25 #1 processed", "25 #2 delivered", "35 #2 processed"));
  EXPECT_EQ(jobs.account.duplicates.total(), 1U);
  EXPECT_EQ(jobs.clients.cohort_failed[cause_index(Outcome::error)], 1U) << "at 8 ms it was down";
}

TEST(ConsumptionTest, ExactlyOnceRecognisesWhatItHasProcessed) {
  Jobs jobs({0ms, 1ms});
  jobs.jobs->durable = true;
  jobs.jobs->delivery = Delivery::exactly_once;
  jobs.builder.crash_broker("rabbit", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "5 #1 returned",
                          "10 #1 done", "15 #1 processed", "15 #2 delivered", "25 #2 processed"));
  EXPECT_EQ(jobs.account.duplicates.total(), 0U);
  EXPECT_EQ(jobs.arrivals, 2U) << "the repeat was not processed";
}

/// Three messages are processed in vain while the broker is down, and come again.
TEST(ConsumptionTest, WhatABoundedMemoryHasForgottenIsProcessedAgain) {
  for (std::uint64_t const memory : {1U, 2U, 3U}) {
    Jobs jobs({0ms, 0ms, 0ms});
    jobs.jobs->delivery = Delivery::exactly_once;
    jobs.jobs->memory = static_cast<Limit>(memory);
    jobs.jobs->durable = true;
    jobs.worker->concurrency = 3;
    jobs.builder.crash_broker("rabbit", 5ms, 10ms);
    jobs.lines();
    EXPECT_EQ(jobs.account.duplicates.total(), 3 - memory);
  }
}

TEST(ConsumptionTest, ATransientChannelLosesAllButWhatIsBeingProcessed) {
  Jobs jobs({0ms, 1ms, 20ms});
  jobs.builder.crash_broker("rabbit", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "5 #2 lost", "5 #1 orphaned", "10 #1 processed",
                                        "20 #3 published", "20 #3 delivered", "30 #3 processed"));
}

TEST(ConsumptionTest, WhatFailsWhileItsBrokerHasForgottenItIsLost) {
  Jobs jobs({0ms}, {work(10ms), fail()});
  jobs.builder.crash_broker("rabbit", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "5 #1 orphaned", "10 #1 lost"));
}

TEST(ConsumptionTest, AtMostOnceDoesNotCareWhatBecomesOfTheBroker) {
  Jobs jobs({0ms, 1ms});
  jobs.jobs->durable = true;
  jobs.jobs->delivery = Delivery::at_most_once;
  jobs.builder.crash_broker("rabbit", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published",
                                        "10 #1 processed", "15 #2 delivered", "25 #2 processed"));
}

TEST(ConsumptionTest, BlockedPublishersAndMessagesOnTheirWayFailWithTheBroker) {
  ScenarioBuilder builder(1s);
  builder.request("fills", 0ms, "front.op");
  builder.request("blocked", 1ms, "front.op");
  builder.request("on_its_way", 3ms, "front.op");
  builder.request("unconfirmed", 3ms, "careless.op");
  builder.service("front", {publish("rabbit.jobs")}, unlimited);
  builder.service("careless", {publish("rabbit.jobs", false)}, unlimited);
  builder.broker("rabbit").latency = Distribution::constant(0.003);
  Channel& jobs = builder.channel("rabbit.jobs");
  jobs.capacity = 1;
  jobs.when_full = Channel::WhenFull::block;
  builder.crash_broker("rabbit", 5ms, 10ms);
  TestRun run(builder);
  run.result();
  EXPECT_EQ(run.latency("fills"), 3ms);
  EXPECT_EQ(run.outcome("blocked"), Outcome::error);
  EXPECT_EQ(run.latency("blocked"), 4ms);
  EXPECT_EQ(run.outcome("on_its_way"), Outcome::error);
  EXPECT_EQ(run.outcome("unconfirmed"), Outcome::success);
  EXPECT_EQ(run.channel("rabbit.jobs").published, 2U);
  EXPECT_EQ(run.channel("rabbit.jobs").fates[Fate::lost], 2U)
      << "what it held, and the unconfirmed one";
}

TEST(ConsumptionTest, ADeliveryOnItsWayNeverArrives) {
  Jobs jobs({0ms});
  jobs.jobs->durable = true;
  jobs.builder.broker("rabbit").latency = Distribution::constant(0.003);
  jobs.builder.crash_broker("rabbit", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(), ElementsAre("3 #1 published", "3 #1 delivered", "5 #1 returned",
                                        "15 #1 delivered", "28 #1 processed"));
  EXPECT_EQ(jobs.arrivals, 1U);
}

TEST(ConsumptionTest, WhatIsTooOldWhenTheBrokerIsBackExpiresFirst) {
  Jobs jobs({0ms, 1ms, 4ms});
  jobs.jobs->durable = true;
  jobs.jobs->ttl = 12ms;
  jobs.builder.crash_broker("rabbit", 5ms, 10ms);
  EXPECT_THAT(jobs.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "4 #3 published",
                          "5 #1 returned", "10 #1 done", "15 #1 expired", "15 #2 expired",
                          "15 #3 delivered", "25 #3 processed"));
}

}  // namespace
}  // namespace sojourn
