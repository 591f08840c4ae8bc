#include "sim/tally.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "sim/random_stream.h"

namespace sojourn {
namespace {

Tally tally_of(std::vector<double> const& values) {
  Tally tally;
  for (double const value : values) tally.record(value);
  return tally;
}

TEST(TallyTest, KnowsMeanVarianceAndExtremes) {
  Tally const tally = tally_of({2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_EQ(tally.count(), 8U);
  EXPECT_DOUBLE_EQ(tally.mean(), 5.0);
  EXPECT_DOUBLE_EQ(tally.variance(), 32.0 / 7.0);
  EXPECT_EQ(tally.min(), 2.0);
  EXPECT_EQ(tally.max(), 9.0);
}

TEST(TallyTest, VarianceSurvivesALargeMean) {
  Tally const tally = tally_of({1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16});
  EXPECT_DOUBLE_EQ(tally.variance(), 30.0);
}

TEST(TallyTest, TooFewObservationsGiveNoFigures) {
  Tally tally;
  EXPECT_TRUE(std::isnan(tally.mean()));
  EXPECT_TRUE(std::isnan(tally.min()));
  EXPECT_TRUE(std::isnan(tally.max()));
  tally.record(3.0);
  EXPECT_EQ(tally.mean(), 3.0);
  EXPECT_TRUE(std::isnan(tally.variance()));
}

TEST(TallyTest, MergingEqualsRecordingAll) {
  RandomStream random = Streams(1, 0).open("tally");
  Tally all, left, right;
  for (int i = 0; i < 1000; ++i) {
    double const value = 100.0 + random.normal();
    all.record(value);
    (i < 300 ? left : right).record(value);
  }
  left.merge(right);
  EXPECT_EQ(left.count(), all.count());
  EXPECT_DOUBLE_EQ(left.mean(), all.mean());
  EXPECT_NEAR(left.variance(), all.variance(), 1e-12 * all.variance());
  EXPECT_EQ(left.min(), all.min());
  EXPECT_EQ(left.max(), all.max());
}

TEST(TallyTest, MergingWithNothingChangesNothing) {
  Tally tally = tally_of({1, 2, 4});
  tally.merge(Tally());
  EXPECT_DOUBLE_EQ(tally.mean(), 7.0 / 3.0);
  Tally empty;
  empty.merge(tally);
  EXPECT_DOUBLE_EQ(empty.mean(), tally.mean());
  EXPECT_DOUBLE_EQ(empty.variance(), tally.variance());
  EXPECT_EQ(empty.min(), 1.0);
}

}  // namespace
}  // namespace sojourn
