#include "sim/time_average.h"

#include <cmath>

#include <gtest/gtest.h>

#include "sim/count_average.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

Time at(Duration since_zero) { return Time(since_zero); }

// --- Of levels and of counts ---------------------------------------------------------------------

template <class Average>
class AverageTest : public testing::Test {};

using Averages = testing::Types<TimeAverage, CountAverage>;
TYPED_TEST_SUITE(AverageTest, Averages);

void set(TimeAverage& average, Time now, int level) { average.set(now, level); }
void set(CountAverage& average, Time now, int level) {
  average.add(now, level - static_cast<int>(average.level()));
}

TYPED_TEST(AverageTest, WeighsEachLevelByItsTime) {
  TypeParam average(at(0s));
  set(average, at(1s), 2);
  average.add(at(3s), -1);
  EXPECT_EQ(average.level(), 1.0);
  EXPECT_DOUBLE_EQ(average.mean(at(4s)), (0.0 * 1 + 2.0 * 2 + 1.0 * 1) / 4);
  EXPECT_DOUBLE_EQ(average.mean(at(14s)), (2.0 * 2 + 1.0 * 11) / 14) << "asking changes nothing";
  EXPECT_EQ(average.integral(at(4s)), 5e9);
}

TYPED_TEST(AverageTest, ChangesAtOneInstantWeighNothingButCountForTheMaximum) {
  TypeParam average(at(0s), 1);
  set(average, at(1s), 9);
  set(average, at(1s), 1);
  EXPECT_DOUBLE_EQ(average.mean(at(2s)), 1.0);
  EXPECT_EQ(average.max(), 9.0);
}

TYPED_TEST(AverageTest, RestartForgetsThePastAndKeepsTheLevel) {
  TypeParam average(at(-60s));
  set(average, at(-30s), 8);
  set(average, at(-20s), 3);
  average.restart(at(0s));
  EXPECT_EQ(average.level(), 3.0);
  EXPECT_EQ(average.max(), 3.0);
  set(average, at(1s), 5);
  EXPECT_DOUBLE_EQ(average.mean(at(2s)), 4.0);
  EXPECT_EQ(average.max(), 5.0);
}

TYPED_TEST(AverageTest, NoTimeHasNoMean) {
  EXPECT_TRUE(std::isnan(TypeParam(at(5s), 2).mean(at(5s))));
}

// --- Of levels -----------------------------------------------------------------------------------

TEST(TimeAverageTest, MergingWeighsByTime) {
  TimeAverage one(at(0s), 1.0), other(at(100s), 4.0);
  one.set(at(2s), 3.0);
  one.set(at(3s), 3.0);
  other.set(at(101s), 6.0);
  other.set(at(104s), 6.0);
  one.merge(other);
  EXPECT_DOUBLE_EQ(one.mean(at(3s)), (1.0 * 2 + 3.0 * 1 + 4.0 * 1 + 6.0 * 3) / 7);
  EXPECT_EQ(one.level(), 3.0);
  EXPECT_EQ(one.max(), 6.0);
  EXPECT_DOUBLE_EQ(one.mean(at(6s)), (1.0 * 2 + 3.0 * 4 + 4.0 * 1 + 6.0 * 3) / 10);
}

TEST(TimeAverageTest, MergingEqualsOneLongAverage) {
  TimeAverage whole(at(0s)), first(at(0s)), second(at(10s), 2.0);
  for (TimeAverage* average : {&whole, &first}) {
    average->set(at(4s), 5.0);
    average->set(at(10s), 2.0);
  }
  for (TimeAverage* average : {&whole, &second}) {
    average->set(at(17s), 3.0);
    average->set(at(20s), 3.0);
  }
  second.merge(first);
  EXPECT_DOUBLE_EQ(second.mean(at(20s)), whole.mean(at(20s)));
  EXPECT_EQ(second.max(), whole.max());
}

TEST(TimeAverageTest, ThePastIsADefect) {
  TimeAverage average(at(1s));
  EXPECT_EXIT(average.set(at(1s) - 1ns, 1.0), testing::ExitedWithCode(3), "past");
}

}  // namespace
}  // namespace sojourn
