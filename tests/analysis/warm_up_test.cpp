#include "analysis/warm_up.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tests/analysis/series.h"

namespace sojourn {
namespace {

/// Luck around 10, plus a bias that falls in a straight line to nothing at cell `end`.
std::vector<double> biased(std::size_t cells, std::size_t end, double bias,
                           std::uint64_t replication) {
  auto values = autoregressive(cells, 0.5, replication);
  for (std::size_t i = 0; i < cells; ++i) {
    values[i] += 10.0;
    if (i < end) values[i] += bias * static_cast<double>(end - i) / static_cast<double>(end);
  }
  return values;
}

TEST(Mser5Test, FindsTheEndOfABiasOfKnownLength) {
  for (std::uint64_t replication = 0; replication < 20; ++replication) {
    Truncation const found = mser5(biased(1000, 200, -20.0, replication));
    EXPECT_TRUE(found.settled);
    EXPECT_GE(found.cells, 150U) << "replication " << replication;
    EXPECT_LE(found.cells, 260U) << "replication " << replication;
  }
}

TEST(Mser5Test, LeavesAWhiteSeriesNearlyWhole) {
  double left_out = 0.0;
  for (std::uint64_t replication = 0; replication < 50; ++replication)
    left_out += static_cast<double>(mser5(autoregressive(1000, 0.0, replication)).cells);
  EXPECT_LE(left_out / 50.0, 150.0);
}

TEST(Mser5Test, CutsAStepWhereItIs) {
  std::vector<double> series(400, 3.0);
  std::fill(series.begin(), series.begin() + 100, 0.0);
  EXPECT_EQ(mser5(series).cells, 100U);
}

TEST(Mser5Test, DoesNotAnswerBeyondTheMiddle) {
  std::vector<double> series(400);
  for (std::size_t i = 0; i < series.size(); ++i) series[i] = static_cast<double>(i);
  EXPECT_FALSE(mser5(series).settled);
}

TEST(Mser5Test, LeavesAConstantOrAShortSeriesWhole) {
  EXPECT_EQ(mser5(std::vector<double>(400, 7.3)).cells, 0U);
  EXPECT_EQ(mser5(std::vector<double>{1.0}).cells, 0U);
  EXPECT_EQ(mser5({}).cells, 0U);
  EXPECT_TRUE(mser5({}).settled);
}

TEST(Mser5Test, PassesOverGaps) {
  std::vector<double> series(400, 3.0);
  std::fill(series.begin(), series.begin() + 100, 0.0);
  for (std::size_t i = 0; i < series.size(); i += 3)
    series[i] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(mser5(series).cells, 100U);
  EXPECT_EQ(mser5(std::vector<double>(400, std::nan(""))).cells, 0U);
}

Experiment pilot_of(std::string const& name, std::vector<std::size_t> const& ends) {
  Experiment pilot;
  pilot.name = name;
  pilot.layout.series_step = 2.0;
  for (std::size_t const end : ends)
    pilot.layout.series.push_back({"until " + std::to_string(end), Unit::one});
  pilot.run = [ends](Streams const& streams, Watch&) {
    RunResult result;
    for (std::size_t const end : ends)
      result.series.push_back(biased(1000, end, -20.0, 100 * end + streams.replication()));
    return result;
  };
  return pilot;
}

TEST(SettlingTest, IsThatOfTheSeriesThatSettlesLast) {
  std::vector<Experiment> const pilots{pilot_of("first", {0, 100}), pilot_of("second", {300, 0})};
  Settling const settling = settle(pilots, {.replications = 5, .jobs = 1});
  EXPECT_TRUE(settling.settled);
  EXPECT_EQ(settling.alternative, "second");
  EXPECT_EQ(settling.series, "until 300");
  EXPECT_NEAR(settling.seconds, 600.0, 80.0);
}

TEST(SettlingTest, IsTheSameOnAnyNumberOfThreads) {
  std::vector<Experiment> const pilots{pilot_of("first", {0, 100}), pilot_of("second", {300, 0})};
  EXPECT_EQ(settle(pilots, {.replications = 5, .jobs = 1}).seconds,
            settle(pilots, {.replications = 5, .jobs = 3}).seconds);
}

TEST(SettlingTest, PassesOverWhatGrowsWithoutEnd) {
  Experiment pilot = pilot_of("first", {0});
  pilot.layout.series[0].is_backlog = true;
  pilot.run = [](Streams const& streams, Watch&) {
    RunResult result;
    result.series = {mm1_queue(1000, 0, 1.2, 20.0, streams.replication())};
    return result;
  };
  Settling const settling = settle({pilot}, {.replications = 5, .jobs = 1});
  EXPECT_TRUE(settling.settled);
  EXPECT_EQ(settling.seconds, 0.0);
}

}  // namespace
}  // namespace sojourn
