#include "app/lint/cache_misses.h"

#include <gtest/gtest.h>

#include "app/lint/traffic.h"
#include "models/policy/key_cache.h"
#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

KeyCacheOptions cache_of(std::int64_t capacity, Eviction policy = Eviction::lru) {
  KeyCacheOptions options;
  options.capacity = capacity;
  options.policy = policy;
  return options;
}

double approximated(KeyCacheOptions const& options, Distribution const& keys, double rate) {
  return hit_ratio(options, static_cast<double>(options.capacity), *keys.popularity(), rate);
}

/// The share of hits once the cache is full, asked at independent times.
double simulated(KeyCacheOptions const& options, Distribution const& keys, double rate) {
  constexpr int warm_up = 100'000, counted = 200'000;
  RandomStream random = Streams(1, 0).open("keys");
  KeyCache cache(options.policy, static_cast<std::size_t>(options.capacity), options.ttl);
  Distribution const between = Distribution::exponential(1.0 / rate);
  Time now;
  int hits = 0;
  for (int i = 0; i < warm_up + counted; ++i) {
    now += between.sample_duration(random);
    cache.expire(now);
    Key const key = draw_key(keys, random);
    bool const hit = cache.use(key);
    if (!hit) cache.put(key, now, random);
    hits += hit && i >= warm_up ? 1 : 0;
  }
  return static_cast<double>(hits) / counted;
}

TEST(HitRatioTest, OfKeysThatAreEquallyLikelyIsTheShareThatIsHeld) {
  Distribution const keys = Distribution::uniform_count(11, 410);
  for (Eviction const policy : {Eviction::lru, Eviction::fifo, Eviction::random, Eviction::lfu}) {
    EXPECT_NEAR(approximated(cache_of(100, policy), keys, 50.0), 0.25, 1e-9);
    EXPECT_DOUBLE_EQ(approximated(cache_of(400, policy), keys, 50.0), 1.0);
  }
}

TEST(HitRatioTest, OfAKeyThatExpiresIsThatOfItsLife) {
  KeyCacheOptions options = cache_of(10);
  options.ttl = 2s;
  EXPECT_NEAR(approximated(options, Distribution::constant(1.0), 3.0), 6.0 / 7.0, 1e-9);
  EXPECT_NEAR(approximated(options, Distribution::uniform_count(1, 10), 3.0), 0.6 / 1.6, 1e-9);
  EXPECT_DOUBLE_EQ(approximated(options, Distribution::constant(1.0), 0.0), 1.0) << "not known";
}

TEST(HitRatioTest, IsThatOfASimulatedCache) {
  Distribution const keys = Distribution::zipf(5000, 0.9);
  for (Eviction const policy : {Eviction::lru, Eviction::fifo, Eviction::random}) {
    KeyCacheOptions const options = cache_of(500, policy);
    EXPECT_NEAR(approximated(options, keys, 100.0), simulated(options, keys, 100.0), 0.005);
  }
  // In a cache the most used are not quite the most popular.
  EXPECT_NEAR(approximated(cache_of(500, Eviction::lfu), keys, 100.0),
              simulated(cache_of(500, Eviction::lfu), keys, 100.0), 0.05);
  KeyCacheOptions short_lived = cache_of(500);
  short_lived.ttl = 1s;
  EXPECT_NEAR(approximated(short_lived, keys, 100.0), simulated(short_lived, keys, 100.0), 0.01);
}

/// The rate at which the callee is asked.
double reads(std::string const& web, std::string const& key = "") {
  Scenario const scenario =
      loaded("duration: 1h\nworkloads: {users: {request: web.get, arrivals: poisson(100/s)" + key +
             "}}\nservices:\n  web: " + web + "\n  db: {operations: {read: [work: 1ms]}}\n");
  StepGraph const graph(scenario);
  return Traffic(scenario, graph).rate(graph.vertex(OperationName{"db", "read"}));
}

TEST(CacheMissesTest, AreWhatIsAskedBehind) {
  std::string const steps = R"({capacity: 100, keys: 'uniform(1, 400)'}, miss: [call: db.read])";
  EXPECT_NEAR(reads("{operations: {get: [{cache: " + steps + "}]}}"), 75.0, 1e-6);
  std::string const unknown = R"({capacity: 9, keys: 'geometric(9)'}, miss: [call: db.read])";
  EXPECT_NEAR(reads("{operations: {get: [{cache: " + unknown + "}]}}"), 0.0, 1e-9);
}

TEST(CacheMissesTest, OfKeysOfRequestsGoByTheLawThatTheyAreDrawnFrom) {
  std::string const get = R"(operations: {get: [{cache: {capacity: 100, keys: request},
                                                 miss: [call: db.read]}]}})";
  std::string const key = R"(, key: 'uniform(1, 400)')";
  EXPECT_NEAR(reads("{" + get, key), 75.0, 1e-6);
  EXPECT_NEAR(reads("{replicas: 2, " + get, key), 75.0, 1e-6) << "each holds the same";
  EXPECT_NEAR(reads("{replicas: 2, balance: key-hash, " + get, key), 50.0, 1e-6);
  EXPECT_NEAR(reads("{" + get, R"(, key: 'poisson(9)')"), 0.0, 1e-9);
}

/// The second is asked by those whom the first lets through: fewer, so that more has expired.
TEST(CacheMissesTest, AreAFixedPointWithTheRates) {
  std::string const first = R"({cache: {capacity: 1, keys: 'uniform(1, 2)'}, miss: [)";
  std::string const second = R"({cache: {capacity: 9, keys: 1, ttl: 10ms}, miss: [call: db.read]})";
  EXPECT_NEAR(reads("{operations: {get: [" + first + second + "]}]}}"), 50.0 / 1.5, 1e-6);
}

}  // namespace
}  // namespace sojourn
