/// Caches: who hits, who misses, and when what is missing is put in.
#include <cmath>

#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// A cache that is asked for the same key each time.
KeyCacheOptions one_key() {
  KeyCacheOptions options;
  options.capacity = 10;
  options.keys = Distribution::constant(1.0);
  return options;
}

KeyCacheOptions one_key_for(Duration ttl) {
  KeyCacheOptions options = one_key();
  options.ttl = ttl;
  return options;
}

CacheMeasures const& cache_of(TestRun const& run, std::size_t number = 0) {
  return run.world().measures.caches.at(number);
}

TEST(CacheTest, AHitTakesNoTimeAndRunsNothing) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "web.op");
  builder.request("second", 10ms, "web.op");
  builder.service("web", {cache(one_key(), {call("db.op")})});
  builder.service("db", {work(5ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("first"), 5ms);
  EXPECT_EQ(run.latency("second"), 0ms);
  EXPECT_EQ(run.service("db").arrivals, 1U);
  EXPECT_DOUBLE_EQ(run.metric("web.op.cache.hits"), 0.5);
  EXPECT_DOUBLE_EQ(run.metric("web.op.cache.misses"), 1.0) << "1/s";
}

TEST(CacheTest, StepsBehindItRunEitherWay) {
  ScenarioBuilder builder(1s);
  builder.request("miss", 0ms, "web.op");
  builder.request("hit", 10ms, "web.op");
  builder.service("web", {cache(one_key(), {wait(5ms)}), work(1ms)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("miss"), 6ms);
  EXPECT_EQ(run.latency("hit"), 1ms);
}

/// What is missing is there once its miss is over, and not before.
TEST(CacheTest, WhoAsksMeanwhileMissesToo) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 3ms, "web.op");
  builder.request("c", 6ms, "web.op");
  builder.service("web", {cache(one_key(), {wait(5ms)})}, 3);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("b"), 5ms);
  EXPECT_EQ(run.latency("c"), 0ms);
  EXPECT_EQ(cache_of(run).misses, 2U);
}

TEST(CacheTest, AFailingMissPutsNothingIn) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 10ms, "web.op");
  builder.service("web", {cache(one_key(), {wait(5ms), fail()})});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.outcome("b"), Outcome::error);
  EXPECT_EQ(cache_of(run).misses, 2U);
  EXPECT_EQ(run.world().frames.size(), 0U);
}

TEST(CacheTest, WhatAFallbackYieldedIsKept) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 10ms, "web.op");
  builder.service("web", {cache(one_key(), {or_else(call("db.op"), {wait(2ms)}), wait(1ms)})});
  builder.service("db", {wait(3ms), fail()});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::success);
  EXPECT_EQ(run.latency("a"), 6ms);
  EXPECT_EQ(run.latency("b"), 0ms);
  EXPECT_DOUBLE_EQ(run.metric("web.op.degraded"), 0.5);
}

TEST(CacheTest, AnEntryExpiresToTheNanosecondFromWhenItWasPutIn) {
  ScenarioBuilder builder(1s);
  builder.request("put in at 5 ms", 0ms, "web.op");
  builder.request("just in time", 15ms - 1ns, "web.op");
  builder.request("too late", 15ms, "web.op");
  builder.service("web", {cache(one_key_for(10ms), {wait(5ms)})}, 2);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("just in time"), 0ms);
  EXPECT_EQ(run.latency("too late"), 5ms);
  EXPECT_DOUBLE_EQ(run.metric("web.op.cache.expirations"), 1.0);
}

TEST(CacheTest, ItIsColdAfterACrashOfItsReplicaAlone) {
  ScenarioBuilder builder(1s);
  // In turn: at 0, 20 and 40 ms to the first replica, else to the second.
  builder.trace("before", {0ms, 10ms, 20ms, 30ms}, "web.op");
  builder.request("cold", 50ms, "web.op");
  builder.request("warm", 60ms, "web.op");
  builder.service("web", {cache(one_key(), {wait(5ms)})}).replicas = 2;
  builder.fault("crash", CrashFault{{ReplicaTarget{"web", 1, false}}}, 35ms, 5ms);
  TestRun run(builder);
  run.until(34ms);
  EXPECT_EQ(cache_of(run).misses, 2U) << "each replica has a cache of its own";
  run.until(1s);
  EXPECT_EQ(run.latency("cold"), 5ms);
  EXPECT_EQ(run.latency("warm"), 0ms);
}

TEST(CacheTest, ACrashDuringAMissPutsNothingIn) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 20ms, "web.op");
  builder.service("web", {cache(one_key(), {wait(5ms)})});
  builder.crash("web", 3ms, 5ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.latency("b"), 5ms);
}

