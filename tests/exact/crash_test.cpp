/// Crashes of replicas: the fate of everything that was there.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

TEST(CrashTest, WhatRunsAndWhatWaitsFailsAtThatInstant) {
  ScenarioBuilder builder(1s);
  builder.request("running", 0ms, "web.op");
  builder.request("waiting", 1ms, "web.op");
  builder.request("blocked", 2ms, "web.op");
  builder.request("during", 6ms, "web.op");
  builder.request("after", 20ms, "web.op");
  builder.service("web", {work(10ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  builder.crash("web", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  for (auto const& [name, latency] :
       {std::pair{"running", 5ms}, {"waiting", 4ms}, {"blocked", 3ms}}) {
    EXPECT_EQ(run.outcome(name), Outcome::error) << name;
    EXPECT_EQ(run.latency(name), latency) << name;
  }
  EXPECT_EQ(run.outcome("during"), Outcome::error) << "refused";
  EXPECT_EQ(run.latency("during"), 0ms);
  EXPECT_EQ(run.latency("after"), 10ms);
  EXPECT_NEAR(run.metric("web.replicas"), 0.99, 1e-9);
}

TEST(CrashTest, CallersAreToldAtOnceAndMayRetry) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  CallOptions options;
  options.retry = retry(3, 8ms);
  builder.service("web", {call("bank.op", options)});
  builder.service("bank", {work(10ms)});
  builder.crash("bank", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  // Attempts at 0 (fails at 5), 13 (refused), 21.
  EXPECT_EQ(run.outcome("a"), Outcome::success);
  EXPECT_EQ(run.latency("a"), 31ms);
}

TEST(CrashTest, TheCalleesOfWhatCrashedWorkOnForNobody) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {call("bank.op")});
  builder.service("bank", {work(10ms)});
  builder.crash("web", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 5ms);
  EXPECT_EQ(run.service("bank").completed, 1U);
  EXPECT_EQ(run.service("bank").wanted, 0U);
}

/// A process that dies tells nobody: neither those that it called one after the other nor those
/// that it called at once.
TEST(CrashTest, TheCalleesOfBranchesWorkOnAsWell) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {parallel({{call("bank.op")}, {call("bank.op")}}, 2)});
  builder.service("bank", {work(10ms)}, 2);
  builder.crash("web", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 5ms);
  EXPECT_EQ(run.service("bank").completed, 2U);
  EXPECT_EQ(run.service("bank").wanted, 0U);
}

TEST(CrashTest, BranchesBackgroundAndPoolsAreGone) {
  ScenarioBuilder builder(1s);
  builder.trace("a", {0ms, 0ms, 20ms}, "web.op");
  builder
      .service("web",
               {background({wait(50ms), call("log.op")}),
                use("db", {parallel({{wait(8ms)}, {work(8ms)}}, 2)})},
               4)
      .pools.push_back({"db", 1});
  builder.service("log", {work(1ms)});
  builder.crash("web", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("a").cohort_succeeded, 1U);
  EXPECT_EQ(run.service("log").completed, 1U) << "only of the one after the crash";
  EXPECT_EQ(run.replica("web").pools[0].free, 1);
  EXPECT_EQ(run.service("web").pool_used[0].level(), 0.0);
  EXPECT_EQ(run.service("web").pool_queue[0].level(), 0.0);
  EXPECT_EQ(run.world().activities.size(), 0U);
}

TEST(CrashTest, StartupComesAfterTheCrash) {
  ScenarioBuilder builder(1s);
  builder.request("starting", 24ms, "web.op");
  builder.request("after", 26ms, "web.op");
  builder.service("web", {work(1ms)}).startup = Distribution::constant(0.010);
  builder.crash("web", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("starting"), Outcome::error);
  EXPECT_EQ(run.outcome("after"), Outcome::success);
}

TEST(CrashTest, ACrashWhileStartingStartsAnew) {
  ScenarioBuilder builder(1s);
  builder.request("a", 25ms, "web.op");
  builder.request("b", 36ms, "web.op");
  builder.service("web", {work(1ms)}).startup = Distribution::constant(0.010);
  builder.crash("web", 5ms, 10ms);
  builder.crash("web", 20ms, 5ms).name = "again";
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.outcome("b"), Outcome::success);
}

TEST(CrashTest, OverlappingCrashesKeepItDownUntilTheLastEnds) {
  ScenarioBuilder builder(1s);
  builder.request("a", 16ms, "web.op");
  builder.request("b", 21ms, "web.op");
  builder.service("web", {work(1ms)});
  builder.crash("web", 5ms, 10ms);
  builder.crash("web", 10ms, 10ms).name = "again";
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.outcome("b"), Outcome::success);
}

TEST(CrashTest, TheOtherReplicasTakeTheLoad) {
  ScenarioBuilder builder(1s);
  builder.open("clients", Length(10ms), "web.op");
  builder.service("web", {work(1ms)}).replicas = 3;
  builder.fault("one", CrashFault{{ReplicaTarget{"web", 1, false}}}, 95ms, 10s);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("clients").cohort_failed[0], 0U);
  EXPECT_EQ(run.replica("web", 0).up, false);
  EXPECT_EQ(run.replica("web", 1).up, true);
}

TEST(CrashTest, ALostForwarderDoesNotTakeThePassedRequestAlong) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "front.op");
  builder.service("front", {work(1ms), forward("back.op")});
  builder.service("back", {work(10ms)});
  builder.crash("front", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::success);
  EXPECT_EQ(run.latency("a"), 11ms);
}

/// Everything at once: nested calls, branches and senders blocked, all at one replica; and `last`.
void expect_nothing_left_behind(Step const& last) {
  ScenarioBuilder builder(1s);
  for (int i = 0; i < 20; ++i) {
    builder.request("r" + std::to_string(i), i * 1ms, i % 2 == 0 ? "front.op" : "mid.op");
  }
  builder.service(
      "front", {work(1ms), parallel({{call("mid.op")}, {wait(2ms), call("mid.op")}}, 1), last}, 3);
  builder.service("mid", {use("db", {work(2ms), call("end.op")})}, 2).pools.push_back({"db", 1});
  builder.service("end", {work(3ms)}).queue = {1, Discipline::fifo, QueueSpec::WhenFull::block};
  builder.crash("mid", 15ms, 10ms);
  builder.crash("end", 22ms, 3ms);
  builder.crash("front", 30ms, 1ms);
  TestRun run(builder);
  run.result();
  EXPECT_EQ(run.world().activities.size(), 0U);
  EXPECT_EQ(run.world().calls.size(), 0U);
  EXPECT_EQ(run.world().joins.size(), 0U);
  EXPECT_EQ(run.world().frames.size(), 0U);
  for (auto const* name : {"front", "mid", "end"}) {
    EXPECT_EQ(run.service(name).in_flight.level(), 0.0) << name;
    EXPECT_EQ(run.service(name).busy.level(), 0.0) << name;
    EXPECT_EQ(run.service(name).queue.level(), 0.0) << name;
  }
}

TEST(CrashTest, NothingIsLeftBehind) { expect_nothing_left_behind(forward("mid.op")); }

/// Without forwards they are direct.
TEST(CrashTest, NothingIsLeftBehindOfDirectCalls) { expect_nothing_left_behind(call("mid.op")); }

}  // namespace
}  // namespace sojourn
