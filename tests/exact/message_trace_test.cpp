/// Traces of single messages, from who publishes them to who processes them, worked out by hand.
#include <gtest/gtest.h>

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
  ScenarioBuilder builder(1s);
  builder.trace("users", {0ms, 1ms}, "web.op");
  builder.service("web", {publish("rabbit.jobs")});
  builder.service("worker", {work(5ms), fail()});
  Subscriber to_worker = subscriber("worker.op", 1);
  to_worker.max_deliveries = 2;
  to_worker.requeue = Subscriber::Requeue::tail;
  builder.channel("rabbit.jobs").subscribers.push_back(to_worker);
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-0 success
  server web 'web.op' 0-0 success, started at 0
    producer web 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 0-5 error, delivery 1
        server worker 'worker.op' 0-5 error, started at 0
      consumer rabbit.jobs 'deliver worker.op' 10-15 error, delivery 2, dead_lettered at 15
        server worker 'worker.op' 10-15 error, started at 10
client users 'web.op' 1-1 success
  server web 'web.op' 1-1 success, started at 1
    producer web 'publish rabbit.jobs' 1-1 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 5-10 error, delivery 1
        server worker 'worker.op' 5-10 error, started at 5
      consumer rabbit.jobs 'deliver worker.op' 15-20 error, delivery 2, dead_lettered at 20
        server worker 'worker.op' 15-20 error, started at 15
)");
}

TEST(MessageTraceTest, ABatchFollowsFromAllWhoPublishedIt) {
  ScenarioBuilder builder(1s);
  builder.trace("users", {0ms, 1ms}, "web.op");
  builder.service("web", {publish("rabbit.jobs")});
  builder.service("worker", {work(5ms)});
  Subscriber to_worker = subscriber("worker.op", 1);
  to_worker.batch = Subscriber::Batch{2, 2, std::nullopt};
  builder.channel("rabbit.jobs").subscribers.push_back(to_worker);
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-0 success
  server web 'web.op' 0-0 success, started at 0
    producer web 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 1-6 success, delivery 1, messages 2, follows trace 1
        server worker 'worker.op' 1-6 success, started at 1
client users 'web.op' 1-1 success
  server web 'web.op' 1-1 success, started at 1
    producer web 'publish rabbit.jobs' 1-1 success, attempt 1
)");
}

TEST(MessageTraceTest, APublisherThatWaitsForRoomAndOneWhoIsRefused) {
  ScenarioBuilder builder(1s);
  builder.trace("users", {0ms, 1ms, 2ms}, "web.op");
  builder.service("web", {publish_within("rabbit.jobs", 6ms)}, 3);
  builder.service("worker", {work(5ms)});
  Channel& jobs = builder.channel("rabbit.jobs");
  jobs.subscribers.push_back(subscriber("worker.op", 1));
  jobs.capacity = 1;
  jobs.when_full = Channel::WhenFull::block;
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-0 success
  server web 'web.op' 0-0 success, started at 0
    producer web 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 0-5 success, delivery 1
        server worker 'worker.op' 0-5 success, started at 0
client users 'web.op' 1-1 success
  server web 'web.op' 1-1 success, started at 1
    producer web 'publish rabbit.jobs' 1-1 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 5-10 success, delivery 1
        server worker 'worker.op' 5-10 success, started at 5
client users 'web.op' 2-5 success
  server web 'web.op' 2-5 success, started at 2
    producer web 'publish rabbit.jobs' 2-5 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 10-15 success, delivery 1
        server worker 'worker.op' 10-15 success, started at 10
)");
}