TEST(CacheTest, AMissMayStandInLoopsAndPoolsAndHoldThem) {
  ScenarioBuilder builder(1s);
  builder.request("loop", 0ms, "web.op");
  Steps const miss{repeat(2, {use("db", {wait(5ms)})})};
  builder.service("web", {repeat(3, {use("io", {cache(one_key(), miss)})}), wait(1ms)}).pools = {
      {"db", 1}, {"io", 1}};
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("loop"), 11ms);
  EXPECT_EQ(cache_of(run).hits, 2U);
  EXPECT_EQ(run.replica("web").pools[0].free, 1);
  EXPECT_EQ(run.replica("web").pools[1].free, 1);
  EXPECT_EQ(run.world().frames.size(), 0U);
}

TEST(CacheTest, CachesMayStandBehindCaches) {
  ScenarioBuilder builder(1s);
  builder.trace("both", {0ms, 10ms, 50ms}, "web.op");
  builder.service("web", {cache(one_key_for(20ms), {cache(one_key(), {wait(5ms)}), wait(1ms)})});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(cache_of(run, 0).hits, 1U);
  EXPECT_EQ(cache_of(run, 1).hits, 1U) << "at 50 ms, when the other one has expired";
  EXPECT_DOUBLE_EQ(run.metric("web.op.cache-2.hits"), 0.5);
}

TEST(CacheTest, ABranchThatIsCancelledPutsNothingIn) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 20ms, "web.op");
  builder.request("c", 40ms, "web.op");
  std::vector<Steps> const branches{{cache(one_key(), {wait(5ms)})}, {wait(3ms)}};
  builder.service("web", {parallel(branches, 1)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 3ms);
  EXPECT_EQ(run.latency("b"), 3ms);
  EXPECT_EQ(cache_of(run).misses, 3U);
  EXPECT_EQ(run.world().frames.size(), 0U);
}

TEST(CacheTest, BranchesPutInWhatTheyGot) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 20ms, "web.op");
  Steps const branch{cache(one_key(), {wait(5ms)})};
  builder.service("web", {parallel({branch, {wait(1ms)}}, 2)});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 5ms);
  EXPECT_EQ(run.latency("b"), 1ms);
}

/// Who is past the deadline with steps left ends between two of them, here before the key is in.
TEST(CacheTest, AMissPastTheDeadlinePutsInOnlyIfThatIsAllThatIsLeft) {
  for (bool const has_more : {false, true}) {
    ScenarioBuilder builder(1s);
    Workload& hurried = builder.request("hurried", 0ms, "web.op");
    hurried.options = within(3ms);
    hurried.propagates_deadline = true;
    builder.request("later", 20ms, "web.op");
    Steps steps{cache(one_key(), {wait(5ms)})};
    if (has_more) steps.push_back(wait(1ms));
    builder.service("web", steps);
    TestRun run(builder);
    run.until(1s);
    EXPECT_EQ(run.latency("later"), has_more ? 6ms : 0ms);
  }
}

TEST(CacheTest, HitsWithTheProbabilityThatIsGiven) {
  ScenarioBuilder builder(100s);
  builder.open("clients", 1ms, "web.op");
  builder.service("web", {cache(0.9, {call("db.op")})}, unlimited);
  builder.service("db", {work(1ms)}, unlimited);
  TestRun run(builder);
  run.until(100s);
  double const deviation = std::sqrt(0.9 * 0.1 / 1e5);
  EXPECT_NEAR(run.metric("web.op.cache.hits"), 0.9, 4 * deviation);
  EXPECT_NEAR(run.metric("db.arrivals"), 100.0, 4 * deviation * 1000);
}

TEST(CacheTest, ACertainHitAndACertainMissAreCertain) {
  ScenarioBuilder builder(1s);
  builder.request("hit", 0ms, "always.op");
  builder.request("miss", 0ms, "never.op");
  builder.service("always", {cache(1.0, {wait(5ms)})});
  builder.service("never", {cache(0.0, {wait(5ms)})});
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("hit"), 0ms);
  EXPECT_EQ(run.latency("miss"), 5ms);
}

TEST(CacheTest, ARunningWorldIsCopiedWithItsCaches) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 10ms, 20ms}, "web.op");
  builder.service("web", {cache(one_key(), {wait(5ms)})});
  TestRun run(builder);
  run.until(15ms);
  World copy = run.world();
  copy.sim.run(copy, Time(1s), 1000);
  EXPECT_EQ(copy.measures.caches[0].hits, 2U);
  EXPECT_EQ(cache_of(run).hits, 1U);
}

}  // namespace
}  // namespace sojourn
