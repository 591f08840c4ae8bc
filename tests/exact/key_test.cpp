/// The key of a request: who draws it, who carries it, and what is chosen by it.
#include <set>

#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

CallOptions with_key(Distribution key) {
  CallOptions options;
  options.key = std::move(key);
  return options;
}

/// The keys of all activities that there ever were at a service.
std::set<Key> keys_at(TestRun& run, std::string const& service) {
  std::set<Key> keys;
  run.until(1s, [&](World const& world, Event const&) {
    world.activities.for_each([&](Id, Activity const& activity) {
      if (world.replicas[activity.replica].plan->spec.name == service)
        keys.insert(world.activities.key_of(activity));
    });
  });
  return keys;
}

TEST(KeyTest, IsCarriedByAllThatTheRequestCauses) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = with_key(Distribution::constant(7.0));
  builder.service("web", {parallel({{call("passes.op")}, {publish("rabbit.q")}}, 2)});
  builder.service("passes", {background({call("end.op")}), wait(1ms), forward("end.op")});
  builder.service("end", {wait(1ms)});
  builder.service("worker", {wait(1ms)});
  builder.channel("rabbit.q").subscribers.push_back(subscriber("worker.op"));
  for (auto const* service : {"web", "passes", "end", "worker"}) {
    TestRun run(builder);
    EXPECT_EQ(keys_at(run, service), std::set<Key>{7}) << service;
  }
}

TEST(KeyTest, ACallMayHaveOneOfItsOwnAndARequestNone) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {wait(1ms), call("db.op", with_key(Distribution::constant(3.0)))});
  builder.service("db", {wait(1ms), call("disk.op")});
  builder.service("disk", {wait(1ms)});
  for (auto const& [service, key] : {std::pair{"web", 0U}, {"db", 3U}, {"disk", 3U}}) {
    TestRun run(builder);
    EXPECT_EQ(keys_at(run, service), std::set<Key>{key}) << service;
  }
}

TEST(KeyTest, IsTheSameForAllRetries) {
  ScenarioBuilder builder(1s);
  CallOptions options = with_key(Distribution::uniform_count(1, 1'000'000));
  options.retry = retry(5, 1ms);
  builder.request("a", 0ms, "web.op").options = options;
  builder.service("web", {wait(1ms), fail()});
  TestRun run(builder);
  EXPECT_EQ(keys_at(run, "web").size(), 1U);
  EXPECT_EQ(run.service("web").arrivals, 5U);
}

/// 2,000 requests for one of 50 keys, to replicas with a cache each that holds all of them.
ScenarioBuilder sharded(Balance balance, std::int64_t replicas) {
  ScenarioBuilder builder(2s);
  builder.open("clients", 1ms, "web.op").options = with_key(Distribution::uniform_count(1, 50));
  KeyCacheOptions by_request;
  by_request.capacity = 100;
  Service& web = builder.service("web", {cache(by_request, {})}, unlimited);
  web.replicas = replicas;
  web.balance = balance;
  return builder;
}

std::uint64_t misses(ScenarioBuilder const& builder) {
  TestRun run(builder);
  run.until(2s);
  return run.world().measures.caches.at(0).misses;
}

TEST(KeyHashTest, AKeyMeetsOneReplicaWhichRemembersIt) {
  EXPECT_EQ(misses(sharded(Balance::key_hash, 1)), 50U);
  EXPECT_EQ(misses(sharded(Balance::key_hash, 4)), 50U);
  EXPECT_EQ(misses(sharded(Balance::round_robin, 4)), 200U) << "each replica learns all of them";
}

/// While a replica is down its keys are learned by the others; when it is back it learns them
/// again, and no other key is learned twice.
TEST(KeyHashTest, TheKeysOfADeadReplicaMoveAndComeBack) {
  ScenarioBuilder builder = sharded(Balance::key_hash, 4);
  builder.fault("crash", CrashFault{{ReplicaTarget{"web", 1, false}}}, 800ms, 600ms);
  std::uint64_t own = 0;
  for (Key key = 1; key <= 50; ++key) {
    if (replica_of_key({0, 1, 2, 3}, 0, key) == 0) ++own;
  }
  ASSERT_GT(own, 0U);
  EXPECT_EQ(misses(builder), 50U + 2 * own);
}

}  // namespace
}  // namespace sojourn