TEST(MessageTraceTest, MessagesThatNobodyGets) {
  ScenarioBuilder builder(1s);
  builder.trace("users", {0ms, 1ms, 2ms, 40ms}, "web.op");
  builder.service("web", {publish("rabbit.jobs", false)});
  builder.service("worker", {work(20ms)});
  Channel& jobs = builder.channel("rabbit.jobs");
  jobs.subscribers.push_back(subscriber("worker.op", 1));
  jobs.capacity = 1;
  jobs.ttl = 5ms;
  jobs.when_full = Channel::WhenFull::drop_newest;
  builder.crash_broker("rabbit", 30ms, 20ms);
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-0 success
  server web 'web.op' 0-0 success, started at 0
    producer web 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 0-20 success, delivery 1
        server worker 'worker.op' 0-20 success, started at 0
client users 'web.op' 1-1 success
  server web 'web.op' 1-1 success, started at 1
    producer web 'publish rabbit.jobs' 1-1 success, attempt 1, expired at 6
client users 'web.op' 2-2 success
  server web 'web.op' 2-2 success, started at 2
    producer web 'publish rabbit.jobs' 2-2 success, attempt 1, dropped at 2
client users 'web.op' 40-40 success
  server web 'web.op' 40-40 success, started at 40
    producer web 'publish rabbit.jobs' 40-40 success, attempt 1, lost at 40
)");
}

TEST(MessageTraceTest, WhoPushesAnotherOutIsNotTakenForHim) {
  ScenarioBuilder builder(1s);
  builder.trace("users", {0ms, 1ms, 2ms}, "web.op");
  builder.service("web", {publish("rabbit.jobs")});
  builder.service("worker", {work(20ms)});
  builder.service("undertaker", {work(3ms)});
  Channel& jobs = builder.channel("rabbit.jobs");
  jobs.subscribers.push_back(subscriber("worker.op", 1));
  jobs.capacity = 1;
  jobs.when_full = Channel::WhenFull::drop_oldest;
  jobs.dead_letter = channel("rabbit.dead");
  builder.channel("rabbit.dead").subscribers.push_back(subscriber("undertaker.op"));
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-0 success
  server web 'web.op' 0-0 success, started at 0
    producer web 'publish rabbit.jobs' 0-0 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 0-20 success, delivery 1
        server worker 'worker.op' 0-20 success, started at 0
client users 'web.op' 1-1 success
  server web 'web.op' 1-1 success, started at 1
    producer web 'publish rabbit.jobs' 1-1 success, attempt 1, dropped at 2
      consumer rabbit.dead 'deliver undertaker.op' 2-5 success, delivery 1
        server undertaker 'undertaker.op' 2-5 success, started at 2
client users 'web.op' 2-2 success
  server web 'web.op' 2-2 success, started at 2
    producer web 'publish rabbit.jobs' 2-2 success, attempt 1
      consumer rabbit.jobs 'deliver worker.op' 20-40 success, delivery 1
        server worker 'worker.op' 20-40 success, started at 20
)");
}

TEST(MessageTraceTest, APublisherTriesAgain) {
  ScenarioBuilder builder(1s);
  builder.request("users", 0ms, "web.op");
  Step step = publish("rabbit.jobs");
  std::get<PublishStep>(step.action).retry = retry(2, 5ms);
  builder.service("web", {work(1ms), step});
  builder.service("worker", {work(2ms)});
  builder.channel("rabbit.jobs").subscribers.push_back(subscriber("worker.op"));
  builder.crash_broker("rabbit", 0ms, 4ms);
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-6 success
  server web 'web.op' 0-6 success, started at 0
    producer web 'publish rabbit.jobs' 1-1 error, attempt 1
    producer web 'publish rabbit.jobs' 6-6 success, attempt 2
      consumer rabbit.jobs 'deliver worker.op' 6-8 success, delivery 1
        server worker 'worker.op' 6-8 success, started at 6
)");
}

TEST(MessageTraceTest, ADeliveryThatTakesTooLongIsDoneTwice) {
  ScenarioBuilder builder(1s);
  builder.request("users", 0ms, "web.op");
  builder.service("web", {publish("rabbit.jobs")});
  builder.service("worker", {work(10ms)}, 2);
  Subscriber to_worker = subscriber("worker.op", 2);
  to_worker.ack_timeout = 6ms;
  to_worker.max_deliveries = 2;
  builder.channel("rabbit.jobs").subscribers.push_back(to_worker);
  EXPECT_EQ(outline_of(builder), R"(
client users 'web.op' 0-0 success
  server web 'web.op' 0-0 success, started at 0
    producer web 'publish rabbit.jobs' 0-0 success, attempt 1
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
