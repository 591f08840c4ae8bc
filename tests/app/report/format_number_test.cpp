#include "app/report/format_number.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

std::string pair_of(double mean, double half_width, Unit unit) {
  auto const text = format_estimate({mean, half_width, 0.95, 10}, unit);
  return text.half_width.empty() ? text.value : text.value + " ± " + text.half_width;
}

std::string difference_of(double mean, double half_width, Unit unit) {
  auto const text = format_difference({mean, half_width, 0.95, 10}, unit);
  return text.half_width.empty() ? text.value : text.value + " ± " + text.half_width;
}

TEST(FormatNumberTest, ChoosesTheUnitOfTimeThatFits) {
  EXPECT_EQ(format_number(0.0, Unit::second), "0 s");
  EXPECT_EQ(format_number(3e-9, Unit::second), "3.00 ns");
  EXPECT_EQ(format_number(250e-6, Unit::second), "250.0 µs");
  EXPECT_EQ(format_number(0.0124, Unit::second), "12.4 ms");
  EXPECT_EQ(format_number(0.12345, Unit::second), "123.5 ms");
  EXPECT_EQ(format_number(1.2345, Unit::second), "1.23 s");
  EXPECT_EQ(format_number(119.0, Unit::second), "119.0 s");
  EXPECT_EQ(format_number(200.0, Unit::second), "3.33 min");
  EXPECT_EQ(format_number(9000.0, Unit::second), "2.50 h");
  EXPECT_EQ(format_number(864000.0, Unit::second), "10.0 d");
}

TEST(FormatNumberTest, RoundsIntoTheNextUnit) {
  EXPECT_EQ(format_number(0.99996, Unit::second), "1.00 s");
  EXPECT_EQ(format_number(0.99996e-3, Unit::second), "1.00 ms");
  EXPECT_EQ(format_number(9.996, Unit::per_second), "10.0/s");
  EXPECT_EQ(format_number(999.96, Unit::per_second), "1,000/s");
}

TEST(FormatNumberTest, WritesRatesAndCountsWithSeparators) {
  EXPECT_EQ(format_number(119.8, Unit::per_second), "119.8/s");
  EXPECT_EQ(format_number(0.0123, Unit::per_second), "0.0123/s");
  EXPECT_EQ(format_number(1234567.0, Unit::one), "1,234,567");
  EXPECT_EQ(format_number(128.0, Unit::one), "128");
  EXPECT_EQ(format_number(1.5, Unit::one), "1.50");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1'080'123), "1,080,123");
}

TEST(FormatNumberTest, ShowsThreeDigitsHoweverSmall) {
  EXPECT_EQ(format_number(1.234e-5, Unit::one), "0.0000123");
  EXPECT_EQ(format_number(2.04e-6, Unit::one), "0.00000204");
  EXPECT_EQ(format_number(2.04e-7, Unit::one), "2.04e-07");
  EXPECT_EQ(pair_of(2.04e-6, 0.11e-6, Unit::one), "0.00000204 ± 0.00000011");
  EXPECT_EQ(pair_of(1.234e-5, 1.1e-7, Unit::one), "0.0000123 ± 0.0000001");
  EXPECT_EQ(pair_of(2.04e-7, 1.1e-8, Unit::one), "2.04e-07 ± 1.10e-08");
  EXPECT_EQ(difference_of(-1.5e-6, 2e-7, Unit::one), "-0.00000150 ± 0.00000020");
}

TEST(FormatNumberTest, KeepsTheDigitsThatMatterNearAHundredPercent) {
  EXPECT_EQ(format_number(1.0, Unit::ratio), "100 %");
  EXPECT_EQ(format_number(0.0, Unit::ratio), "0 %");
  EXPECT_EQ(format_number(0.9993, Unit::ratio), "99.93 %");
  EXPECT_EQ(format_number(0.999995, Unit::ratio), "99.9995 %");
  EXPECT_EQ(format_number(0.905, Unit::ratio), "90.5 %");
  EXPECT_EQ(format_number(0.0802, Unit::ratio), "8.02 %");
  EXPECT_EQ(format_number(0.00012, Unit::ratio), "0.0120 %");
}

TEST(FormatNumberTest, NeverRoundsAlmostAllToAll) {
  EXPECT_NE(format_number(0.99999999, Unit::ratio), "100 %");
  EXPECT_NE(format_number(1e-9, Unit::ratio), "0 %");
}

TEST(FormatNumberTest, NamesWhatIsNoNumber) {
  EXPECT_EQ(format_number(nan, Unit::second), "–");
  EXPECT_EQ(format_number(infinity, Unit::second), "never");
  EXPECT_EQ(format_number(infinity, Unit::one), "∞");
}

TEST(FormatNumberTest, WritesTheHalfWidthLikeItsMean) {
  EXPECT_EQ(pair_of(0.0124, 0.0003, Unit::second), "12.4 ms ± 0.3");
  EXPECT_EQ(pair_of(0.9993, 0.0002, Unit::ratio), "99.93 % ± 0.02");
  EXPECT_EQ(pair_of(128.0, 0.0, Unit::one), "128 ± 0");
  EXPECT_EQ(pair_of(128.0, 2.4, Unit::one), "128.0 ± 2.4");
  EXPECT_EQ(pair_of(5.0, nan, Unit::second), "5.00 s");
  EXPECT_EQ(pair_of(0.0, 0.002, Unit::second), "0.00 ms ± 2.00");
}

TEST(FormatNumberTest, ShowsAHalfWidthThatRoundingWouldHide) {
  EXPECT_EQ(pair_of(1.234, 0.004, Unit::second), "1.234 s ± 0.004");
  EXPECT_EQ(pair_of(119.8, 0.001, Unit::per_second), "119.8/s ± <0.1");
  EXPECT_EQ(pair_of(0.1, 1e-18, Unit::per_second), "0.100/s ± 0.000");
}

TEST(FormatNumberTest, SignsDifferences) {
  EXPECT_EQ(difference_of(21.5, 0.2, Unit::per_second), "+21.5/s ± 0.2");
  EXPECT_EQ(difference_of(-0.156, 0.0013, Unit::second), "-156.0 ms ± 1.3");
  EXPECT_EQ(difference_of(0.0952, 0.0019, Unit::ratio), "+9.52 pp ± 0.19");
  EXPECT_EQ(difference_of(-infinity, nan, Unit::second), "-∞");
}

TEST(FormatNumberTest, WritesSettingsAsTheyWereChosen) {
  EXPECT_EQ(format_setting(900.0, Unit::second), "15 min");
  EXPECT_EQ(format_setting(90.0, Unit::second), "90 s");
  EXPECT_EQ(format_setting(0.25, Unit::second), "250 ms");
  EXPECT_EQ(format_setting(86400.0, Unit::second), "1 d");
  EXPECT_EQ(format_setting(0.0, Unit::second), "0 s");
  EXPECT_EQ(format_setting(0.95, Unit::ratio), "95 %");
}

}  // namespace
}  // namespace sojourn
