#include "models/policy/key_cache.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;

RandomStream stream() { return Streams(1, 0).open("test"); }
Time at(Duration time) { return Time(time); }

/// Asks for each key, one a character, and puts in what is missing: '+' for a hit, '-' for a miss.
std::string ask(KeyCache& cache, std::string const& keys, Time now = {}) {
  RandomStream random = stream();
  std::string answers;
  for (char const key : keys) {
    cache.expire(now);
    bool const hit = cache.use(static_cast<Key>(key));
    if (!hit) cache.put(static_cast<Key>(key), now, random);
    answers += hit ? '+' : '-';
  }
  return answers;
}

TEST(KeyCacheTest, LruLosesWhatWasUsedLongestAgo) {
  KeyCache cache(Eviction::lru, 3, {});
  EXPECT_EQ(ask(cache,
                "abc"
                "a"      // b c a
                "d"      // c a d
                "b"      // a d b
                "adb"    // a d b
                "c"      // d b c
                "bca"),  // b c a
            "---+--+++-++-");
}

TEST(KeyCacheTest, FifoLosesWhatCameFirstHoweverOftenItIsUsed) {
  KeyCache cache(Eviction::fifo, 3, {});
  EXPECT_EQ(ask(cache,
                "abc"
                "aaa"  // a b c
                "d"    // b c d
                "a"    // c d a
                "cd"
                "b"     // d a b
                "dc"),  // a b c
            "---+++--++-+-");
}

/// Of a: 3 uses, b: 1, c: 2, the next ones go in the order b, c.
TEST(KeyCacheTest, LfuLosesWhatWasUsedLeast) {
  KeyCache cache(Eviction::lfu, 3, {});
  EXPECT_EQ(ask(cache,
                "abc"
                "aac"  // b1 c2 a3
                "d"    // d1 c2 a3
                "b"    // b1 c2 a3
                "b"    // c2 b2 a3: c was used before b
                "d"    // d1 b2 a3: of those used least the one used longest ago
                "bac"  // c1 b3 a4
                "d"),
            "---+++--+-++--");
}

TEST(KeyCacheTest, LfuBreaksTiesByTheLastUse) {
  KeyCache cache(Eviction::lfu, 3, {});
  EXPECT_EQ(ask(cache,
                "abc"
                "cba"  // each twice, c first
                "d"    // in c's place
                "ab"
                "d"),
            "---+++-+++");
}

TEST(KeyCacheTest, LfuForgetsTheUsesOfWhatHasGone) {
  KeyCache cache(Eviction::lfu, 1, {});
  EXPECT_EQ(ask(cache, "aaaabab"), "-+++---");
}

TEST(KeyCacheTest, RandomLosesAnyOneOfThemAlike) {
  RandomStream random = stream();
  std::map<Key, int> lost;
  constexpr int times = 30000;
  for (int i = 0; i < times; ++i) {
    KeyCache cache(Eviction::random, 3, {});
    for (Key const key : {1U, 2U, 3U, 4U}) cache.put(key, at(0s), random);
    EXPECT_EQ(cache.size(), 3U);
    EXPECT_TRUE(cache.use(4)) << "who comes in has not to go for itself";
    for (Key const key : {1U, 2U, 3U}) lost[key] += cache.use(key) ? 0 : 1;
  }
  double const deviation = std::sqrt(times * (1.0 / 3.0) * (2.0 / 3.0));
  for (auto const& [key, count] : lost) EXPECT_NEAR(count, times / 3.0, 4 * deviation) << key;
}

TEST(KeyCacheTest, TellsWhenAnotherHadToGo) {
  KeyCache cache(Eviction::lru, 2, {});
  RandomStream random = stream();
  EXPECT_FALSE(cache.put(1, at(0s), random));
  EXPECT_FALSE(cache.put(2, at(0s), random));
  EXPECT_FALSE(cache.put(1, at(0s), random)) << "it is there already";
  EXPECT_TRUE(cache.put(3, at(0s), random));
  EXPECT_FALSE(cache.use(2)) << "1 was put in again after it";
  EXPECT_EQ(cache.size(), 2U);
}

