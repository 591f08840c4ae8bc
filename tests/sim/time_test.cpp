#include "sim/time.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "sim/ensure.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

TEST(TimeTest, SecondsBecomeTheNearestNanosecond) {
  EXPECT_EQ(from_seconds(0.0), 0ns);
  EXPECT_EQ(from_seconds(1.5), 1500ms);
  EXPECT_EQ(from_seconds(1.4e-9), 1ns);
  EXPECT_EQ(from_seconds(1.6e-9), 2ns);
  EXPECT_EQ(from_seconds(-1.6e-9), -2ns);
}

TEST(TimeTest, SecondsBeyondTheLongestDurationBecomeIt) {
  EXPECT_EQ(from_seconds(1e300), longest_duration);
  EXPECT_EQ(from_seconds(std::numeric_limits<double>::infinity()), longest_duration);
  EXPECT_EQ(from_seconds(-std::numeric_limits<double>::infinity()), -longest_duration);
  EXPECT_EQ(from_seconds(2.4e9), longest_duration);
  EXPECT_LT(from_seconds(2.3e9), longest_duration);
  EXPECT_EQ(from_seconds(std::numeric_limits<double>::quiet_NaN()), 0ns);
}

TEST(TimeTest, AStartAndADelayNeverWrap) {
  Time const latest = Time(longest_duration) + longest_duration;
  EXPECT_GT(latest, Time(longest_duration));
  EXPECT_LT(Time(-longest_duration) - longest_duration, Time(-longest_duration));
}

TEST(TimeTest, DurationsComeBackFromSeconds) {
  for (Duration const duration : {Duration(1ns), Duration(17us), Duration(1500ms), Duration(24h)}) {
    EXPECT_EQ(from_seconds(in_seconds(duration)), duration);
  }
}

TEST(EnsureTest, ABrokenClaimEndsTheProgramAndNamesItsPlace) {
  EXPECT_EXIT(ensure(1 > 2, "one exceeds two"), testing::ExitedWithCode(3),
              "time_test.cpp:[0-9]+: not so: one exceeds two");
  ensure(2 > 1, "two exceeds one");
}

}  // namespace
}  // namespace sojourn
