#include "app/config/quantity.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;

TEST(QuantityTest, DurationsAreExactInEveryUnit) {
  std::pair<char const*, Duration> const cases[] = {
      {"250ns", 250ns},   {"250us", 250us},
      {"8ms", 8ms},       {"1.5s", 1500ms},
      {"4min", 4min},     {"2h", 2h},
      {"30d", 720h},      {"0s", 0s},
      {"0.1ms", 100us},   {"1e3s", 1000s},
      {"3653d", 87672h},  {"-2s", -2s},
      {"2.5e-1s", 250ms}, {"86399.999999999s", 86399999999999ns}};
  for (auto const& [text, expected] : cases) {
    auto const parsed = parse_duration(text);
    ASSERT_TRUE(parsed.value) << text << parsed.problem;
    EXPECT_EQ(*parsed.value, expected) << text;
  }
}

TEST(QuantityTest, DurationsAreRoundedToTheNanosecondButNeverToNothing) {
  EXPECT_EQ(parse_duration("1.6ns").value, 2ns);
  EXPECT_EQ(parse_duration("0.5ns").value, 1ns);
  EXPECT_FALSE(parse_duration("0.4ns").value);
  EXPECT_EQ(parse_duration("0.0001ns").problem, ", which is shorter than 1ns");
}

TEST(QuantityTest, DurationsBeyondTenYearsAreRefused) {
  EXPECT_TRUE(parse_duration("3653d").value);
  EXPECT_FALSE(parse_duration("3654d").value);
  EXPECT_FALSE(parse_duration("1e300h").value);
  EXPECT_FALSE(parse_duration("99999999999999999999d").value);
  EXPECT_FALSE(parse_duration("1e999s").value);
}

TEST(QuantityTest, WhatIsNoDurationIsRefused) {
  for (char const* text : {"",       "5",    "s",   "ms",   "5sec",    "5 ms", "ms5",  "0x10s",
                           "nan",    "nans", "inf", "infs", "1h30min", "5S",   "1,5s", "+5s",
                           "1_000s", "--5s", ".5s", "5.s",  "5s ",     " 5s",  "5s\n", "１s"})
    EXPECT_FALSE(parse_duration(text).value) << '"' << text << '"';
}

TEST(QuantityTest, ProblemsSayWhatIsWrong) {
  EXPECT_EQ(parse_duration("250").problem, ", which has no unit");
  EXPECT_EQ(parse_duration("5sec").problem, ", whose unit 'sec' is none of ns us ms s min h d");
  EXPECT_EQ(parse_duration("5 ms").problem, ", with a space before its unit");
  EXPECT_EQ(parse_integer("2.5").problem, ", which is not a whole number");
}

TEST(QuantityTest, RatesArePerSecond) {
  EXPECT_EQ(parse_rate("120/s").value, 120.0);
  EXPECT_EQ(parse_rate("3/min").value, 0.05);
  EXPECT_EQ(parse_rate("7200/h").value, 2.0);
  EXPECT_EQ(parse_rate("86400/d").value, 1.0);
  for (char const* text : {"120", "120s", "/s", "120/sec", "120 /s", "120/ms", "120//s"})
    EXPECT_FALSE(parse_rate(text).value) << text;
}

TEST(QuantityTest, RatiosArePercentOrPlain) {
  EXPECT_EQ(parse_ratio("25%").value, 0.25);
  EXPECT_EQ(parse_ratio("0.25").value, 0.25);
  EXPECT_EQ(parse_ratio("99.9%").value, 99.9 / 100.0);
  for (char const* text : {"%", "5%%", "0x1", "nan%", "25 %", "a"})
    EXPECT_FALSE(parse_ratio(text).value) << text;
}

TEST(QuantityTest, CountsAreWholeNumbers) {
  EXPECT_EQ(parse_integer("64").value, 64);
  EXPECT_EQ(parse_integer("1e3").value, 1000);
  EXPECT_EQ(parse_integer("-3").value, -3);
  EXPECT_EQ(parse_integer("9223372036854775807").value, 9223372036854775807);
  for (char const* text : {"", "6.4", "64k", "0x40", "1e300", "9223372036854775808", "1e-1"})
    EXPECT_FALSE(parse_integer(text).value) << text;
}

TEST(QuantityTest, DurationsArePrintedInTheirLargestUnit) {
  EXPECT_EQ(to_text(1500ms), "1.5s");
  EXPECT_EQ(to_text(250us), "250us");
  EXPECT_EQ(to_text(90min), "1.5h");
  EXPECT_EQ(to_text(0s), "0s");
}

}  // namespace
}  // namespace sojourn
