#include "analysis/batch_means.h"

#include <cmath>

#include <boost/math/distributions/binomial.hpp>
#include <gtest/gtest.h>

#include "tests/analysis/series.h"
#include "tests/analysis/toy_experiment.h"

namespace sojourn {
namespace {

TEST(BatchMeansTest, LeaveIndependentValuesMostlyAsTheyAre) {
  int kept = 0, dependent = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    auto const batches = independent_batches(autoregressive(64, 0.0, i));
    if (batches.means.size() == 64) ++kept;
    if (batches.are_dependent) ++dependent;
  }
  EXPECT_NEAR(kept / 400.0, 0.95, 0.03);
  EXPECT_LE(dependent, 8);
}

TEST(BatchMeansTest, MergeNeighboursUntilTheyAreIndependent) {
  std::size_t left = 0;
  int dependent = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    auto const batches = independent_batches(autoregressive(1024, 0.8, i));
    left += batches.means.size();
    if (batches.are_dependent) ++dependent;
  }
  EXPECT_LE(left / 200, 256U);
  EXPECT_GE(left / 200, 32U);
  EXPECT_LE(dependent, 6);
}

TEST(BatchMeansTest, SayIfTheyNeverAre) {
  std::vector<double> rising(64);
  for (std::size_t i = 0; i < rising.size(); ++i) rising[i] = static_cast<double>(i);
  auto const batches = independent_batches(rising);
  EXPECT_TRUE(batches.are_dependent);
  EXPECT_EQ(batches.means.size(), 8U);
}

TEST(BatchMeansTest, OfOneValueOrOfEqualOnesAreNotDependent) {
  EXPECT_FALSE(independent_batches(std::vector<double>(64, 0.1)).are_dependent);
  EXPECT_FALSE(independent_batches(std::vector<double>{3.0}).are_dependent);
  EXPECT_TRUE(std::isnan(batch_confidence_interval(std::vector<double>{3.0}, 0.95).half_width));
  EXPECT_TRUE(std::isnan(batch_confidence_interval({}, 0.95).mean));
}

/// Intervals of batches taken for independent would cover far less often.
TEST(BatchMeansTest, TheirIntervalsCover) {
  constexpr int runs = 600;
  int covered = 0, naive = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    auto const values = autoregressive(1024, 0.8, i);
    Estimate const estimate = batch_confidence_interval(values, 0.95);
    if (std::abs(estimate.mean) <= estimate.half_width) ++covered;
    double const plain = 1.96 / std::sqrt(1024.0);
    if (std::abs(estimate.mean) <= plain) ++naive;
  }
  boost::math::binomial const nearly(runs, 0.92);
  EXPECT_GE(covered, boost::math::quantile(nearly, 0.001));
  EXPECT_LT(naive, 0.7 * runs);
}

/// One long run of a toy whose batches are one series.
Experiment long_toy(double correlation) {
  Experiment toy = experiment_of(Toy{});
  toy.run_in_batches = [correlation](Streams const& streams, Watch&, std::size_t batches) {
    std::vector<RunResult> results;
    for (double const value : autoregressive(batches, correlation, streams.seed())) {
      results.push_back(toy_run({}, streams));
      results.back().values[0] = value;
    }
    return results;
  };
  return toy;
}

TEST(BatchRunTest, CountsBatchesAsReplications) {
  Study const study = run_in_batches({long_toy(0.0)}, {.seed = 3, .jobs = 1}, 64);
  EXPECT_EQ(study.batches, 64U);
  EXPECT_EQ(study.alternatives[0].replications, 64U);
  EXPECT_EQ(study.alternatives[0].metrics[0].estimate.replications, 64U);
  EXPECT_TRUE(study.warnings.empty());
}

TEST(BatchRunTest, NamesTheFiguresWhoseBatchesDependOnEachOther) {
  Study const study = run_in_batches({long_toy(0.99)}, {.seed = 4, .jobs = 1}, 64);
  ASSERT_EQ(study.warnings.size(), 1U);
  EXPECT_EQ(study.warnings[0].kind, Warning::Kind::dependent_batches);
  EXPECT_EQ(study.warnings[0].series, "toy.level");
  EXPECT_EQ(study.warnings[0].count, 1U);
}

TEST(BatchRunTest, ReportsWhyItHadToBeGivenUp) {
  Experiment toy = long_toy(0.0);
  toy.run_in_batches = [](Streams const& streams, Watch&, std::size_t) {
    std::vector<RunResult> results{toy_run({}, streams), toy_run({}, streams)};
    results.back().error = "too many requests in flight";
    results.back().complete = false;
    return results;
  };
  Study const study = run_in_batches({toy}, {.jobs = 1}, 64);
  ASSERT_EQ(study.errors.size(), 1U);
  EXPECT_EQ(study.alternatives[0].replications, 1U);
  EXPECT_TRUE(study.alternatives[0].partial);
}

}  // namespace
}  // namespace sojourn
