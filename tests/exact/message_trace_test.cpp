/// Traces of single messages, from who publishes them to who processes them, worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/jobs.h"
#include "tests/support/outline.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

TEST(MessageTraceTest, AMessageThatFailsTwice) {
  ScenarioBuilder builder(1s);
  builder.request("users", 0ms, "web.op");
  builder.service("web", {work(2ms), publish("rabbit.jobs"), work(1ms)});
  builder.service("worker", {work(5ms), fail()});
  builder.service("undertaker", {work(1ms)});
  builder.broker("rabbit").latency = Distribution::constant(0.001);
  Subscriber to_worker = subscriber("worker.op");
  to_worker.max_deliveries = 2;
  to_worker.redelivery.first = 10ms;
  to_worker.dead_letter = channel("rabbit.dead");
  builder.channel("rabbit.jobs").subscribers.push_back(to_worker);
  builder.channel("rabbit.dead").subscribers.push_back(subscriber("undertaker.op"));
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-4 success
  server web 'web.op' 0-4 success, started at 0
    producer web 'publish rabbit.jobs' 2-3 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 3-9 error, delivery 1
        server worker 'worker.op' 4-9 error, started at 4
      consumer rabbit.jobs 'deliver worker.op' 19-25 error, delivery 2, dead_lettered at 25
        server worker 'worker.op' 20-25 error, started at 20
        consumer rabbit.dead 'deliver undertaker.op' 25-27 success, delivery 1
          server undertaker 'undertaker.op' 26-27 success, started at 26
)");
}

TEST(MessageTraceTest, AMessageThatGoesToTheTailKeepsItsTrace) {
  Jobs jobs({0ms, 1ms}, {work(5ms), fail()});
  jobs.to_worker->max_deliveries = 2;
  jobs.to_worker->requeue = Subscriber::Requeue::tail;
  EXPECT_EQ(outline_of(jobs.builder), R"(
client clients 'front.op' 0-0 success
  server front 'front.op' 0-0 success, started at 0
    producer front 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 0-5 error, delivery 1
        server worker 'worker.op' 0-5 error, started at 0
      consumer rabbit.jobs 'deliver worker.op' 10-15 error, delivery 2, dead_lettered at 15
        server worker 'worker.op' 10-15 error, started at 10
client clients 'front.op' 1-1 success
  server front 'front.op' 1-1 success, started at 1
    producer front 'publish rabbit.jobs' 1-1 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 5-10 error, delivery 1
        server worker 'worker.op' 5-10 error, started at 5
      consumer rabbit.jobs 'deliver worker.op' 15-20 error, delivery 2, dead_lettered at 20
        server worker 'worker.op' 15-20 error, started at 15
)");
}

TEST(MessageTraceTest, ABatchFollowsFromAllWhoPublishedIt) {
  Jobs jobs({0ms, 1ms}, {work(5ms)});
  jobs.to_worker->batch = Subscriber::Batch{2, 2, std::nullopt};
  EXPECT_EQ(outline_of(jobs.builder), R"(
client clients 'front.op' 0-0 success
  server front 'front.op' 0-0 success, started at 0
    producer front 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 1-6 success, delivery 1, messages 2, follows trace 1
        server worker 'worker.op' 1-6 success, started at 1
client clients 'front.op' 1-1 success
  server front 'front.op' 1-1 success, started at 1
    producer front 'publish rabbit.jobs' 1-1 success, attempt 1
)");
}

TEST(MessageTraceTest, APublisherThatWaitsForRoomAndOneWhoIsRefused) {
  Jobs jobs({0ms, 1ms, 2ms}, {work(5ms)});
  jobs.step().timeout = Distribution::constant(0.006);
  jobs.jobs->capacity = 1;
  jobs.jobs->when_full = Channel::WhenFull::block;
  EXPECT_EQ(outline_of(jobs.builder), R"(
client clients 'front.op' 0-0 success
  server front 'front.op' 0-0 success, started at 0
    producer front 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 0-5 success, delivery 1
        server worker 'worker.op' 0-5 success, started at 0
client clients 'front.op' 1-1 success
  server front 'front.op' 1-1 success, started at 1
    producer front 'publish rabbit.jobs' 1-1 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 5-10 success, delivery 1
        server worker 'worker.op' 5-10 success, started at 5
client clients 'front.op' 2-5 success
  server front 'front.op' 2-5 success, started at 2
    producer front 'publish rabbit.jobs' 2-5 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 10-15 success, delivery 1
        server worker 'worker.op' 10-15 success, started at 10
)");
}

