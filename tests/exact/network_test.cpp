/// The network: when requests and replies arrive, worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

Distribution constant(Duration duration) { return Distribution::constant(in_seconds(duration)); }

TEST(NetworkTest, RequestAndReplyTravelForTheLatency) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(3ms);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {work(10ms), call("bank.op")});
  builder.service("bank", {work(5ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 27ms);
  EXPECT_EQ(run.metric("bank.op.latency.max"), 0.005) << "the travel is not the service's";
  EXPECT_EQ(run.world().activities.size(), 0U);
  EXPECT_EQ(run.world().transits.size(), 0U);
}

TEST(NetworkTest, ALinkIsFreeWhenTheWarmUpBegins) {
  ScenarioBuilder builder(1s, 500ms);
  builder.network().bandwidth = 1e6;
  Workload& clients = builder.request("a", -400ms, "web.op");
  clients.options.payload.request = 10'000.0;
  builder.service("web", {work(1ms)});
  TestRun run(builder);
  run.until(-380ms);
  EXPECT_EQ(run.world().activities.size(), 0U) << "it is over after 11 ms";
  EXPECT_EQ(run.world().measures.workloads[0].ended, 1U);
}

TEST(NetworkTest, TheMostPreciseLinkCountsAndServesBothDirections) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(1ms);
  builder.link("web", "bank").latency = constant(7ms);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "bank.op");
  builder.service("web", {call("bank.op")});
  builder.service("bank", {work(5ms)}, 2);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 21ms);
  EXPECT_EQ(run.latency("b"), 7ms);
}

TEST(NetworkTest, ALinkInTheOtherDirectionSpeaksForItself) {
  ScenarioBuilder builder(1s);
  builder.link("clients", "web").latency = constant(7ms);
  builder.link("web", "clients").latency = constant(2ms);
  builder.request("clients", 0ms, "web.op");
  builder.service("web", {work(1ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("clients"), 10ms);
}

TEST(NetworkTest, ZonesHaveLinksToo) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(1ms);
  builder.link("east", "west").latency = constant(30ms);
  builder.trace("clients", {0ms, 100ms}, "web.op");
  builder.service("web", {call("bank.op")}).zones = {"east"};
  Service& bank = builder.service("bank", {work(5ms)});
  bank.replicas = 2;
  bank.zones = {"west", "east"};
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("clients").latency.of_cohort().max(), 0.067)
      << "2 to web and back, 60 to bank";
  EXPECT_EQ(run.workload("clients").latency.of_cohort().mean(), 0.038)
      << "the other one stays in the zone";
}

TEST(NetworkTest, PayloadsGoOutOneAfterTheOther) {
  ScenarioBuilder builder(1s);
  LinkSpec& link = builder.link("clients", "web");
  link.bandwidth = 1e6;  // 1 kB in 1 ms
  link.latency = constant(2ms);
  builder.trace("clients", {0ms, 1ms}, "web.op").options.payload = {4000.0, 10000.0};
  builder.service("web", {}, unlimited);
  TestRun run(builder);
  run.until(1s);
  // Out at 4 and 8 ms, there at 6 and 10; the replies are out at 16 and 26, there at 18 and 28.
  EXPECT_EQ(run.workload("clients").latency.of_cohort().max(), 0.027);
  EXPECT_NEAR(run.workload("clients").latency.of_cohort().mean(), 0.0225, 1e-12);
  EXPECT_NEAR(run.metric("network.clients.web.utilisation"), 0.008, 1e-12);
  EXPECT_NEAR(run.metric("network.web.clients.utilisation"), 0.020, 1e-12);
}

TEST(NetworkTest, PatienceCountsInTheLineOnly) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(5ms);
  builder.request("served", 0ms, "web.op");
  builder.request("impatient", 1ms, "web.op").patience = constant(4ms);
  builder.service("web", {work(20ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("impatient"), Outcome::abandoned);
  EXPECT_EQ(run.latency("impatient"), 9ms);
}

TEST(NetworkTest, ARefusalTravelsBack) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(5ms);
  builder.request("served", 0ms, "web.op");
  builder.request("refused", 1ms, "web.op");
  builder.service("web", {work(20ms)}).queue.capacity = 0;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("refused"), Outcome::rejected);
  EXPECT_EQ(run.latency("refused"), 10ms);
  EXPECT_EQ(run.service("web").rejected, 1U);
}

TEST(NetworkTest, WhoArrivesAtADeadReplicaHearsOfItOneTripLater) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(5ms);
  builder.request("travelling", 0ms, "web.op");
  builder.service("web", {work(20ms)});
  builder.crash("web", 2ms, 20ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("travelling"), Outcome::error);
  EXPECT_EQ(run.latency("travelling"), 10ms);
}

