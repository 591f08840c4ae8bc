#include "analysis/objectives.h"

#include <limits>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Verdict judged(Goal::Comparison comparison, double limit, double mean, double half_width) {
  AlternativeResult alternative;
  alternative.metrics = {
      {{"x.latency.p99", Unit::second, Better::lower}, {mean, half_width, 0.95, 10}}};
  return judge({"as written", "x.latency.p99", comparison, limit}, alternative);
}

TEST(ObjectivesTest, ComparesTheMeanWithTheLimit) {
  using enum Goal::Comparison;
  EXPECT_TRUE(judged(at_most, 1.0, 1.0, 0.0).met);
  EXPECT_FALSE(judged(less, 1.0, 1.0, 0.0).met);
  EXPECT_TRUE(judged(at_least, 1.0, 1.0, 0.0).met);
  EXPECT_FALSE(judged(more, 1.0, 1.0, 0.0).met);
  EXPECT_FALSE(judged(at_most, 1.0, 1.1, 0.0).met);
  EXPECT_FALSE(judged(at_least, 1.0, 0.9, 0.0).met);
}

TEST(ObjectivesTest, IsSureWhereTheWholeIntervalLiesOnOneSide) {
  using enum Goal::Comparison;
  EXPECT_TRUE(judged(at_most, 1.0, 0.8, 0.1).sure);
  EXPECT_FALSE(judged(at_most, 1.0, 0.8, 0.3).sure);
  EXPECT_TRUE(judged(at_most, 1.0, 1.4, 0.3).sure);
  EXPECT_FALSE(judged(at_most, 1.0, 1.2, 0.3).sure);
  EXPECT_FALSE(judged(at_most, 1.0, 0.8, nan).sure);
}

TEST(ObjectivesTest, MeetsNothingWithoutAFigure) {
  Verdict const verdict = judged(Goal::Comparison::at_most, 1.0, nan, nan);
  EXPECT_TRUE(verdict.applies);
  EXPECT_FALSE(verdict.met);
  EXPECT_FALSE(verdict.sure);
}

TEST(ObjectivesTest, IsSurelyMissedWhereTheFigureIsWithoutBound) {
  Verdict const verdict = judged(Goal::Comparison::at_most, 1.0, infinity, nan);
  EXPECT_FALSE(verdict.met);
  EXPECT_TRUE(verdict.sure);
}

TEST(ObjectivesTest, DoesNotApplyWhereTheMetricIsMissing) {
  Verdict const verdict = judge({"as written", "y.latency.p99"}, AlternativeResult{});
  EXPECT_FALSE(verdict.applies);
  EXPECT_FALSE(verdict.met);
  EXPECT_EQ(verdict.goal.text, "as written");
}

TEST(ObjectivesTest, CarriesTheValueThatItJudged) {
  Verdict const verdict = judged(Goal::Comparison::at_most, 1.0, 0.8, 0.1);
  EXPECT_EQ(verdict.value.mean, 0.8);
  EXPECT_EQ(verdict.value.half_width, 0.1);
  EXPECT_EQ(verdict.unit, Unit::second);
}

}  // namespace
}  // namespace sojourn
