/// Requests that wait for one another for ever are found, and nobody else is taken for one of them.
#include "models/deadlock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

RunResult simulated(ScenarioBuilder const& builder) {
  Watch watch;
  return simulate(*compile(builder.build()), Streams(1, 0), watch);
}

Standstill standstill(ScenarioBuilder const& builder, Duration at) {
  return find_standstill(TestRun(builder).until(at).world());
}

CallOptions at_most(std::int64_t calls) {
  CallOptions options;
  options.limit = CallLimit{calls, /*waits=*/true};
  return options;
}

/// Two services with one slot each that call each other: each request holds one and needs both.
ScenarioBuilder two_that_call_each_other(CallOptions const& options = {}) {
  ScenarioBuilder made(10s);
  made.trace("left", {0ms, 100ms}, "web.op");
  made.trace("right", {0ms, 100ms}, "api.op");
  made.service("web", {work(10ms), call("api.leaf", options)}).operations.push_back({"leaf", {}});
  made.service("api", {work(10ms), call("web.leaf", options)}).operations.push_back({"leaf", {}});
  return made;
}

TEST(DeadlockTest, TwoServicesThatCallEachOtherAreNamed) {
  Standstill const found = standstill(two_that_call_each_other(), 1s);
  EXPECT_THAT(found.activities, SizeIs(6));
  EXPECT_TRUE(found.takes_a_service);
  EXPECT_EQ(found.cycle,
            "web.op holds a slot of web and waits for a reply of api.leaf, which waits for a slot "
            "of api; api.op holds a slot of api and waits for a reply of web.leaf, which waits for "
            "a slot of web");
}

TEST(DeadlockTest, ARunThatIsStuckEndsWithWhatItHasMeasured) {
  RunResult const result = simulated(two_that_call_each_other());
  EXPECT_THAT(result.error, AllOf(HasSubstr("deadlock at 0."), HasSubstr("web.op holds a slot"),
                                  HasSubstr("(6 requests are stuck for ever)")));
  EXPECT_FALSE(result.complete);
  EXPECT_LT(result.simulated, 1.0);
  EXPECT_FALSE(result.values.empty());
}

TEST(DeadlockTest, NothingIsStuckBeforeTheCircleIsClosed) {
  EXPECT_THAT(standstill(two_that_call_each_other(), 5ms).activities, SizeIs(0));
}

TEST(DeadlockTest, ATimeoutOpensTheCircle) {
  EXPECT_THAT(standstill(two_that_call_each_other(within(3s)), 1s).activities, SizeIs(0));
  EXPECT_EQ(simulated(two_that_call_each_other(within(3s))).error, "");
}

TEST(DeadlockTest, AClientsTimeoutDoesNot) {
  ScenarioBuilder builder(10s);
  Workload& clients = builder.trace("clients", {0ms, 20ms, 40ms}, "web.op");
  clients.options = within(100ms);
  builder.service("web", {call("api.op")}).operations.push_back({"leaf", {}});
  builder.service("api", {work(50ms), call("web.leaf")});
  EXPECT_THAT(standstill(builder, 1s).activities, SizeIs(5));
  clients.options.cancel = true;
  EXPECT_THAT(standstill(builder, 90ms).activities, SizeIs(0));
}

TEST(DeadlockTest, AWordToStopThatIsOnItsWayOpensTheCircle) {
  ScenarioBuilder builder(10s);
  builder.link("clients", "web").latency = Distribution::constant(0.02);
  Workload& clients = builder.trace("clients", {0ms, 20ms, 40ms}, "web.op");
  clients.options = within(100ms);
  clients.options.cancel = true;
  builder.service("web", {call("api.op")}).operations.push_back({"leaf", {}});
  builder.service("api", {work(50ms), call("web.leaf")});
  EXPECT_THAT(standstill(builder, 110ms).activities, SizeIs(0)) << "the first is told at 120 ms";
}

TEST(DeadlockTest, PatienceFreesWhoWaitsButNotWhoHolds) {
  ScenarioBuilder builder = two_that_call_each_other();
  builder.request("late", 200ms, "web.op").patience = Distribution::constant(5.0);
  TestRun run(builder);
  // Both clients without patience are stuck, and the one with it is not.
  EXPECT_THAT(find_standstill(run.until(1s).world()).activities, SizeIs(6));
  EXPECT_EQ(run.replica("web").line.size(), 3U);
}

/// Two requests that take two pools in opposite order.
ScenarioBuilder dining(std::int64_t forks) {
  ScenarioBuilder made(10s);
  Service& table = made.service("table", {use("left", {wait(5ms), use("right", {work(5ms)})})},
                                /*concurrency=*/4);
  table.operations.push_back({"other", {use("right", {wait(5ms), use("left", {work(5ms)})})}});
  table.pools = {{"left", forks}, {"right", forks}};
  made.request("one", 0ms, "table.op");
  made.request("two", 1ms, "table.other");
  return made;
}

