/// Branches, and what becomes of those that are not needed any more.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// Branches that call services which work 10, 20 and 30 ms.
ScenarioBuilder three_callees(std::size_t join) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {parallel({{call("x.op")}, {call("y.op")}, {call("z.op")}}, join)});
  builder.service("x", {work(10ms)});
  builder.service("y", {work(20ms), call("deep.op")});
  builder.service("z", {work(30ms)});
  builder.service("deep", {work(100ms)});
  return builder;
}

TEST(ParallelTest, AllTakesAsLongAsTheSlowest) {
  TestRun run(three_callees(3));
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 120ms);
}

TEST(ParallelTest, FirstCancelsTheRestInTheirCalleesAsWell) {
  TestRun run(three_callees(1));
  run.until(10ms);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.replica("y").busy, 0);
  EXPECT_EQ(run.replica("z").busy, 0);
  run.until(1s);
  EXPECT_EQ(run.service("y").completed, 0U);
  EXPECT_EQ(run.service("deep").arrivals, 0U);
  EXPECT_EQ(run.world().activities.size(), 0U);
  EXPECT_EQ(run.world().joins.size(), 0U);
  EXPECT_EQ(run.world().calls.size(), 0U);
}

TEST(ParallelTest, CancelReachesTheCalleesOfCallees) {
  TestRun run(three_callees(2));
  run.until(29ms);
  EXPECT_EQ(run.replica("deep").busy, 1) << "y waits for it";
  run.until(30ms);
  EXPECT_EQ(run.latency("a"), 30ms) << "x and z have succeeded";
  EXPECT_EQ(run.replica("y").busy, 0);
  EXPECT_EQ(run.replica("deep").busy, 0);
  EXPECT_EQ(run.service("deep").completed, 0U);
}

TEST(ParallelTest, TooManyFailuresFailAtOnce) {
  ScenarioBuilder builder(1s);
  builder.request("two", 0ms, "web.op");
  builder.request("all", 0ms, "strict.op");
  std::vector<Steps> const branches{{wait(5ms), fail()}, {wait(20ms)}, {wait(10ms)}};
  builder.service("web", {parallel(branches, 2)});
  builder.service("strict", {parallel(branches, 3)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("two"), Outcome::success);
  EXPECT_EQ(run.latency("two"), 20ms);
  EXPECT_EQ(run.outcome("all"), Outcome::error);
  EXPECT_EQ(run.latency("all"), 5ms);
}

TEST(ParallelTest, BranchesShareTheSlotOfTheirOperation) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.service("web", {parallel({{work(10ms)}, {work(6ms)}}, 2)});
  TestRun run(builder);
  run.until(5ms);
  EXPECT_EQ(run.replica("web").busy, 1);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 10ms);
  EXPECT_EQ(run.latency("b"), 20ms);
}

TEST(ParallelTest, NonBlockingBranchesThatOnlyWaitNeedNoSlot) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.service("web", {parallel({{wait(10ms)}, {wait(6ms)}}, 2), work(1ms)}).blocking = false;
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 11ms);
  EXPECT_EQ(run.latency("b"), 12ms);
}

TEST(ParallelTest, NestedLosersGoWithTheirParents) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  Step const inner = parallel({{call("x.op")}, {wait(50ms)}}, 2);
  builder.service("web", {parallel({{inner}, {wait(5ms)}}, 1), work(1ms)});
  builder.service("x", {work(10ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 6ms);
  EXPECT_EQ(run.service("x").completed, 0U);
  EXPECT_EQ(run.world().activities.size(), 0U);
}

/// A loser that holds of a pool, or stands in line for one, leaves it whole.
TEST(ParallelTest, LosersGivePoolsBack) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 20ms, "web.op");
  Step const uses = use("db", {wait(50ms)});
  builder.service("web", {parallel({{uses}, {uses}, {wait(5ms)}}, 1)}, 4)
      .pools.push_back({"db", 1});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 5ms);
  EXPECT_EQ(run.latency("b"), 5ms);
  EXPECT_EQ(run.replica("web").pools[0].free, 1);
  EXPECT_EQ(run.service("web").pool_used[0].level(), 0.0);
  EXPECT_EQ(run.service("web").pool_queue[0].level(), 0.0);
}

}  // namespace
}  // namespace sojourn
