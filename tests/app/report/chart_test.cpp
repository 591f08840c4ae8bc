#include "app/report/chart.h"

#include <cmath>

#include <gmock/gmock.h>

namespace sojourn {
namespace {

using testing::ElementsAre;

TEST(SparklineTest, RunsFromZeroToTheTop) {
  EXPECT_EQ(sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 7.0), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline({-1.0, 9.0}, 7.0), "▁█");
}

TEST(SparklineTest, LeavesAGapWhereThereIsNoValue) {
  EXPECT_EQ(sparkline({1.0, std::nan(""), 0.0}, 1.0), "█ ▁");
}

TEST(SparklineTest, DrawsNothingButZerosOnTheFloor) { EXPECT_EQ(sparkline({0, 0}, 0.0), "▁▁"); }

TEST(ResampledTest, TakesMeansOfRatesAndPeaksOfLevels) {
  std::vector<double> const values{1, 3, 5, 7, 9};
  EXPECT_THAT(resampled(values, 3, false), ElementsAre(2.0, 6.0, 9.0));
  EXPECT_THAT(resampled(values, 3, true), ElementsAre(3.0, 7.0, 9.0));
}

TEST(ResampledTest, KeepsWhatFits) {
  EXPECT_THAT(resampled({1, 2, 3}, 60, false), ElementsAre(1.0, 2.0, 3.0));
}

TEST(ResampledTest, SkipsGapsUnlessThereIsNothingElse) {
  double const nan = std::nan("");
  auto const cells = resampled({nan, 4, nan, nan}, 2, false);
  EXPECT_EQ(cells.at(0), 4.0);
  EXPECT_TRUE(std::isnan(cells.at(1)));
}

}  // namespace
}  // namespace sojourn
