/// Processor sharing with finish times worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

ScenarioBuilder shared(double cores) {
  ScenarioBuilder builder(1s);
  builder.service("web", {work(10ms)}, unlimited).cores = cores;
  return builder;
}

TEST(SharedWorkTest, OneCoreIsDividedEqually) {
  ScenarioBuilder builder = shared(1.0);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 4ms, "web.op");
  TestRun run(builder);
  run.until(1s);
  // Alone a does 4 ms of work; its other 6 ms take 12 ms, to 16. Then b has 4 ms left, alone.
  EXPECT_EQ(run.latency("a"), 16ms);
  EXPECT_EQ(run.latency("b"), 16ms);
  EXPECT_NEAR(run.metric("web.cpu"), 0.020, 1e-9) << "20 ms of one core in 1 s";
}

TEST(SharedWorkTest, UpToTheNumberOfCoresNobodyIsSlowed) {
  ScenarioBuilder builder = shared(2.0);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.request("c", 5ms, "web.op");
  TestRun run(builder);
  run.until(1s);
  // From 5 ms on three share two cores: a and b have 5 ms left, which take 7.5 ms.
  EXPECT_EQ(run.latency("a"), 12500us);
  EXPECT_EQ(run.latency("b"), 12500us);
  EXPECT_EQ(run.latency("c"), 12500us) << "7.5 ms at two thirds, then its last 5 ms alone";
}

TEST(SharedWorkTest, HalfACoreTakesTwice) {
  ScenarioBuilder builder = shared(0.5);
  builder.request("a", 0ms, "web.op");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 20ms);
}

TEST(SharedWorkTest, SlowAndPauseStretchWhatIsLeft) {
  ScenarioBuilder builder = shared(1.0);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.fault("slow", SlowFault{{ReplicaTarget{"web", unlimited, false}}, 2.0}, 4ms, 8ms);
  builder.fault("pause", PauseFault{{ReplicaTarget{"web", unlimited, false}}}, 6ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  // 20 ms of work: 4 done by 4 ms, 1 more by 6, none until 16 when all is well again.
  EXPECT_EQ(run.latency("a"), 31ms);
  EXPECT_EQ(run.latency("b"), 31ms);
}

TEST(SharedWorkTest, ACrashTakesWorkOffTheProcessor) {
  ScenarioBuilder builder = shared(1.0);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 20ms, "web.op");
  builder.crash("web", 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.latency("b"), 10ms);
}

/// An agent who handles two chats finishes 1.6 times as much as with one.
TEST(SharedWorkTest, ATableSaysHowMuchIsDoneInAll) {
  ScenarioBuilder builder(1s);
  builder.service("agent", {work(10ms)}, 3).speed = SpeedTable{{1.0, 1.6}};
  builder.request("a", 0ms, "agent.op");
  builder.request("b", 2ms, "agent.op");
  builder.request("c", 7ms, "agent.op");
  TestRun run(builder);
  run.until(1s);
  // From 2 ms each gets 0.8, from 7 ms with three 1.6 / 3: a has 4 ms left, which take 7.5.
  EXPECT_EQ(run.latency("a"), 14500us);
  // b has done 8 ms by then and c 4: 2 ms at 0.8 take 2.5, and c's last 4 alone 4.
  EXPECT_EQ(run.latency("b"), 15ms);
  EXPECT_EQ(run.latency("c"), 14ms);
}

TEST(SharedWorkTest, WhoWaitsTakesNoSpeedAway) {
  ScenarioBuilder builder(1s);
  builder.service("agent", {work(10ms)}, 2).speed = SpeedTable{{1.0, 1.2}};
  builder.request("asks", 0ms, "agent.ask");
  builder.request("works", 0ms, "agent.op");
  Scenario scenario = builder.build();
  scenario.services[0].operations.push_back({"ask", {wait(30ms)}});
  TestRun run(scenario);
  run.until(1s);
  EXPECT_EQ(run.latency("works"), 10ms);
}

/// With three threads 3 / (1 + 0.1 * 2 + 0.05 * 3 * 2) = 2 in all.
TEST(SharedWorkTest, TheScalabilityLawCostsContentionAndCoherency) {
  ScenarioBuilder builder(1s);
  builder.service("web", {work(10ms)}, 3).speed = ScalabilityLaw{0.1, 0.05};
  builder.trace("clients", {0ms, 0ms, 0ms}, "web.op");
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(from_seconds(run.workload("clients").latency.of_cohort().max()), 15ms);
}

}  // namespace
}  // namespace sojourn
