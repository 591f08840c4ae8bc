#include "analysis/variance_reduction.h"

#include <cmath>

#include <boost/math/distributions/binomial.hpp>
#include <gtest/gtest.h>

#include "analysis/confidence_interval.h"
#include "analysis/replicate.h"
#include "tests/analysis/toy_experiment.h"

namespace sojourn {
namespace {

TEST(AntitheticTest, TakesTheMeansOfPairs) {
  Estimate const estimate =
      antithetic_confidence_interval(std::vector<double>{1.0, 9.0, 3.0, 8.0, 2.0, 8.0, 99.0}, 0.95);
  Estimate const pairs = mean_confidence_interval(std::vector<double>{5.0, 5.5, 5.0}, 0.95);
  EXPECT_DOUBLE_EQ(estimate.mean, pairs.mean);
  EXPECT_DOUBLE_EQ(estimate.half_width, pairs.half_width);
  EXPECT_EQ(estimate.replications, 6U);
  EXPECT_LT(*estimate.variance_ratio, 0.1);
}

TEST(AntitheticTest, OfOnePairHasNoInterval) {
  Estimate const estimate = antithetic_confidence_interval(std::vector<double>{1.0, 9.0}, 0.95);
  EXPECT_EQ(estimate.mean, 5.0);
  EXPECT_TRUE(std::isnan(estimate.half_width));
  EXPECT_FALSE(estimate.variance_ratio);
}

/// The mean wait of the first 400 customers of M/M/1 at a load of 0.7, by Lindley's recursion.
Experiment short_queue() {
  Experiment experiment = experiment_of(Toy{});
  experiment.run = [](Streams const& streams, Watch&) {
    RandomStream arrivals = streams.open("arrivals"), work = streams.open("work");
    RunResult result = toy_run({}, streams);
    double wait = 0.0, sum = 0.0;
    for (int customer = 0; customer < 400; ++customer) {
      sum += wait;
      wait = std::max(0.0, wait + 0.7 * work.exponential() - arrivals.exponential());
    }
    result.values[0] = sum / 400.0;
    return result;
  };
  return experiment;
}

/// Judged over studies, not by what a study says of itself: the variance of the mean of 20 plain
/// replications against that of 10 pairs.
TEST(AntitheticTest, ReallyReducesTheVarianceOfAMeanWait) {
  double plain = 0.0, paired = 0.0, told = 0.0, sum = 0.0, paired_sum = 0.0;
  constexpr int studies = 200;
  for (std::uint64_t seed = 1; seed <= studies; ++seed) {
    ReplicationOptions options{.replications = 20, .seed = seed, .jobs = 1};
    double const mean =
        replicate({short_queue()}, options).alternatives[0].metrics[0].estimate.mean;
    options.antithetic = true;
    Estimate const pairs = replicate({short_queue()}, options).alternatives[0].metrics[0].estimate;
    sum += mean;
    plain += mean * mean;
    paired_sum += pairs.mean;
    paired += pairs.mean * pairs.mean;
    told += *pairs.variance_ratio / studies;
  }
  plain -= sum * sum / studies;
  paired -= paired_sum * paired_sum / studies;
  EXPECT_NEAR(sum / studies, paired_sum / studies, 0.06);
  EXPECT_LT(paired / plain, 0.75);
  EXPECT_LT(told, 0.85);
  EXPECT_GT(told, 0.3);
}

TEST(AntitheticTest, IsTheSameOnAnyNumberOfThreads) {
  ReplicationOptions options{.replications = 12, .seed = 4, .jobs = 1, .antithetic = true};
  Study const one = replicate({short_queue()}, options);
  options.jobs = 5;
  Study const many = replicate({short_queue()}, options);
  EXPECT_EQ(one.alternatives[0].metrics[0].estimate.mean,
            many.alternatives[0].metrics[0].estimate.mean);
  EXPECT_TRUE(one.antithetic);
}

TEST(AntitheticTest, LeavesOutHalfPairs) {
  Experiment experiment = short_queue();
  auto const run = experiment.run;
  int runs = 0;
  experiment.run = [&](Streams const& streams, Watch& watch) {
    RunResult result = run(streams, watch);
    if (++runs == 6) result.error = "too many requests in flight";
    return result;
  };
  Study const study = replicate({experiment}, {.replications = 12, .jobs = 1, .antithetic = true});
  EXPECT_EQ(study.alternatives[0].replications, 4U);
}

/// Values that follow two controls, with luck of their own of deviation 1.
struct Sample {
  std::vector<double> values;
  std::vector<std::vector<double>> controls;
};

Sample sample_of(std::size_t n, double slope, std::uint64_t seed) {
  RandomStream random = Streams(seed, 0).open("sample");
  Sample sample;
  for (std::size_t i = 0; i < n; ++i) {
    double const first = random.normal(), second = random.normal();
    sample.controls.push_back({first, second});
    sample.values.push_back(5.0 + slope * first - slope * second + random.normal());
  }
  return sample;
}

/// By hand: y = 2 + 3c, without a rest.
TEST(ControlTest, OfALineIsExact) {
  Estimate const estimate = controlled_confidence_interval(
      std::vector<double>{5.0, 8.0, -1.0, 2.0, 11.0}, {{1.0}, {2.0}, {-1.0}, {0.0}, {3.0}}, 0.95);
  EXPECT_NEAR(estimate.mean, 2.0, 1e-12);
  EXPECT_NEAR(estimate.half_width, 0.0, 1e-6);
  EXPECT_NEAR(*estimate.variance_ratio, 0.0, 1e-9);
}

TEST(ControlTest, UsesNoControlThatOthersDetermine) {
  Sample sample = sample_of(20, 2.0, 1);
  Estimate const before = controlled_confidence_interval(sample.values, sample.controls, 0.95);
  for (auto& row : sample.controls) row.push_back(row[0] + row[1]);
  for (auto& row : sample.controls) row.push_back(0.0);
  Estimate const after = controlled_confidence_interval(sample.values, sample.controls, 0.95);
  EXPECT_NEAR(after.mean, before.mean, 1e-9);
  EXPECT_NEAR(after.half_width, before.half_width, 1e-9);
}

TEST(ControlTest, ThatIsOfNoUseLeavesThePlainInterval) {
  Sample const sample = sample_of(20, 0.0, 8);
  Estimate const plain = mean_confidence_interval(sample.values, 0.95);
  Estimate const estimate = controlled_confidence_interval(sample.values, sample.controls, 0.95);
  EXPECT_LE(estimate.half_width, plain.half_width);
  EXPECT_GE(*estimate.variance_ratio, 0.7);
}

TEST(ControlTest, OfTooFewValuesIsNotUsed) {
  Estimate const estimate =
      controlled_confidence_interval(std::vector<double>{1.0, 2.0}, {{1.0}, {2.0}}, 0.95);
  EXPECT_DOUBLE_EQ(estimate.mean, 1.5);
  EXPECT_TRUE(std::isnan(
      controlled_confidence_interval(std::vector<double>{1.0}, {{1.0}}, 0.95).half_width));
  EXPECT_TRUE(std::isnan(controlled_confidence_interval({}, {}, 0.95).mean));
}

TEST(ControlTest, ItsIntervalsCoverAndTheReductionIsReal) {
  constexpr int studies = 600;
  int covered = 0;
  double ratio = 0.0, squares = 0.0;
  for (std::uint64_t seed = 1; seed <= studies; ++seed) {
    Sample const sample = sample_of(20, 2.0, seed);
    Estimate const estimate = controlled_confidence_interval(sample.values, sample.controls, 0.95);
    if (std::abs(estimate.mean - 5.0) <= estimate.half_width) ++covered;
    ratio += *estimate.variance_ratio / studies;
    squares += (estimate.mean - 5.0) * (estimate.mean - 5.0) / studies;
  }
  boost::math::binomial const asked(studies, 0.95);
  EXPECT_GE(covered, boost::math::quantile(asked, 0.001));
  // 1/9 of the variance is the values' own; two degrees of freedom cost (n-2)/(n-q-2).
  EXPECT_NEAR(squares / (9.0 / 20.0), 18.0 / 16.0 / 9.0, 0.03);
  EXPECT_NEAR(ratio, 18.0 / 16.0 / 9.0, 0.04);
}

}  // namespace
}  // namespace sojourn