TEST(NetworkTest, ATimeoutDoesNotCallBackWhatTravels) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(5ms);
  builder.request("a", 0ms, "web.op").options = within(3ms);
  builder.service("web", {work(20ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 3ms);
  EXPECT_EQ(run.service("web").completed, 1U) << "in vain";
  EXPECT_EQ(run.service("web").wanted, 0U);
}

TEST(NetworkTest, AWordToStopTravelsAsWell) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(5ms);
  CallOptions options = within(12ms);
  options.cancel = true;
  builder.request("a", 0ms, "web.op").options = options;
  builder.service("web", {work(100ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("web").completed, 0U);
  EXPECT_NEAR(run.metric("web.utilisation"), 0.012, 1e-9) << "from 5 to 17 ms";
}

TEST(NetworkTest, AForwardedRequestsReplyGoesStraightToTheCaller) {
  ScenarioBuilder builder(1s);
  builder.link("clients", "web").latency = constant(2ms);
  builder.link("web", "bank").latency = constant(3ms);
  builder.link("bank", "clients").latency = constant(11ms);
  builder.request("clients", 0ms, "web.op");
  builder.service("web", {work(1ms), forward("bank.op")});
  builder.service("bank", {work(1ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("clients"), 18ms);
}

TEST(NetworkTest, WhatIsLostIsNoticedByTheTimeoutOnly) {
  ScenarioBuilder builder(100s);
  builder.link("clients", "web").loss = 0.3;
  builder.open("clients", Length(10ms), "web.op").options = within(500ms);
  builder.service("web", {work(1ms)}, unlimited);
  TestRun run(builder);
  // A request fails if it or its reply is lost: 1 - 0.7^2.
  EXPECT_NEAR(run.metric("clients.failures.timeout"), 0.51, 4.0 * 0.005);
  EXPECT_NEAR(run.metric("network.clients.web.lost"), 0.3, 4.0 * 0.0046);
  EXPECT_EQ(run.metric("clients.failure_latency.max"), 0.5);
}

// --- Faults --------------------------------------------------------------------------------------

TEST(NetworkTest, NothingPassesAPartition) {
  ScenarioBuilder builder(1s);
  builder.request("before", 0ms, "web.op").options = within(50ms);
  builder.request("during", 10ms, "web.op").options = within(50ms);
  builder.request("after", 30ms, "web.op").options = within(50ms);
  builder.request("elsewhere", 10ms, "bank.op");
  builder.service("web", {call("bank.op")}, unlimited);
  builder.service("bank", {work(2ms)}, unlimited);
  builder.fault("cut", PartitionFault{{"web", "bank"}}, 5ms, 15ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("before"), 2ms);
  EXPECT_EQ(run.outcome("during"), Outcome::timeout);
  EXPECT_EQ(run.latency("after"), 2ms);
  EXPECT_EQ(run.latency("elsewhere"), 2ms);
  EXPECT_EQ(run.service("bank").completed, 3U);
}

TEST(NetworkTest, AOneWayPartitionLosesTheReplies) {
  ScenarioBuilder builder(1s);
  builder.request("during", 10ms, "web.op").options = within(50ms);
  builder.service("web", {call("bank.op")}, unlimited);
  builder.service("bank", {work(2ms)}, unlimited);
  builder.fault("cut", PartitionFault{{"bank", "web", true}}, 5ms, 15ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("during"), Outcome::timeout);
  EXPECT_EQ(run.service("bank").completed, 1U);
}

TEST(NetworkTest, DelaysAddUpWhileTheyLast) {
  ScenarioBuilder builder(1s);
  builder.network().latency = constant(1ms);
  builder.trace("clients", {0ms, 10ms, 30ms, 60ms}, "web.op");
  builder.service("web", {}, unlimited);
  builder.fault("slow", DelayFault{{"clients", "web"}, constant(4ms)}, 5ms, 50ms);
  builder.fault("slower", DelayFault{{"web", "clients", true}, constant(100ms)}, 20ms, 20ms);
  TestRun run(builder);
  run.until(1s);
  // 2, 10, 110 (its reply leaves at 35 ms) and 2 ms.
  EXPECT_EQ(run.workload("clients").latency.of_cohort().max(), 0.110);
  EXPECT_NEAR(run.workload("clients").latency.of_cohort().mean(), 0.031, 1e-12);
}

TEST(NetworkTest, LossesOfTwoFaultsComeOneAfterTheOther) {
  ScenarioBuilder builder(100s);
  builder.open("clients", Length(10ms), "web.op").options = within(5ms);
  builder.service("web", {work(1ms)}, unlimited);
  builder.fault("one", LossFault{{"clients", "web", true}, 0.5}, 0s, 50s);
  builder.fault("two", LossFault{{"clients", "web", true}, 0.5}, 25s, 50s);
  TestRun run(builder);
  // Lost: a half, three quarters, a half, none, for a quarter of the time each.
  EXPECT_NEAR(run.metric("clients.availability"), 1.0 - 0.4375, 4.0 * 0.005);
}

TEST(NetworkTest, AnIdleFaultChangesNothing) {
  auto const figures = [](bool with_fault) {
    ScenarioBuilder builder(20s);
    builder.open("clients", Distribution::exponential(0.010), "web.op");
    builder.service("web", {work(Distribution::exponential(0.008))});
    if (with_fault) builder.fault("cut", PartitionFault{{"clients", "web"}}, 20s, 1s);
    TestRun run(builder);
    return run.metric("clients.latency.mean");
  };
  EXPECT_EQ(figures(false), figures(true));
}

}  // namespace
}  // namespace sojourn
