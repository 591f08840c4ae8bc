#include "analysis/confidence_interval.h"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "sim/random_stream.h"

namespace sojourn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Source: any table of Student's t, such as Law, Simulation Modeling and Analysis, table T.1.
TEST(StudentTQuantileTest, AgreesWithTheTables) {
  EXPECT_NEAR(student_t_quantile(0.975, 1), 12.706205, 1e-6);
  EXPECT_NEAR(student_t_quantile(0.975, 9), 2.262157, 1e-6);
  EXPECT_NEAR(student_t_quantile(0.95, 4), 2.131847, 1e-6);
  EXPECT_NEAR(student_t_quantile(0.995, 29), 2.756386, 1e-6);
  EXPECT_NEAR(student_t_quantile(0.975, 1e6), 1.959966, 1e-6);
  EXPECT_NEAR(student_t_quantile(0.5, 7), 0.0, 1e-12);
}

/// By hand: mean 3, s^2 = 2.5, t_{0.975,4} = 2.776445.
TEST(MeanConfidenceIntervalTest, FollowsItsFormula) {
  std::array const values{1.0, 2.0, 3.0, 4.0, 5.0};
  Estimate const estimate = mean_confidence_interval(values, 0.95);
  EXPECT_DOUBLE_EQ(estimate.mean, 3.0);
  EXPECT_NEAR(estimate.half_width, 2.776445 * std::sqrt(2.5 / 5.0), 1e-6);
  EXPECT_EQ(estimate.replications, 5U);
  EXPECT_EQ(estimate.confidence, 0.95);
}

TEST(MeanConfidenceIntervalTest, LeavesOutFiguresThatDoNotExist) {
  std::array const values{nan, 1.0, nan, 3.0};
  Estimate const estimate = mean_confidence_interval(values);
  EXPECT_DOUBLE_EQ(estimate.mean, 2.0);
  EXPECT_EQ(estimate.replications, 2U);
}

TEST(MeanConfidenceIntervalTest, HasNoIntervalForOneValueAndNoMeanForNone) {
  Estimate const one = mean_confidence_interval(std::array{7.0, nan});
  EXPECT_EQ(one.mean, 7.0);
  EXPECT_TRUE(std::isnan(one.half_width));

  Estimate const none = mean_confidence_interval(std::array{nan, nan});
  EXPECT_TRUE(std::isnan(none.mean));
  EXPECT_TRUE(std::isnan(none.half_width));
  EXPECT_EQ(none.replications, 0U);
}

TEST(MeanConfidenceIntervalTest, IsInfiniteAsSoonAsOneValueIs) {
  Estimate const estimate = mean_confidence_interval(std::array{1.0, infinity, 2.0});
  EXPECT_EQ(estimate.mean, infinity);
  EXPECT_TRUE(std::isnan(estimate.half_width));
  EXPECT_EQ(estimate.replications, 3U);
}

TEST(MeanConfidenceIntervalTest, IsExactWhereAllValuesAgree) {
  std::vector<double> const values(10, 0.1);
  Estimate const estimate = mean_confidence_interval(values);
  EXPECT_EQ(estimate.mean, 0.1);
  EXPECT_EQ(estimate.half_width, 0.0);
}

TEST(MeanConfidenceIntervalTest, KeepsASmallSpreadOnALargeMean) {
  Estimate const estimate = mean_confidence_interval(std::array{1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0});
  EXPECT_NEAR(estimate.half_width, 4.302653 / std::sqrt(3.0), 1e-5);
}

/// Of 4,000 intervals at 90 % from ten normal values each, 90 % hold the true mean, within four
/// standard errors of that share (0.0047).
TEST(MeanConfidenceIntervalTest, HoldsTheTrueMeanAsOftenAsItSays) {
  RandomStream random = Streams(1, 0).open("coverage");
  int covered = 0;
  constexpr int studies = 4000;
  for (int study = 0; study < studies; ++study) {
    std::array<double, 10> values{};
    for (double& value : values) value = 5.0 + 2.0 * random.normal();
    Estimate const estimate = mean_confidence_interval(values, 0.90);
    if (std::abs(estimate.mean - 5.0) <= estimate.half_width) ++covered;
  }
  EXPECT_NEAR(static_cast<double>(covered) / studies, 0.90, 4 * 0.0047);
}

}  // namespace
}  // namespace sojourn