TEST(MessageTraceTest, MessagesThatNobodyGets) {
  Jobs jobs({0ms, 1ms, 2ms, 40ms}, {work(20ms)});
  jobs.step().confirm = false;
  jobs.jobs->capacity = 1;
  jobs.jobs->ttl = 5ms;
  jobs.jobs->when_full = Channel::WhenFull::drop_newest;
  jobs.builder.crash_broker("rabbit", 30ms, 20ms);
  EXPECT_EQ(outline_of(jobs.builder), R"(
client clients 'front.op' 0-0 success
  server front 'front.op' 0-0 success, started at 0
    producer front 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 0-20 success, delivery 1
        server worker 'worker.op' 0-20 success, started at 0
client clients 'front.op' 1-1 success
  server front 'front.op' 1-1 success, started at 1
    producer front 'publish rabbit.jobs' 1-1 success, attempt 1, expired at 6
client clients 'front.op' 2-2 success
  server front 'front.op' 2-2 success, started at 2
    producer front 'publish rabbit.jobs' 2-2 success, attempt 1, dropped at 2
client clients 'front.op' 40-40 success
  server front 'front.op' 40-40 success, started at 40
    producer front 'publish rabbit.jobs' 40-40 success, attempt 1, lost at 40
)");
}

TEST(MessageTraceTest, WhoPushesAnotherOutIsNotTakenForHim) {
  Jobs jobs({0ms, 1ms, 2ms}, {work(20ms)});
  jobs.jobs->capacity = 1;
  jobs.jobs->when_full = Channel::WhenFull::drop_oldest;
  jobs.jobs->dead_letter = channel("rabbit.dead");
  jobs.builder.service("undertaker", {work(3ms)});
  jobs.builder.channel("rabbit.dead").subscribers.push_back(subscriber("undertaker.op"));
  EXPECT_EQ(outline_of(jobs.builder), R"(
client clients 'front.op' 0-0 success
  server front 'front.op' 0-0 success, started at 0
    producer front 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 0-20 success, delivery 1
        server worker 'worker.op' 0-20 success, started at 0
client clients 'front.op' 1-1 success
  server front 'front.op' 1-1 success, started at 1
    producer front 'publish rabbit.jobs' 1-1 success, attempt 1, dropped at 2
      consumer rabbit.dead 'deliver undertaker.op' 2-5 success, delivery 1
        server undertaker 'undertaker.op' 2-5 success, started at 2
client clients 'front.op' 2-2 success
  server front 'front.op' 2-2 success, started at 2
    producer front 'publish rabbit.jobs' 2-2 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 20-40 success, delivery 1
        server worker 'worker.op' 20-40 success, started at 20
)");
}

TEST(MessageTraceTest, APublisherTriesAgain) {
  Jobs jobs({1ms}, {work(2ms)});
  jobs.step().retry = retry(2, 5ms);
  jobs.builder.crash_broker("rabbit", 0ms, 4ms);
  EXPECT_EQ(outline_of(jobs.builder), R"(
client clients 'front.op' 1-6 success
  server front 'front.op' 1-6 success, started at 1
    producer front 'publish rabbit.jobs' 1-1 error, attempt 1
    producer front 'publish rabbit.jobs' 6-6 success, attempt 2
      consumer rabbit.jobs 'deliver worker.op' 6-8 success, delivery 1
        server worker 'worker.op' 6-8 success, started at 6
)");
}

TEST(MessageTraceTest, ADeliveryThatTakesTooLongIsDoneTwice) {
  Jobs jobs({0ms});
  jobs.worker->concurrency = 2;
  jobs.to_worker->ack_timeout = 6ms;
  jobs.to_worker->max_deliveries = 2;
  EXPECT_EQ(outline_of(jobs.builder), R"(
client clients 'front.op' 0-0 success
  server front 'front.op' 0-0 success, started at 0
    producer front 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 0-10 success, delivery 1
        server worker 'worker.op' 0-10 success, started at 0
      consumer rabbit.jobs 'deliver worker.op' 6-16 success, delivery 2, dead_lettered at 12
        server worker 'worker.op' 6-16 success, started at 6
)");
}

TEST(MessageTraceTest, ACopyForEachSubscriberOfATopic) {
  ScenarioBuilder builder(1s);
  builder.request("users", 0ms, "web.op");
  builder.service("web", {publish("rabbit.news", false), work(2ms)});
  builder.service("one", {work(5ms)});
  builder.service("other", {work(7ms)});
  Channel& news = builder.channel("rabbit.news");
  news.kind = Channel::Kind::topic;
  news.subscribers = {subscriber("one.op"), subscriber("other.op")};
  builder.broker("rabbit").latency = Distribution::constant(0.001);
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-2 success
  server web 'web.op' 0-2 success, started at 0
    producer web 'publish rabbit.news' 0-0 success, attempt 1
      consumer rabbit.news 'deliver one.op' 1-7 success, delivery 1
        server one 'one.op' 2-7 success, started at 2
      consumer rabbit.news 'deliver other.op' 1-9 success, delivery 1
        server other 'other.op' 2-9 success, started at 2
)");
}

}  // namespace
}  // namespace sojourn
