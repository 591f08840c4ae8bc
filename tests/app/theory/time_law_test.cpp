#include "app/theory/time_law.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

void expect_same_moments(Distribution const& distribution) {
  auto const law = TimeLaw::of(distribution);
  ASSERT_TRUE(law.phases);
  EXPECT_NEAR(law.phases->mean(), distribution.mean(), 1e-12 * distribution.mean());
  double const second = distribution.variance() + distribution.mean() * distribution.mean();
  EXPECT_NEAR(law.phases->second_moment(), second, 1e-12 * second);
}

TEST(TimeLawTest, PhasesHaveTheMomentsOfTheirDistribution) {
  expect_same_moments(Distribution::exponential(0.3));
  expect_same_moments(Distribution::erlang(0.3, 4));
  expect_same_moments(Distribution::hyperexponential(0.3, 2.0));
  expect_same_moments(Distribution::hyperexponential(0.3, 2.0).scaled(7.0));
  expect_same_moments(Distribution::mixture(
      {{0.2, Distribution::exponential(1.0)}, {0.8, Distribution::erlang(3.0, 2)}}));
}

TEST(TimeLawTest, OtherLawsHaveMomentsOnly) {
  auto const law = TimeLaw::of(Distribution::lognormal(0.3, 0.5));
  EXPECT_FALSE(law.phases);
  EXPECT_NEAR(law.moments().scv, 0.25, 1e-12);
  EXPECT_TRUE(law.exact);
}

TEST(TimeLawTest, SumsAndChoicesKeepTheWholeDistribution) {
  auto const fast = TimeLaw::of(Distribution::exponential(1.0));
  auto const slow = TimeLaw::of(Distribution::exponential(3.0));
  auto const sum = fast.then(slow);
  EXPECT_NEAR(sum.phases->mean(), 4.0, 1e-12);
  EXPECT_NEAR(sum.variance, 10.0, 1e-12);
  auto const either = fast.or_else(0.25, slow);
  EXPECT_NEAR(either.phases->mean(), either.mean, 1e-12);
  EXPECT_NEAR(either.mean, 2.5, 1e-12);
  EXPECT_TRUE(fast.or_else(0.5, fast).exponential());
}

}  // namespace
}  // namespace sojourn
