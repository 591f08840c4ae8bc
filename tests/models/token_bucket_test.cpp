#include "models/policy/token_bucket.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;

Time at(Duration time) { return Time(time); }

TEST(TokenBucketTest, StartsFullAndGivesItsBurstAtOnce) {
  TokenBucket bucket(10ms, 3);
  EXPECT_TRUE(bucket.take(at(-5s)));
  EXPECT_TRUE(bucket.take(at(-5s)));
  EXPECT_TRUE(bucket.take(at(-5s)));
  EXPECT_FALSE(bucket.take(at(-5s)));
}

TEST(TokenBucketTest, ATokenIsThereToTheNanosecond) {
  TokenBucket bucket(10ms, 2);
  EXPECT_TRUE(bucket.take(at(0ms)));
  EXPECT_TRUE(bucket.take(at(4ms)));
  EXPECT_EQ(bucket.next_token(at(4ms)), at(10ms));
  EXPECT_FALSE(bucket.take(at(10ms - 1ns)));
  EXPECT_TRUE(bucket.take(at(10ms)));
  EXPECT_EQ(bucket.next_token(at(10ms)), at(20ms));
}

TEST(TokenBucketTest, ItFillsContinuouslyAndNoFurtherThanFull) {
  TokenBucket bucket(10ms, 2);
  EXPECT_TRUE(bucket.take(at(0ms)));
  EXPECT_TRUE(bucket.take(at(0ms)));
  EXPECT_TRUE(bucket.take(at(15ms)));
  EXPECT_FALSE(bucket.take(at(19ms))) << "half a token was left, and 0.4 came";
  EXPECT_TRUE(bucket.take(at(20ms)));
  EXPECT_EQ(bucket.next_token(at(10s)), at(10s));
  EXPECT_TRUE(bucket.take(at(10s)));
  EXPECT_TRUE(bucket.take(at(10s)));
  EXPECT_FALSE(bucket.take(at(10s))) << "a long rest is worth no more than the burst";
}

TEST(TokenBucketTest, OneTokenIsAMinimumDistance) {
  TokenBucket bucket(7ns, 1);
  int taken = 0;
  for (Duration time = 0ns; time < 700000ns; time += 1ns) taken += bucket.take(at(time)) ? 1 : 0;
  EXPECT_EQ(taken, 100000);
}

}  // namespace
}  // namespace sojourn
