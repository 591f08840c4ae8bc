/// Channels in which every subscriber has a copy, step by step.
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
using WhenFull = Channel::WhenFull;

/// Messages at the given times to `hub.news`, to which `fast.op` (1 ms each) and `slow.op` (100 ms
/// each) subscribe, one replica with one slot of each.
struct News {
  explicit News(std::vector<Duration> times, Kind kind = Kind::topic) : builder(1s) {
    builder.trace("clients", std::move(times), "front.op");
    builder.service("front", {publish("hub.news")}, unlimited);
    fast = &builder.service("fast", {work(1ms)});
    slow = &builder.service("slow", {work(100ms)});
    news = &builder.channel("hub.news");
    news->kind = kind;
    news->subscribers = {subscriber("fast.op"), subscriber("slow.op")};
  }

  ScenarioBuilder builder;
  Service* fast;
  Service* slow;
  Channel* news;
};

TEST(TopicTest, EverySubscriberGetsEveryMessageAndASlowOneHoldsUpNobodyElse) {
  News news({0ms, 1ms, 2ms});
  TestRun run(news.builder);
  run.result();
  EXPECT_EQ(run.channel("hub.news").published, 3U);
  EXPECT_EQ(run.channel("hub.news.fast.op").fates[Fate::processed], 3U);
  EXPECT_EQ(run.channel("hub.news.fast.op").latency.max(), 0.001);
  EXPECT_EQ(run.channel("hub.news.slow.op").fates[Fate::processed], 3U);
  EXPECT_EQ(run.channel("hub.news.slow.op").latency.max(), 0.298);
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 3U);
}

TEST(TopicTest, ReplicasOfOneSubscriberShareItsCopies) {
  News news({0ms, 1ms});
  news.slow->replicas = 2;
  TestRun run(news.builder);
  run.result();
  EXPECT_EQ(run.channel("hub.news.slow.op").published, 2U);
  EXPECT_EQ(run.channel("hub.news.slow.op").latency.max(), 0.1);
}

TEST(TopicTest, AFullBufferRejectsForThePublisherAndTheOthersHaveTheirCopy) {
  News news({0ms, 1ms, 2ms});
  news.news->capacity = 1;
  TestRun run(news.builder);
  run.result();
  EXPECT_EQ(run.channel("hub.news.fast.op").fates[Fate::processed], 3U);
  EXPECT_EQ(run.channel("hub.news.slow.op").fates[Fate::processed], 2U);
  EXPECT_EQ(run.channel("hub.news.slow.op").rejected, 1U);
  EXPECT_EQ(run.channel("hub.news").published, 2U);
  EXPECT_EQ(run.channel("hub.news").rejected, 1U);
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 2U);
}

TEST(TopicTest, ABufferOfItsOwnSizeDropsTheOldest) {
  News news({0ms, 1ms, 2ms, 3ms});
  news.news->when_full = WhenFull::drop_oldest;
  news.news->subscribers[1].capacity = 1;
  TestRun run(news.builder);
  MessageLog slow(1);
  run.until(1s, slow);
  run.result();
  EXPECT_THAT(slow.lines(),
              ElementsAre("0 #1 published", "0 #1 delivered", "1 #2 published", "2 #2 dropped",
                          "2 #3 published", "3 #3 dropped", "3 #4 published", "100 #1 processed",
                          "100 #4 delivered", "200 #4 processed"));
  EXPECT_EQ(run.channel("hub.news.fast.op").fates[Fate::processed], 4U);
}

TEST(TopicTest, WithBlockThePublisherWaitsForTheSlowest) {
  News news({0ms, 1ms, 2ms});
  news.news->when_full = WhenFull::block;
  news.news->capacity = 1;
  TestRun run(news.builder);
  run.until(50ms);
  EXPECT_EQ(run.workload("clients").cohort_succeeded, 2U);
  EXPECT_EQ(run.channel("hub.news.fast.op").fates[Fate::processed], 3U);
  run.result();
  EXPECT_EQ(run.workload("clients").latency.of_cohort().max(), 0.098);
}

TEST(TopicTest, WhoStartsLaterGetsWhatComesLater) {
  News news({0ms, 10ms, 20ms});
  news.news->subscribers[0].start = 15ms;
  TestRun run(news.builder);
  run.result();
  EXPECT_EQ(run.channel("hub.news.fast.op").published, 1U);
  EXPECT_EQ(run.channel("hub.news.slow.op").published, 3U);
}

TEST(TopicTest, WithoutSubscribersAMessageIsGoneAndAMandatoryOneFails) {
  for (bool const mandatory : {false, true}) {
    ScenarioBuilder builder(1s);
    builder.request("client", 0ms, "front.op");
    Step step = publish("hub.news");
    std::get<PublishStep>(step.action).mandatory = mandatory;
    builder.service("front", {step});
    builder.channel("hub.news").kind = Kind::topic;
    TestRun run(builder);
    run.result();
    EXPECT_EQ(run.channel("hub.news").unroutable, 1U);
    EXPECT_EQ(run.outcome("client"), mandatory ? Outcome::error : Outcome::success);
  }
}

// Redis: "messages are delivered at most once; if a subscriber is not able to handle the message
// (for example due to a network disconnect), the message will be lost forever".
TEST(PubSubTest, EveryReplicaThatIsThereHasACopyAndKeepsNothing) {
  News news({0ms, 10ms, 40ms}, Kind::pub_sub);
  news.fast->replicas = 2;
  news.builder.fault("gone", CrashFault{{ReplicaTarget{"fast", 1, false}}}, 5ms, 20ms);
  TestRun run(news.builder);
  run.result();
  EXPECT_EQ(run.channel("hub.news.fast.op").published, 5U);
  EXPECT_EQ(run.channel("hub.news.fast.op").fates[Fate::processed], 5U);
  EXPECT_EQ(run.channel("hub.news.slow.op").fates[Fate::processed], 3U);
}

TEST(PubSubTest, WhatWaitedForAReplicaIsLostWithIt) {
  News news({0ms, 1ms, 2ms}, Kind::pub_sub);
  news.builder.crash("slow", 50ms, 10ms);
  TestRun run(news.builder);
  run.result();
  EXPECT_EQ(run.channel("hub.news.slow.op").fates[Fate::lost], 3U);
  EXPECT_EQ(run.channel("hub.news.fast.op").fates[Fate::processed], 3U);
}

}  // namespace
}  // namespace sojourn
