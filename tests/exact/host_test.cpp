/// Hosts: work of several services on shared cores, with finish times worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// Two services of one slot each, `a` with 10 ms and `b` with 6 ms of work, on one host.
ScenarioBuilder on_one_host(double cores, Host::Scheduling scheduling) {
  ScenarioBuilder builder(1s);
  builder.host("node", cores, scheduling);
  builder.service("a", {work(10ms)}).hosts = {"node"};
  builder.service("b", {work(6ms)}).hosts = {"node"};
  builder.request("of-a", 0ms, "a.op");
  builder.request("of-b", 2ms, "b.op");
  return builder;
}

TEST(HostTest, ServicesShareItsCores) {
  TestRun run(on_one_host(1.0, Host::Scheduling::sharing));
  run.until(1s);
  // From 2 ms on each gets half: b needs 12 ms, to 14; a has 2 ms left then, alone.
  EXPECT_EQ(run.latency("of-b"), 12ms);
  EXPECT_EQ(run.latency("of-a"), 16ms);
  EXPECT_NEAR(run.metric("node.cpu"), 0.016, 1e-9);
}

TEST(HostTest, WithACoreForEachNobodyWaits) {
  TestRun run(on_one_host(2.0, Host::Scheduling::sharing));
  run.until(1s);
  EXPECT_EQ(run.latency("of-b"), 6ms);
  EXPECT_EQ(run.latency("of-a"), 10ms);
  EXPECT_NEAR(run.metric("node.cpu"), 0.008, 1e-9) << "16 ms of 2 s of cores";
}

TEST(HostTest, WithFifoACoreDoesOnePieceToItsEnd) {
  TestRun run(on_one_host(1.0, Host::Scheduling::fifo));
  run.until(1s);
  EXPECT_EQ(run.latency("of-a"), 10ms);
  EXPECT_EQ(run.latency("of-b"), 14ms) << "8 ms of waiting";
  EXPECT_NEAR(run.metric("node.cpu"), 0.016, 1e-9);
  EXPECT_NEAR(run.metric("node.queue.mean"), 0.008, 1e-9);
  EXPECT_EQ(run.metric("node.queue.max"), 1.0);
}

TEST(HostTest, TheCoreIsGivenBackDuringACall) {
  ScenarioBuilder builder(1s);
  builder.host("node", 1.0, Host::Scheduling::fifo);
  builder.service("a", {work(4ms), call("b.op"), work(4ms)}).hosts = {"node"};
  builder.service("b", {work(5ms)}).hosts = {"node"};
  builder.request("one", 0ms, "a.op");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("one"), 13ms);
}

TEST(HostTest, HostsAreDealtOutInTurn) {
  ScenarioBuilder builder(1s);
  builder.host("one", 1.0, Host::Scheduling::fifo);
  builder.host("two", 1.0, Host::Scheduling::fifo);
  Service& web = builder.service("web", {work(10ms)}, 8);
  web.replicas = 3;
  web.hosts = {"one", "two"};
  builder.trace("clients", {0ms, 0ms, 0ms}, "web.op");
  TestRun run(builder);
  run.until(1s);
  // Replicas 1 and 3 share host one, whose core takes them one after the other.
  EXPECT_EQ(run.workload("clients").latency.of_cohort().max(), 0.020);
  EXPECT_NEAR(run.metric("one.cpu"), 0.020, 1e-9);
  EXPECT_NEAR(run.metric("two.cpu"), 0.010, 1e-9);
}

TEST(HostTest, SlowConcernsTheServiceAndNotItsNeighbours) {
  for (auto const scheduling : {Host::Scheduling::sharing, Host::Scheduling::fifo}) {
    ScenarioBuilder builder = on_one_host(2.0, scheduling);
    builder.fault("slow", SlowFault{{ReplicaTarget{"a", unlimited, false}}, 3.0}, 4ms, 9ms);
    TestRun run(builder);
    run.until(1s);
    EXPECT_EQ(run.latency("of-a"), 16ms) << "4 ms, then 9 ms for 3 ms of it, then 3 ms";
    EXPECT_EQ(run.latency("of-b"), 6ms);
  }
}

TEST(HostTest, WhoIsPausedLeavesTheCoresToOthers) {
  ScenarioBuilder builder = on_one_host(1.0, Host::Scheduling::fifo);
  builder.fault("pause", PauseFault{{ReplicaTarget{"a", unlimited, false}}}, 5ms, 3ms);
  TestRun run(builder);
  run.until(1s);
  // b has the core from 5 to 11 ms; a comes back to the line at 8 ms with 5 ms left.
  EXPECT_EQ(run.latency("of-b"), 9ms);
  EXPECT_EQ(run.latency("of-a"), 16ms);
}

TEST(HostTest, SlowAndPauseOfOneServiceCompose) {
  ScenarioBuilder builder = on_one_host(2.0, Host::Scheduling::sharing);
  builder.fault("pause", PauseFault{{ReplicaTarget{"a", unlimited, false}}}, 4ms, 6ms);
  builder.fault("slow", SlowFault{{ReplicaTarget{"a", unlimited, false}}, 2.0}, 6ms, 8ms);
  TestRun run(builder);
  run.until(1s);
  // 4 ms done; paused to 10 ms; slow to 14 ms, which does 2 ms; the last 4 ms at full speed.
  EXPECT_EQ(run.latency("of-a"), 18ms);
}

TEST(HostTest, ItsCrashTakesAllThatRunsThere) {
  ScenarioBuilder builder = on_one_host(2.0, Host::Scheduling::sharing);
  builder.service("elsewhere", {work(10ms)});
  builder.request("of-elsewhere", 0ms, "elsewhere.op");
  builder.fault("power", CrashFault{{HostTarget{"node"}}}, 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("of-a"), Outcome::error);
  EXPECT_EQ(run.outcome("of-b"), Outcome::error);
  EXPECT_EQ(run.outcome("of-elsewhere"), Outcome::success);
  EXPECT_NEAR(run.metric("node.cpu"), (5.0 + 3.0) / 2000.0, 1e-9) << "nothing runs on";
}

TEST(HostTest, AZoneIsWhatStandsInIt) {
  ScenarioBuilder builder(1s);
  builder.host("node", 4.0, Host::Scheduling::sharing).zone = "east";
  builder.service("hosted", {work(10ms)}).hosts = {"node"};
  Service& web = builder.service("web", {work(10ms)});
  web.replicas = 2;
  web.zones = {"west", "east"};
  builder.request("of-hosted", 0ms, "hosted.op");
  builder.request("west", 0ms, "web.op");
  builder.request("east", 1ms, "web.op");
  builder.fault("flood", CrashFault{{ZoneTarget{"east"}}}, 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("of-hosted"), Outcome::error);
  EXPECT_EQ(run.outcome("west"), Outcome::success);
  EXPECT_EQ(run.outcome("east"), Outcome::error);
}

}  // namespace
}  // namespace sojourn
