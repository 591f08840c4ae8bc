/// Single flight: who asks a cache for what is being got waits for it, worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/deadlock.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;
using testing::HasSubstr;

/// A cache that is asked for the same key each time, by requests that wait for each other.
KeyCacheOptions one_key() {
  KeyCacheOptions options;
  options.capacity = 10;
  options.keys = Distribution::constant(1.0);
  options.coalesce = true;
  return options;
}

CacheMeasures const& cache_of(TestRun const& run) { return run.world().measures.caches.at(0); }

TEST(CoalescingTest, WhoAsksMeanwhileWaitsForTheOneThatFetches) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "web.op");
  builder.request("second", 2ms, "web.op");
  builder.request("third", 4ms, "web.op");
  builder.request("later", 6ms, "web.op");
  builder.service("web", {cache(one_key(), {call("db.op")}), wait(1ms)}, unlimited);
  builder.service("db", {work(5ms)}, unlimited);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("first"), 6ms);
  EXPECT_EQ(run.latency("second"), 4ms);
  EXPECT_EQ(run.latency("third"), 2ms);
  EXPECT_EQ(run.latency("later"), 1ms) << "a hit";
  EXPECT_EQ(run.service("db").arrivals, 1U);
  EXPECT_DOUBLE_EQ(run.metric("web.op.cache.hits"), 0.25);
  EXPECT_DOUBLE_EQ(run.metric("web.op.cache.misses"), 1.0);
  EXPECT_DOUBLE_EQ(run.metric("web.op.cache.coalesced"), 2.0);
  EXPECT_EQ(run.world().fetches.size(), 0U);
}

TEST(CoalescingTest, OtherKeysAndOtherReplicasFetchForThemselves) {
  ScenarioBuilder builder(1s);
  KeyCacheOptions options = one_key();
  options.keys.reset();
  for (int i = 0; i < 4; ++i) {
    builder.request("r" + std::to_string(i), 1ms * i, "web.op").options.key =
        Distribution::constant(i < 2 ? 0.0 : 1.0);
  }
  builder.service("web", {cache(options, {call("db.op")})}, unlimited).replicas = 2;
  builder.service("db", {work(5ms)}, unlimited);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("db").arrivals, 4U) << "each of a pair goes to another replica";
}

/// With a slot each they keep it; non-blocking they give it back, and queue to go on.
TEST(CoalescingTest, WhoWaitsKeepsItsSlotIfItBlocks) {
  for (bool const blocking : {true, false}) {
    ScenarioBuilder builder(1s);
    builder.request("first", 0ms, "web.op");
    builder.request("second", 1ms, "web.op");
    builder.request("other", 2ms, "web.other");
    Service& web = builder.service("web", {cache(one_key(), {call("db.op")})}, blocking ? 2 : 1);
    web.operations.push_back({"other", {work(1ms)}});
    web.blocking = blocking;
    builder.service("db", {work(5ms)});
    TestRun run(builder);
    run.until(1s);
    EXPECT_EQ(run.latency("second"), 4ms) << blocking;
    EXPECT_EQ(run.latency("other"), blocking ? 4ms : 1ms);
  }
}

TEST(CoalescingTest, IfTheFetchFailsAllFailWithIt) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "web.op");
  builder.request("second", 2ms, "web.op");
  builder.request("next", 6ms, "web.op");
  builder.service("web", {cache(one_key(), {call("db.op")})}, unlimited);
  builder.service("db", {work(5ms)}, unlimited);
  builder.fault("errors", ErrorsFault{{ReplicaTarget{"db"}}, 1.0}, 0ms, 6ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("first"), Outcome::error);
  EXPECT_EQ(run.outcome("second"), Outcome::error);
  EXPECT_EQ(run.latency("second"), 3ms);
  EXPECT_EQ(run.outcome("next"), Outcome::success) << "it fetches anew";
  EXPECT_EQ(run.service("db").arrivals, 2U);
}

TEST(CoalescingTest, AFallbackServesAllWhoWait) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "web.op");
  builder.request("second", 2ms, "web.op");
  builder.service("web", {cache(one_key(), {or_else(call("db.op"), {wait(1ms)})})}, unlimited);
  builder.service("db", {work(5ms), fail()}, unlimited);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("second"), Outcome::success);
  EXPECT_EQ(run.latency("second"), 4ms);
  EXPECT_DOUBLE_EQ(run.metric("web.op.degraded"), 0.5) << "only one of them ran it";
}

