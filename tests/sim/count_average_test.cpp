/// What it has in common with `TimeAverage` is tested there.
#include "sim/count_average.h"

#include <gtest/gtest.h>

#include "sim/random_stream.h"
#include "sim/time_average.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

Time at(Duration since_zero) { return Time(since_zero); }

TEST(CountAverageTest, WeighsEachLevelByItsTime) {
  CountAverage average(at(0s), 1);
  average.add(at(1s), 2);
  average.add(at(3s), -1);
  EXPECT_EQ(average.level(), 2.0);
  EXPECT_DOUBLE_EQ(average.mean(at(4s)), (1.0 * 1 + 3.0 * 2 + 2.0 * 1) / 4);
  EXPECT_DOUBLE_EQ(average.mean(at(14s)), (1.0 * 1 + 3.0 * 2 + 2.0 * 11) / 14);
  EXPECT_EQ(average.integral(at(4s)), 9e9);
}

/// A million in line for a year are 3e22 ns.
TEST(CountAverageTest, IsExactBeyondWhatANumberOf64BitsHolds) {
  CountAverage average(at(0s), 1'000'000);
  Duration const year = 8760h;
  average.add(at(year), -999'999);
  EXPECT_DOUBLE_EQ(average.mean(at(2 * year)), 500'000.5);
}

TEST(CountAverageTest, IsTheTimeAverageOfTheLevel) {
  RandomStream random = Streams(1, 0).open("changes");
  CountAverage count(at(-5s));
  TimeAverage level(at(-5s));
  Time now = at(-5s);
  for (int i = 0; i < 10'000; ++i) {
    now += Duration(random.below(1'000'000'000));
    int const change = count.level() > 0.0 && random.happens(0.5) ? -1 : 1;
    count.add(now, change);
    level.add(now, change);
    ASSERT_NEAR(count.mean(now), level.mean(now), 1e-12 * level.mean(now));
    ASSERT_EQ(count.max(), level.max());
    if (i == 5000) {
      count.restart(now);
      level.restart(now);
      now += 1ns;
    }
  }
}

}  // namespace
}  // namespace sojourn
