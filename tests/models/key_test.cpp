#include "models/policy/key.h"

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

constexpr Key keys = 40000;

std::vector<std::uint32_t> replicas(std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> all(count);
  std::iota(all.begin(), all.end(), first);
  return all;
}

TEST(KeyHashTest, OnlyTheKeysOfAReplicaThatGoesMove) {
  auto const all = replicas(0, 8);
  for (std::uint32_t const gone : all) {
    auto up = all;
    up.erase(up.begin() + gone);
    for (Key key = 0; key < 2000; ++key) {
      std::uint32_t const before = replica_of_key(all, 0, key);
      std::uint32_t const after = replica_of_key(up, 0, key);
      if (before == gone) {
        EXPECT_NE(after, gone);
      } else {
        EXPECT_EQ(after, before) << "key " << key;
      }
    }
  }
}

/// A replica has each key with probability 1/n, and so has each other one those of one that goes.
TEST(KeyHashTest, KeysAreSpreadEvenly) {
  auto const all = replicas(0, 8);
  auto const up = replicas(1, 7);
  std::vector<int> owned(8), inherited(8);
  for (Key key = 0; key < keys; ++key) {
    std::uint32_t const owner = replica_of_key(all, 0, key);
    ++owned[owner];
    if (owner == 0) ++inherited[replica_of_key(up, 0, key)];
  }
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_NEAR(owned[i], keys / 8.0, 4 * std::sqrt(keys / 8.0 * 7.0 / 8.0)) << i;
  }
  double const share = owned[0] / 7.0;
  for (std::size_t i = 1; i < 8; ++i) {
    EXPECT_NEAR(inherited[i], share, 4 * std::sqrt(share * 6.0 / 7.0)) << i;
  }
}

TEST(KeyHashTest, OtherServicesBeforeItMoveNoKey) {
  for (Key key = 0; key < 1000; ++key) {
    EXPECT_EQ(replica_of_key(replicas(0, 5), 0, key) + 17,
              replica_of_key(replicas(17, 5), 17, key));
  }
}

/// So that a change of the hash, which would change every result, is noticed.
TEST(KeyHashTest, TheHashIsThatOfSplitMix64) { EXPECT_EQ(key_weight(0, 0), 0xe220a8397b1dcdafU); }

TEST(KeyTest, CountsBeyondTheKeysBeginAgain) {
  RandomStream random = Streams(1, 0).open("test");
  EXPECT_EQ(draw_key(Distribution::constant(7.0), random), 7U);
  EXPECT_EQ(draw_key(Distribution::constant(4294967298.0), random), 2U);
}

}  // namespace
}  // namespace sojourn
