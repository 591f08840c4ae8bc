#include "sim/histogram.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "sim/random_stream.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

/// Durations spread evenly over the orders of magnitude, from a nanosecond to three years.
std::vector<Duration> spread_durations(std::size_t count, char const* name) {
  RandomStream random = Streams(1, 0).open(name);
  std::vector<Duration> durations(count);
  for (Duration& duration : durations)
    duration = from_seconds(1e-9 * std::exp(39.0 * random.uniform()));
  return durations;
}

Histogram histogram_of(std::vector<Duration> const& durations) {
  Histogram histogram;
  for (Duration const duration : durations) histogram.record(duration);
  return histogram;
}

void expect_equal(Histogram const& one, Histogram const& other) {
  EXPECT_EQ(one.count(), other.count());
  EXPECT_EQ(one.mean(), other.mean());
  EXPECT_EQ(one.min(), other.min());
  EXPECT_EQ(one.max(), other.max());
  for (int i = 0; i <= 1000; ++i) ASSERT_EQ(one.quantile(i / 1000.0), other.quantile(i / 1000.0));
}

TEST(HistogramTest, QuantileIsWithinOnePercent) {
  auto durations = spread_durations(10'000, "spread");
  Histogram const histogram = histogram_of(durations);
  std::sort(durations.begin(), durations.end());
  for (std::size_t rank = 1; rank <= durations.size(); ++rank) {
    double const exact = in_seconds(durations[rank - 1]);
    double const q = static_cast<double>(rank) / static_cast<double>(durations.size());
    ASSERT_NEAR(histogram.quantile(q), exact, exact / 128.0) << rank;
  }
}

TEST(HistogramTest, QuantileIsExactBelow128Nanoseconds) {
  Histogram histogram;
  for (int i = 0; i < 128; ++i) histogram.record(Duration(i));
  for (int i = 0; i < 128; ++i) {
    EXPECT_DOUBLE_EQ(histogram.quantile((i + 1) / 128.0), i * 1e-9);
  }
}

TEST(HistogramTest, QuantileIsTheSmallestValueThatEnoughAreBelow) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(Duration(i));
  EXPECT_DOUBLE_EQ(histogram.quantile(0.07), 7e-9) << "0.07 * 100 is rounded to a little above 7";
  EXPECT_DOUBLE_EQ(histogram.quantile(0.0701), 8e-9);
  EXPECT_DOUBLE_EQ(histogram.quantile(0.5), 50e-9);
  EXPECT_DOUBLE_EQ(histogram.quantile(0.0), 1e-9);
  EXPECT_DOUBLE_EQ(histogram.quantile(1.0), 100e-9);
}

TEST(HistogramTest, QuantileNeverLeavesWhatWasRecorded) {
  Histogram histogram;
  for (int i = 0; i < 3; ++i) histogram.record(1s);
  for (double const q : {0.0, 0.5, 1.0}) EXPECT_DOUBLE_EQ(histogram.quantile(q), 1.0);
}

TEST(HistogramTest, CountMeanAndExtremesAreExact) {
  Histogram const histogram = histogram_of({1ns, 2ns, 1s + 1ns, 3s});
  EXPECT_EQ(histogram.count(), 4U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 1.000000001);
  EXPECT_DOUBLE_EQ(histogram.min(), 1e-9);
  EXPECT_DOUBLE_EQ(histogram.max(), 3.0);
}

TEST(HistogramTest, MeanOutlivesSumsBeyond64Bits) {
  Histogram histogram;
  for (int i = 0; i < 100; ++i) histogram.record(longest_duration);
  EXPECT_DOUBLE_EQ(histogram.mean(), in_seconds(longest_duration));
  EXPECT_DOUBLE_EQ(histogram.quantile(0.5), in_seconds(longest_duration));
}

TEST(HistogramTest, EmptyHasNoFigures) {
  Histogram const empty;
  EXPECT_EQ(empty.count(), 0U);
  EXPECT_TRUE(std::isnan(empty.mean()));
  EXPECT_TRUE(std::isnan(empty.min()));
  EXPECT_TRUE(std::isnan(empty.max()));
  EXPECT_TRUE(std::isnan(empty.quantile(0.5)));
}

TEST(HistogramTest, MergingEqualsRecordingAll) {
  auto all = spread_durations(5000, "first");
  auto const more = spread_durations(3000, "second");
  for (Duration& duration : all) duration *= 3;  // so that each has doublings the other lacks
  Histogram merged = histogram_of(all);
  Histogram turned = histogram_of(more);
  turned.merge(merged);
  merged.merge(histogram_of(more));
  all.insert(all.end(), more.begin(), more.end());
  expect_equal(merged, histogram_of(all));
  expect_equal(turned, histogram_of(all));
}

TEST(HistogramTest, MergingNothingChangesNothing) {
  auto const durations = spread_durations(100, "some");
  Histogram histogram = histogram_of(durations);
  histogram.merge(Histogram());
  expect_equal(histogram, histogram_of(durations));
  Histogram empty;
  empty.merge(histogram);
  expect_equal(empty, histogram_of(durations));
  Histogram nothing;
  nothing.merge(Histogram());
  EXPECT_EQ(nothing.count(), 0U);
}

TEST(HistogramTest, ResettingForgetsAll) {
  Histogram histogram = histogram_of(spread_durations(100, "before"));
  histogram.reset();
  EXPECT_TRUE(std::isnan(histogram.quantile(0.5)));
  auto const durations = spread_durations(100, "after");
  for (Duration const duration : durations) histogram.record(duration);
  expect_equal(histogram, histogram_of(durations));
}

TEST(HistogramTest, NegativeDurationsAreDefects) {
  Histogram histogram;
  EXPECT_EXIT(histogram.record(-1ns), testing::ExitedWithCode(3), "negative");
  EXPECT_EXIT((void)histogram.quantile(1.1), testing::ExitedWithCode(3), "probability");
}

}  // namespace
}  // namespace sojourn
