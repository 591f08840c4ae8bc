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
  builder.fault("slow", SlowFault{{"web", unlimited, false}, 2.0}, 4ms, 8ms);
  builder.fault("pause", PauseFault{{"web", unlimited, false}}, 6ms, 10ms);
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

}  // namespace
}  // namespace sojourn