TEST(DeadlockTest, PoolsTakenInOppositeOrder) {
  Standstill const found = standstill(dining(1), 1s);
  EXPECT_EQ(found.cycle,
            "table.op holds a slot of table and one of 'left' of table and waits for one of "
            "'right' of table; table.other holds a slot of table and one of 'right' of table and "
            "waits for one of 'left' of table");
  EXPECT_FALSE(found.takes_a_service);
  // There are free slots, but nothing more is to come.
  EXPECT_THAT(simulated(dining(1)).error, HasSubstr("(2 requests are stuck for ever)"));
  EXPECT_THAT(standstill(dining(2), 6ms).activities, SizeIs(0));
}

TEST(DeadlockTest, AServiceThatStillServesOthersGoesOn) {
  ScenarioBuilder builder = dining(1);
  builder.service("door", {work(1ms)});
  builder.open("walkers", 100ms, "door.op");
  EXPECT_THAT(standstill(builder, 1s).activities, SizeIs(2));
  RunResult const result = simulated(builder);
  EXPECT_EQ(result.error, "");
  EXPECT_TRUE(result.complete);
}

TEST(DeadlockTest, ABranchThatNeedsWhatItsRequestHolds) {
  auto const with = [](std::int64_t size) {
    ScenarioBuilder made(10s);
    made.request("client", 0ms, "web.op");
    made.service("web", {use("db", {parallel({{use("db", {work(5ms)})}, {work(1ms)}}, 2)})})
        .pools = {{"db", size}};
    return made;
  };
  EXPECT_EQ(standstill(with(1), 1s).cycle,
            "web.op holds a slot of web and one of 'db' of web and waits for a branch of its own, "
            "which waits for one of 'db' of web");
  EXPECT_THAT(standstill(with(2), 2ms).activities, SizeIs(0));
}

TEST(DeadlockTest, AnotherBranchIsEnough) {
  ScenarioBuilder builder(10s);
  builder.request("client", 0ms, "web.op");
  builder.service("web", {use("db", {parallel({{use("db", {work(5ms)})}, {work(1s)}}, 1)})})
      .pools = {{"db", 1}};
  EXPECT_THAT(standstill(builder, 500ms).activities, SizeIs(0));
}

TEST(DeadlockTest, ABulkheadThatTheCalleeNeedsToo) {
  // The only call that the limit allows leads back to it.
  ScenarioBuilder builder(10s);
  builder.request("client", 0ms, "web.op");
  builder.service("web", {call("api.op", at_most(1))}, /*concurrency=*/5);
  builder.service("api", {work(1ms), call("web.op")}, /*concurrency=*/5);
  EXPECT_EQ(standstill(builder, 1s).cycle,
            "api.op holds a slot of api and waits for a reply of web.op, which holds a slot of web "
            "and waits for a place within the limit of web.op.api.op");
}

TEST(DeadlockTest, AServicesLimitThatTheCalleeNeedsToo) {
  ScenarioBuilder builder(10s);
  builder.request("client", 0ms, "web.op");
  Service& web = builder.service("web", {call("api.op")}, /*concurrency=*/5);
  web.operations.push_back({"leaf", {work(1ms)}});
  web.limit = AdmissionLimit{ConcurrencyLimit{1}, /*waits=*/true};
  builder.service("api", {work(1ms), call("web.leaf")}, /*concurrency=*/5);
  EXPECT_EQ(standstill(builder, 1s).cycle,
            "web.op holds a slot of web and waits for a reply of api.op, which holds a slot of api "
            "and waits for a reply of web.leaf, which waits for a place within the limit of web");
  web.limit = AdmissionLimit{RateLimit{0.1, 1}, /*waits=*/true};
  EXPECT_THAT(standstill(builder, 1s).activities, SizeIs(0));
}

/// The consumer of a channel publishes to it again, and the channel is full.
ScenarioBuilder publisher_of_its_own() {
  ScenarioBuilder made(10s);
  made.trace("clients", {0ms, 1ms, 2ms}, "web.op");
  made.service("web", {publish("b.c")}, /*concurrency=*/4);
  made.service("worker", {work(10ms), publish("b.c")});
  Channel& channel = made.channel("b.c");
  channel.capacity = 1;
  channel.when_full = Channel::WhenFull::block;
  channel.subscribers.push_back(subscriber("worker.op", 1));
  return made;
}

TEST(DeadlockTest, APublisherBlockedByItsOwnMessages) {
  EXPECT_EQ(standstill(publisher_of_its_own(), 1s).cycle,
            "worker.op holds a slot of worker and waits for room in b.c");
}

