#include "analysis/steadiness.h"

#include <gtest/gtest.h>

#include "tests/analysis/series.h"

namespace sojourn {
namespace {

SeriesTable queues(std::size_t replications, std::size_t warm_up, double load, std::uint64_t seed) {
  SeriesTable table;
  for (std::size_t i = 0; i < replications; ++i)
    table.push_back(mm1_queue(120, warm_up, load, 200.0, 1000 * seed + i));
  return table;
}

TEST(GrowthTest, IsSeenAtALoadOfSixFifths) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_TRUE(grows(queues(10, 10, 1.2, seed), 0.001)) << "seed " << seed;
    EXPECT_TRUE(grows(queues(1, 10, 1.2, seed), 0.001)) << "seed " << seed;
  }
}

TEST(GrowthTest, IsNotSeenAtALoadOfNineTenths) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    EXPECT_FALSE(grows(queues(10, 10, 0.9, seed), 0.001)) << "seed " << seed;
    EXPECT_FALSE(grows(queues(3, 10, 0.9, seed), 0.001)) << "seed " << seed;
    EXPECT_FALSE(grows(queues(1, 10, 0.9, seed), 0.001)) << "seed " << seed;
  }
}

TEST(GrowthTest, IsNotSeenInWhatOnlyStartsFromEmpty) {
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    EXPECT_FALSE(grows(queues(10, 0, 0.9, seed), 0.001)) << "seed " << seed;
}

TEST(GrowthTest, NeedsMoreThanOneValue) {
  EXPECT_FALSE(grows({}, 0.001));
  EXPECT_FALSE(grows({{5.0}}, 0.001));
  EXPECT_FALSE(grows({{}, {}}, 0.001));
}

TEST(UnsettledTest, IsWhatHasABiasOfKnownLength) {
  SeriesTable table;
  for (std::uint64_t i = 0; i < 10; ++i) {
    table.push_back(autoregressive(120, 0.3, i));
    for (std::size_t cell = 0; cell < 120; ++cell) table.back()[cell] += cell < 30 ? 2.0 : 10.0;
  }
  EXPECT_GE(unsettled_cells(table, 0.001), 30U);
  EXPECT_LE(unsettled_cells(table, 0.001), 40U);
  table.resize(2);
  EXPECT_EQ(unsettled_cells(table, 0.001), 0U) << "two replications say too little";
}

TEST(UnsettledTest, IsNothingOfAQueueThatIsOnlyBusy) {
  int alarms = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    if (unsettled_cells(queues(10, 20, 0.9, seed), 0.002) > 0) ++alarms;
  EXPECT_LE(alarms, 2) << "of 200, at a significance of 0.002";
}

Experiment queue_of(double load, std::size_t warm_up) {
  Experiment experiment;
  experiment.name = "base";
  experiment.layout.series = {{"server.queue", Unit::one, true}};
  experiment.layout.series_step = 200.0;
  experiment.run = [=](Streams const& streams, Watch&) {
    RunResult result;
    result.series = {mm1_queue(120, warm_up, load, 200.0, streams.replication())};
    return result;
  };
  return experiment;
}

std::vector<Warning> warnings_of(Experiment const& experiment) {
  return replicate({experiment}, {.replications = 10, .jobs = 1}).warnings;
}

TEST(WarningTest, NamesTheSeriesThatGrowsAndHowFar) {
  auto const warnings = warnings_of(queue_of(1.2, 0));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].kind, Warning::Kind::growth);
  EXPECT_EQ(warnings[0].alternative, "base");
  EXPECT_EQ(warnings[0].series, "server.queue");
  EXPECT_NEAR(warnings[0].from, 240.0, 60.0);
  EXPECT_NEAR(warnings[0].to, 4560.0, 300.0);
}

TEST(WarningTest, NamesTheSeriesThatHasNotSettled) {
  Experiment experiment = queue_of(0.5, 0);
  experiment.run = [](Streams const& streams, Watch&) {
    RunResult result;
    result.series = {mm1_queue(120, 5, 0.5, 200.0, streams.replication())};
    for (std::size_t cell = 0; cell < 20; ++cell) result.series[0][cell] += 5.0;
    return result;
  };
  auto const warnings = warnings_of(experiment);
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].kind, Warning::Kind::short_warm_up);
  EXPECT_GE(warnings[0].seconds, 4000.0);
  EXPECT_LE(warnings[0].seconds, 7000.0);
  experiment.undisturbed.until = 4000.0;
  EXPECT_TRUE(warnings_of(experiment).empty()) << "then something is planned to happen";
}

TEST(WarningTest, IsNotGivenWhereChangeIsPlanned) {
  Experiment experiment = queue_of(1.2, 0);
  experiment.undisturbed = {0.0, 24000.0};
  EXPECT_TRUE(warnings_of(experiment).empty());
}

}  // namespace
}  // namespace sojourn
