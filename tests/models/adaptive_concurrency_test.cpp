#include "models/policy/adaptive_concurrency.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;

constexpr AdaptiveLimit from_16{16, 1, 100};

/// A window of replies that all took that long, while so many were inside.
void window(AdaptiveConcurrency& limiter, Duration inside_for, std::int64_t inside) {
  std::int64_t const length = std::max(AdaptiveConcurrency::shortest_window, 2 * limiter.limit());
  for (std::int64_t i = 0; i < length; ++i) limiter.record(inside_for, inside);
}

/// The same, with as many inside as may be.
void full_window(AdaptiveConcurrency& limiter, Duration inside_for) {
  window(limiter, inside_for, limiter.limit());
}

TEST(AdaptiveConcurrencyTest, MovesAtTheEndOfAWindow) {
  AdaptiveConcurrency limiter(from_16);
  full_window(limiter, 10ms);
  EXPECT_EQ(limiter.limit(), 16) << "the first one only measures";
  for (int i = 0; i < 49; ++i) limiter.record(10ms, 16);
  EXPECT_EQ(limiter.limit(), 16);
  limiter.record(10ms, 16);
  EXPECT_EQ(limiter.limit(), 20);
}

/// 16 + 4 = 20; 20 / 2 + 4.472 = 14.472; 14.472 * 15 / 18 + 3.804 = 15.864.
TEST(AdaptiveConcurrencyTest, FollowsTheGradient) {
  AdaptiveConcurrency limiter(from_16);
  full_window(limiter, 10ms);
  full_window(limiter, 14ms);
  EXPECT_EQ(limiter.limit(), 20) << "less than half above the base";
  full_window(limiter, 90ms);
  EXPECT_EQ(limiter.limit(), 14) << "no more than halved";
  full_window(limiter, 18ms);
  EXPECT_EQ(limiter.limit(), 15);
}

/// With a base of 5 ms: 16 + 4 = 20, and 20 * 7.5 / 10 + 4.472 = 19.472.
TEST(AdaptiveConcurrencyTest, TheBaseIsTheLeastAverage) {
  AdaptiveConcurrency limiter(from_16);
  full_window(limiter, 10ms);
  full_window(limiter, 5ms);
  full_window(limiter, 10ms);
  EXPECT_EQ(limiter.limit(), 19);
}

TEST(AdaptiveConcurrencyTest, DoesNotGrowWhileItIsNotUsed) {
  AdaptiveConcurrency limiter(from_16);
  full_window(limiter, 10ms);
  window(limiter, 10ms, 7);
  EXPECT_EQ(limiter.limit(), 16);
  window(limiter, 10ms, 8);
  EXPECT_EQ(limiter.limit(), 20);
}

TEST(AdaptiveConcurrencyTest, ADropTakesATenthOncePerWindow) {
  AdaptiveConcurrency limiter(from_16);
  full_window(limiter, 10ms);
  limiter.record_drop();
  limiter.record_drop();
  full_window(limiter, 10ms);
  EXPECT_EQ(limiter.limit(), 14) << "14.4";
  full_window(limiter, 10ms);
  EXPECT_EQ(limiter.limit(), 18) << "14.4 + 3.79";
}

TEST(AdaptiveConcurrencyTest, StaysWithinItsBounds) {
  AdaptiveConcurrency limiter({16, 12, 18});
  full_window(limiter, 10ms);
  full_window(limiter, 10ms);
  EXPECT_EQ(limiter.limit(), 18);
  for (int i = 0; i < 5; ++i) full_window(limiter, 1s);
  EXPECT_EQ(limiter.limit(), 12);
}

TEST(AdaptiveConcurrencyTest, AProbeGivesANewBaseAndTheLimitGoesOnFromWhereItWas) {
  AdaptiveConcurrency limiter(from_16);
  full_window(limiter, 10ms);
  for (int i = 0; i < AdaptiveConcurrency::windows_between_probes; ++i) window(limiter, 10ms, 1);
  EXPECT_EQ(limiter.limit(), 4);
  window(limiter, 10ms, 16);
  EXPECT_EQ(limiter.limit(), 4) << "those inside leave";
  window(limiter, 40ms, 4);
  EXPECT_EQ(limiter.limit(), 16);
  window(limiter, 40ms, 16);
  EXPECT_EQ(limiter.limit(), 20) << "40 ms are normal now";
}

/// Ten slots and 10 ms of work under an overload: all that may be inside are, and wait for their
/// share. It settles where limit = 15 + sqrt(limit), also if it began by taking waiting for normal.
TEST(AdaptiveConcurrencyTest, SettlesUnderAnOverload) {
  for (std::int64_t const initial : {5, 10, 80}) {
    AdaptiveConcurrency limiter({initial, 1, 1000});
    for (int i = 0; i < 450; ++i) {
      full_window(limiter, std::max<Duration>(10ms, 1ms * limiter.limit()));
    }
    EXPECT_NEAR(static_cast<double>(limiter.limit()), 19.4, 1.5) << "from " << initial;
  }
}

}  // namespace
}  // namespace sojourn