/// Who publishes holds the only slot in which the messages could be processed.
TEST(DeadlockTest, AnAlarmThatOnlyWhoWaitsForItsEndCouldEnd) {
  ScenarioBuilder builder(10s);
  builder.trace("clients", {0ms, 1ms, 2ms}, "web.op");
  builder.service("web", {publish("rabbit.jobs")}).operations.push_back({"work", {work(10ms)}});
  Channel& jobs = builder.channel("rabbit.jobs");
  jobs.subscribers.push_back(subscriber("web.work"));
  jobs.subscribers.front().start = 5ms;
  builder.broker("rabbit").alarm = {2, 1};
  EXPECT_THAT(standstill(builder, 4ms).activities, SizeIs(0)) << "the subscription is to start";
  Standstill const found = standstill(builder, 1s);
  EXPECT_EQ(found.cycle,
            "web.op holds a slot of web and waits for the end of the alarm of rabbit; web.work "
            "waits for a slot of web");
}

TEST(DeadlockTest, NobodyEmptiesAChannelWithoutSubscribers) {
  ScenarioBuilder builder(10s);
  builder.trace("clients", {0ms, 1ms}, "web.op");
  builder.service("web", {publish("b.c")});
  Channel& channel = builder.channel("b.c");
  channel.capacity = 1;
  channel.when_full = Channel::WhenFull::block;
  EXPECT_EQ(standstill(builder, 1s).cycle,
            "web.op holds a slot of web and waits for room in b.c, which nobody empties");
  channel.ttl = 2s;
  EXPECT_THAT(standstill(builder, 1s).activities, SizeIs(0));
}

TEST(DeadlockTest, ASubscriptionThatIsStillToStartOpensTheCircle) {
  ScenarioBuilder builder(10s);
  builder.trace("clients", {0ms, 1ms}, "web.op");
  builder.service("web", {publish("b.c")});
  builder.service("worker", {work(1ms)});
  Channel& channel = builder.channel("b.c");
  channel.capacity = 1;
  channel.when_full = Channel::WhenFull::block;
  channel.subscribers.push_back(subscriber("worker.op", 1));
  channel.subscribers.back().start = 5s;
  EXPECT_THAT(standstill(builder, 1s).activities, SizeIs(0));
}

TEST(DeadlockTest, ACrashToComeOpensTheCircle) {
  ScenarioBuilder builder = two_that_call_each_other();
  builder.crash("api", 5s, 1s);
  EXPECT_THAT(standstill(builder, 1s).activities, SizeIs(0));
  TestRun run(builder);
  run.until(9s);
  EXPECT_EQ(run.workload("left").cohort_failed[cause_index(Outcome::error)], 2U);
}

TEST(DeadlockTest, APauseOrAStartupMayChangeAll) {
  ScenarioBuilder paused = two_that_call_each_other();
  paused.fault("pause", PauseFault{{ReplicaTarget{"web", unlimited, false}}}, 500ms, 5s);
  EXPECT_THAT(standstill(paused, 1s).activities, SizeIs(0));
  // A replica that starts has nobody in it, but those behind a door wait for it.
  ScenarioBuilder starting(10s);
  Service& web = starting.service("web", {work(10ms)});
  web.startup = Distribution::constant(2.0);
  starting.crash("web", 100ms, 100ms);
  starting.trace("client", {0ms, 150ms, 1s}, "web.op");
  EXPECT_THAT(standstill(starting, 1s).activities, SizeIs(0));
}

TEST(DeadlockTest, ABackoffOrARedeliveryIsATimeToWaitFor) {
  ScenarioBuilder builder(10s);
  builder.request("client", 0ms, "web.op");
  CallOptions options;
  options.retry = retry(3, 4s);
  builder.service("web", {call("api.op", options)});
  builder.service("api", {fail()});
  EXPECT_THAT(standstill(builder, 1s).activities, SizeIs(0));

  ScenarioBuilder redelivering(10s);
  redelivering.request("client", 0ms, "web.op");
  redelivering.service("web", {publish("b.c")});
  redelivering.service("worker", {fail(), publish("b.c")});
  Subscriber worker = subscriber("worker.op", 1);
  worker.max_deliveries = 2;
  worker.redelivery.first = 4s;
  redelivering.channel("b.c").subscribers.push_back(worker);
  EXPECT_THAT(standstill(redelivering, 1s).activities, SizeIs(0));
  EXPECT_EQ(simulated(redelivering).error, "");
}

TEST(DeadlockTest, LookingChangesNothing) {
  ScenarioBuilder builder(10s);
  builder.open("clients", Distribution::exponential(0.02), "web.op");
  builder.service("web", {call("api.op")}, 4);
  builder.service("api", {work(Distribution::exponential(0.015))}, 2);
  TestRun looked_at(builder), left_alone(builder);
  DeadlockWatch watch;
  looked_at.until(10s, [&](World const& world, Event const&) {
    find_standstill(world);
    EXPECT_EQ(watch.look(world), std::nullopt);
  });
  EXPECT_EQ(looked_at.result().fingerprint, left_alone.result().fingerprint);
}

}  // namespace
}  // namespace sojourn
