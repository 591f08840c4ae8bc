#include "models/policy/rate_profile.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;

Time at(double seconds) { return Time(from_seconds(seconds)); }

/// 1 until 10 s; up to 3 over 4 s; 3 until 20 s; at once 0 until 30 s; up to 2 over 5 s.
RateProfile day() { return RateProfile({{10s, 3.0, 4s}, {20s, 0.0, 0s}, {30s, 2.0, 5s}}); }

TEST(RateProfileTest, FactorFollowsStepsAndRamps) {
  RateProfile const profile = day();
  for (auto const& [time, factor] : {std::pair{-5.0, 1.0},
                                     {0.0, 1.0},
                                     {10.0, 1.0},
                                     {11.0, 1.5},
                                     {14.0, 3.0},
                                     {19.999, 3.0},
                                     {20.0, 0.0},
                                     {29.0, 0.0},
                                     {32.5, 1.0},
                                     {35.0, 2.0},
                                     {1e6, 2.0}}) {
    EXPECT_NEAR(profile.factor(at(time)), factor, 1e-12) << time;
  }
}

TEST(RateProfileTest, OperationalTimeIsTheAreaBelow) {
  RateProfile const profile = day();
  EXPECT_NEAR(profile.between(at(0), at(10)), 10.0, 1e-9);
  EXPECT_NEAR(profile.between(at(10), at(14)), 8.0, 1e-9);
  EXPECT_NEAR(profile.between(at(-10), at(20)), 20.0 + 8.0 + 18.0, 1e-9);
  EXPECT_NEAR(profile.between(at(20), at(30)), 0.0, 1e-9);
  EXPECT_NEAR(profile.between(at(25), at(40)), 5.0 + 10.0, 1e-9);
  EXPECT_EQ(profile.between(at(7), at(7)), 0.0);
}

TEST(RateProfileTest, AfterIsTheInverseOfBetween) {
  RateProfile const profile = day();
  for (double from = -3.0; from < 45.0; from += 0.7) {
    for (double operational : {1e-6, 0.3, 1.0, 7.5, 40.0}) {
      auto const to = profile.after(at(from), operational);
      ASSERT_TRUE(to.has_value());
      EXPECT_NEAR(profile.between(at(from), *to), operational, 1e-8) << from;
    }
  }
}

TEST(RateProfileTest, NothingComesWhileTheFactorIsZero) {
  RateProfile const profile = day();
  EXPECT_GE(*profile.after(at(20.0), 1e-9), at(30.0));
  EXPECT_EQ(*profile.after(at(5.0), 0.0), at(5.0));
}

TEST(RateProfileTest, AfterALastZeroNothingEverComes) {
  RateProfile const profile({{10s, 0.0, 2s}});
  EXPECT_FALSE(profile.after(at(9.0), 3.0).has_value());
  auto const last = profile.after(at(9.0), 1.5);
  ASSERT_TRUE(last.has_value());
  EXPECT_NEAR(profile.between(at(9.0), *last), 1.5, 1e-8);
  EXPECT_FALSE(profile.after(at(12.0), 1e-9).has_value());
}

TEST(RateProfileTest, ARampIsCutShortByTheNextPoint) {
  RateProfile const profile({{0s, 5.0, 10s}, {5s, 1.0, 0s}, {8s, 4.0, 3s}});
  EXPECT_NEAR(profile.factor(at(4.999999)), 3.0, 1e-5);
  EXPECT_NEAR(profile.factor(at(5.0)), 1.0, 1e-12);
  EXPECT_NEAR(profile.factor(at(9.5)), 2.5, 1e-12);
  EXPECT_NEAR(profile.between(at(0), at(11)), 10.0 + 3.0 + 7.5, 1e-9);
}

TEST(RateProfileTest, ARampGoesOnFromWhereTheLastOneWasCut) {
  RateProfile const profile({{0s, 5.0, 10s}, {5s, 0.0, 3s}});
  EXPECT_NEAR(profile.factor(at(5.0)), 3.0, 1e-12);
  EXPECT_NEAR(profile.factor(at(6.5)), 1.5, 1e-12);
  EXPECT_NEAR(profile.factor(at(9.0)), 0.0, 1e-12);
}

constexpr double pi = 3.14159265358979323846;

TEST(RateProfileTest, ASineRisesFirstAndIsOneOnAverage) {
  RateProfile const profile(SineProfile{24s, 0.6});
  EXPECT_FALSE(profile.is_constant());
  EXPECT_NEAR(profile.factor(at(0)), 1.0, 1e-12);
  EXPECT_NEAR(profile.factor(at(6)), 1.6, 1e-12);
  EXPECT_NEAR(profile.factor(at(-6)), 0.4, 1e-12);
  EXPECT_NEAR(profile.factor(at(24e6 + 18)), 0.4, 1e-9);
  EXPECT_NEAR(profile.between(at(-7), at(17)), 24.0, 1e-9);
  EXPECT_NEAR(profile.between(at(0), at(12)), 12.0 + 2.0 * 0.6 * 24.0 / (2.0 * pi), 1e-9);
}

TEST(RateProfileTest, TheInverseOfASineIsExactToTheNanosecond) {
  for (double const amplitude : {0.1, 0.6, 0.99}) {
    RateProfile const profile(SineProfile{24s, amplitude});
    for (double from = -30.0; from < 30.0; from += 0.37) {
      for (double operational : {0.0, 1e-9, 1e-6, 0.3, 1.0, 7.5, 24.0, 40.0, 1000.0}) {
        Time const to = *profile.after(at(from), operational);
        double const rounding = 2e-9 * (1.0 + amplitude);  // of the clock, times the factor
        EXPECT_NEAR(profile.between(at(from), to), operational, rounding) << from;
      }
    }
  }
}

/// Where the factor is zero the root is threefold, and time may jump a little.
TEST(RateProfileTest, AFullSineStandsStillForAnInstant) {
  RateProfile const profile(SineProfile{24s, 1.0});
  for (double from = -30.0; from < 30.0; from += 0.37) {
    for (double operational : {1e-9, 1e-6, 0.3, 24.0, 1000.0}) {
      Time const to = *profile.after(at(from), operational);
      EXPECT_NEAR(profile.between(at(from), to), operational, 5e-9) << from;
    }
  }
}

TEST(RateProfileTest, WithoutPointsTheClockIsTheClock) {
  RateProfile const profile;
  EXPECT_TRUE(profile.is_constant());
  EXPECT_EQ(*profile.after(at(3.0), 2.0), at(5.0));
  EXPECT_EQ(profile.factor(at(3.0)), 1.0);
}

}  // namespace
}  // namespace sojourn