TEST(KeyCacheTest, AnEntryIsGoneAtTheInstantAtWhichItExpires) {
  KeyCache cache(Eviction::lru, 5, Duration(10s));
  RandomStream random = stream();
  cache.put(1, at(-5s), random);
  cache.put(2, at(0s), random);
  EXPECT_EQ(cache.expire(at(5s - 1ns)), 0U);
  EXPECT_TRUE(cache.use(1)) << "which prolongs nothing";
  EXPECT_EQ(cache.expire(at(5s)), 1U);
  EXPECT_FALSE(cache.use(1));
  EXPECT_TRUE(cache.use(2));
  cache.put(2, at(6s), random);
  EXPECT_EQ(cache.expire(at(15s)), 0U) << "put in anew";
  EXPECT_EQ(cache.expire(at(16s)), 1U);
  EXPECT_EQ(cache.size(), 0U);
}

TEST(KeyCacheTest, WhatHasExpiredMakesRoom) {
  for (auto const policy : {Eviction::lru, Eviction::fifo, Eviction::random, Eviction::lfu}) {
    KeyCache cache(policy, 2, Duration(10s));
    RandomStream random = stream();
    cache.put(1, at(0s), random);
    cache.put(2, at(5s), random);
    cache.use(1);
    EXPECT_EQ(cache.expire(at(10s)), 1U);
    EXPECT_FALSE(cache.put(3, at(10s), random));
    EXPECT_TRUE(cache.use(2) && cache.use(3));
  }
}

TEST(KeyCacheTest, ClearedItIsAsNew) {
  KeyCache cache(Eviction::lfu, 2, {});
  EXPECT_EQ(ask(cache, "aab"), "-+-");
  cache.clear();
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_EQ(ask(cache, "abca"), "----") << "a and b have one use each again";
}

/// The same by looking through all entries.
class NaiveCache {
 public:
  NaiveCache(Eviction policy, std::size_t capacity, Duration ttl)
      : policy_(policy), capacity_(capacity), ttl_(ttl) {}

  std::size_t expire(Time now) {
    return std::erase_if(entries_, [&](Entry const& entry) { return entry.put + ttl_ <= now; });
  }
  bool use(Key key) {
    auto const entry = find(key);
    if (entry == entries_.end()) return false;
    entry->last_use = ++clock_;
    ++entry->uses;
    return true;
  }
  bool put(Key key, Time now) {
    if (use(key)) {
      find(key)->put = now;
      return false;
    }
    bool const full = entries_.size() == capacity_;
    auto const before = [this](Entry const& left, Entry const& right) {
      return goes_before(left, right);
    };
    if (full) entries_.erase(std::min_element(entries_.begin(), entries_.end(), before));
    entries_.push_back({key, now, ++clock_, clock_, 1});
    return full;
  }

 private:
  struct Entry {
    Key key;
    Time put;
    int came, last_use, uses;
  };
  std::vector<Entry>::iterator find(Key key) {
    return std::find_if(entries_.begin(), entries_.end(),
                        [&](Entry const& entry) { return entry.key == key; });
  }
  [[nodiscard]] bool goes_before(Entry const& left, Entry const& right) const {
    if (policy_ == Eviction::fifo) return left.came < right.came;
    if (policy_ == Eviction::lfu && left.uses != right.uses) return left.uses < right.uses;
    return left.last_use < right.last_use;
  }

  Eviction policy_;
  std::size_t capacity_;
  Duration ttl_;
  std::vector<Entry> entries_;
  int clock_ = 0;
};

TEST(KeyCacheTest, AgreesWithItsNaiveTwin) {
  for (auto const policy : {Eviction::lru, Eviction::fifo, Eviction::lfu}) {
    RandomStream random = stream();
    KeyCache cache(policy, 8, Duration(60ms));
    NaiveCache twin(policy, 8, 60ms);
    Time now{};
    for (int i = 0; i < 20000; ++i) {
      now += Duration(1ms) * static_cast<std::int64_t>(random.below(4));
      auto const key = static_cast<Key>(random.below(1 + random.below(20)));
      ASSERT_EQ(cache.expire(now), twin.expire(now));
      if (random.below(4) == 0) {
        ASSERT_EQ(cache.put(key, now, random), twin.put(key, now));
      } else {
        ASSERT_EQ(cache.use(key), twin.use(key)) << "step " << i;
      }
    }
  }
}

}  // namespace
}  // namespace sojourn