TEST(CoalescingTest, AFetcherThatIsCancelledTakesTheOthersAlong) {
  ScenarioBuilder builder(1s);
  CallOptions& options = builder.request("first", 0ms, "web.op").options;
  options = within(3ms);
  options.cancel = true;
  builder.request("second", 2ms, "web.op");
  builder.service("web", {cache(one_key(), {call("db.op")})}, unlimited);
  builder.service("db", {work(5ms)}, unlimited);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("first"), Outcome::timeout);
  EXPECT_EQ(run.outcome("second"), Outcome::error);
  EXPECT_EQ(run.latency("second"), 1ms);
}

TEST(CoalescingTest, WhoIsCancelledWhileItWaitsDisturbsNobody) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "web.op");
  CallOptions& options = builder.request("impatient", 1ms, "web.op").options;
  options = within(2ms);
  options.cancel = true;
  builder.request("patient", 2ms, "web.op");
  builder.request("newcomer", 4ms, "web.other");  // in the place of the one that has left
  Service& web = builder.service("web", {cache(one_key(), {call("db.op")})}, unlimited);
  web.operations.push_back({"other", {wait(10ms), wait(10ms)}});
  builder.service("db", {work(5ms)}, unlimited);
  TestRun run(builder);
  run.until(3ms);
  EXPECT_EQ(run.world().activities.size(), 3U) << "two at web, one at db";
  run.until(1s);
  EXPECT_EQ(run.outcome("impatient"), Outcome::timeout);
  EXPECT_EQ(run.latency("patient"), 3ms);
  EXPECT_EQ(run.latency("newcomer"), 20ms);
}

/// The caller has left, but was not heard: the fetch goes on and serves those who wait.
TEST(CoalescingTest, AFetcherWhoseCallerLeavesInSilenceFetchesOn) {
  ScenarioBuilder builder(1s);
  builder.request("first", 0ms, "web.op").options = within(3ms);
  builder.request("second", 2ms, "web.op");
  builder.service("web", {cache(one_key(), {call("db.op")})}, unlimited);
  builder.service("db", {work(5ms)}, unlimited);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("second"), Outcome::success);
}

TEST(CoalescingTest, ACrashEndsAllOfThemAndForgetsWhatWasUnderWay) {
  ScenarioBuilder builder(1s);
  builder.trace("clients", {0ms, 1ms, 2ms}, "web.op");
  builder.request("after", 20ms, "web.op");
  builder.service("web", {cache(one_key(), {wait(5ms)})}, 2);
  builder.crash("web", 3ms, 10ms);
  TestRun run(builder);
  run.until(15ms);
  EXPECT_EQ(run.world().activities.size(), 0U);
  EXPECT_EQ(run.world().fetches.size(), 0U);
  run.until(1s);
  EXPECT_EQ(run.latency("after"), 5ms);
}

TEST(CoalescingTest, BranchesOfOneRequestWaitForEachOther) {
  ScenarioBuilder builder(1s);
  builder.request("both", 0ms, "web.op");
  KeyCacheOptions const keys = one_key();
  Steps const ask{call("shop.op")};
  builder.service("web", {parallel({ask, ask}, 2)});
  builder.service("shop", {cache(keys, {wait(5ms)})}, unlimited);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("both"), 5ms);
  EXPECT_EQ(cache_of(run).coalesced, 1U);
}

/// To get the key it asks another service, which asks it for the key.
TEST(CoalescingTest, AMissThatNeedsItselfIsADeadlockWithAName) {
  ScenarioBuilder builder(10s);
  builder.request("clients", 0ms, "web.op");
  builder.service("web", {cache(one_key(), {call("api.op")})}, unlimited);
  builder.service("api", {work(1ms), call("web.op")}, unlimited);
  Standstill const found = find_standstill(TestRun(builder).until(1s).world());
  EXPECT_THAT(found.cycle, HasSubstr("waits for what web.op gets for its cache"));
  EXPECT_EQ(found.activities.size(), 3U);
}

TEST(CoalescingTest, WhoWaitsForAFetchThatProceedsIsNotStuck) {
  ScenarioBuilder builder(10s);
  builder.trace("clients", {0ms, 1ms, 2ms}, "web.op");
  builder.service("web", {cache(one_key(), {wait(5s)})}, 2);
  EXPECT_TRUE(find_standstill(TestRun(builder).until(1s).world()).activities.empty());
}

}  // namespace
}  // namespace sojourn
