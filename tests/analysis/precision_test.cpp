#include "analysis/precision.h"

#include <atomic>
#include <cmath>

#include <boost/math/distributions/binomial.hpp>
#include <gtest/gtest.h>

#include "tests/analysis/toy_experiment.h"

namespace sojourn {
namespace {

using End = Study::Precision::End;
using State = Study::Precision::Figure::State;

PrecisionGoal within(double relative, std::size_t most = 1000) {
  return {.relative = relative, .metrics = {"toy.level"}, .most_replications = most};
}

Experiment always(double value) {
  Experiment experiment = experiment_of(Toy{});
  experiment.run = [value](Streams const& streams, Watch&) {
    RunResult result = toy_run({}, streams);
    result.values[0] = value;
    return result;
  };
  return experiment;
}

TEST(PrecisionTest, AddsReplicationsUntilTheIntervalIsNarrow) {
  Study const study =
      replicate_to_precision({experiment_of(Toy{})}, {.replications = 3, .jobs = 1}, within(0.02));
  Estimate const estimate = study.alternatives[0].metrics[0].estimate;
  EXPECT_LE(estimate.half_width, 0.02 * estimate.mean);
  EXPECT_GT(study.replications, 30U) << "for the standard deviation is a tenth of the mean";
  EXPECT_LT(study.replications, 220U);
  EXPECT_EQ(study.replications, estimate.replications);
  EXPECT_EQ(study.precision->end, End::reached);
  EXPECT_EQ(study.precision->figures.at(0).state, State::reached);
}

TEST(PrecisionTest, IsTheStudyOfAsManyReplicationsOnAnyNumberOfThreads) {
  std::vector<Experiment> const toys{experiment_of({"first", 10.0}),
                                     experiment_of({"second", 5.0})};
  Study const grown = replicate_to_precision(toys, {.seed = 3, .jobs = 1}, within(0.03));
  Study const again = replicate_to_precision(toys, {.seed = 3, .jobs = 5}, within(0.03));
  Study const stated = replicate(toys, {.replications = grown.replications, .seed = 3, .jobs = 2});
  EXPECT_EQ(grown.replications, again.replications);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(grown.alternatives[i].fingerprint, stated.alternatives[i].fingerprint);
    EXPECT_EQ(grown.alternatives[i].metrics[0].estimate.half_width,
              stated.alternatives[i].metrics[0].estimate.half_width);
    EXPECT_EQ(grown.alternatives[i].fingerprint, again.alternatives[i].fingerprint);
  }
}

TEST(PrecisionTest, SaysWhatWasReachedWithTheMostReplications) {
  Study const study =
      replicate_to_precision({experiment_of(Toy{})}, {.jobs = 1}, within(0.001, 25));
  EXPECT_EQ(study.replications, 25U);
  EXPECT_EQ(study.precision->end, End::replications);
  Estimate const estimate = study.alternatives[0].metrics[0].estimate;
  EXPECT_DOUBLE_EQ(study.precision->figures.at(0).relative_half_width,
                   estimate.half_width / estimate.mean);
}

TEST(PrecisionTest, BeginsNoReplicationOnceTimeIsUp) {
  std::atomic<int> asked = 0;
  PrecisionGoal goal = within(0.001);
  goal.is_out_of_time = [&] { return ++asked > 5; };
  Study const study = replicate_to_precision(
      {experiment_of({"first", 10.0}), experiment_of({"second", 5.0})}, {.jobs = 1}, goal);
  EXPECT_EQ(study.precision->end, End::time);
  EXPECT_EQ(study.replications, 4U) << "two before anybody asks, then two of both, and a half";
  EXPECT_EQ(study.alternatives[0].replications, 4U);
  EXPECT_EQ(study.alternatives[1].replications, 4U);
  EXPECT_FALSE(study.partial);
  EXPECT_FALSE(study.alternatives[0].partial);
}

TEST(PrecisionTest, HasTwoReplicationsHoweverShortTheTime) {
  PrecisionGoal goal = within(0.001);
  goal.is_out_of_time = [] { return true; };
  Study const study = replicate_to_precision({experiment_of(Toy{})}, {.jobs = 1}, goal);
  EXPECT_EQ(study.replications, 2U);
  EXPECT_EQ(study.precision->end, End::time);
}

TEST(PrecisionTest, OfWhatIsAlwaysZeroDoesNotExist) {
  Study const study = replicate_to_precision({always(0.0)}, {.jobs = 1}, within(0.02));
  EXPECT_EQ(study.replications, 10U);
  EXPECT_EQ(study.precision->end, End::undefined);
  EXPECT_EQ(study.precision->figures.at(0).state, State::always_zero);
}

TEST(PrecisionTest, OfWhatNeverOccursDoesNotExist) {
  Study const study = replicate_to_precision({always(std::nan(""))}, {.jobs = 1}, within(0.02));
  EXPECT_EQ(study.precision->end, End::undefined);
  EXPECT_EQ(study.precision->figures.at(0).state, State::without_value);
}

TEST(PrecisionTest, OfAConstantIsReachedAtOnce) {
  Study const study = replicate_to_precision({always(7.0)}, {.jobs = 1}, within(0.02));
  EXPECT_EQ(study.replications, 10U);
  EXPECT_EQ(study.precision->end, End::reached);
}

TEST(PrecisionTest, EndsWhereARunHadToBeGivenUp) {
  Experiment experiment = experiment_of(Toy{});
  experiment.run = [](Streams const& streams, Watch&) {
    RunResult result = toy_run({}, streams);
    if (streams.replication() == 12) result.error = "too many requests in flight";
    return result;
  };
  Study const study = replicate_to_precision({experiment}, {.jobs = 1}, within(0.001));
  EXPECT_EQ(study.errors.size(), 1U);
  EXPECT_EQ(study.precision->end, End::stopped);
  EXPECT_EQ(study.alternatives[0].replications, 12U);
}

/// Stopping when an interval is narrow favours intervals that are narrow by chance; with ten
/// replications to begin with, not by much.
TEST(PrecisionTest, ItsIntervalsStillCover) {
  constexpr int studies = 400;
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= studies; ++seed) {
    Study const study =
        replicate_to_precision({experiment_of(Toy{})}, {.seed = seed, .jobs = 1}, within(0.05));
    Estimate const estimate = study.alternatives[0].metrics[0].estimate;
    if (std::abs(estimate.mean - 10.0) <= estimate.half_width) ++covered;
  }
  boost::math::binomial const nearly(studies, 0.93);
  EXPECT_GE(covered, boost::math::quantile(nearly, 0.001));
}

/// Percentiles of `observations` a run, over three runs.
Estimate percentile_of(std::uint64_t observations, double percentile) {
  Experiment experiment = experiment_of(Toy{});
  experiment.layout.metrics[0].percentile = percentile;
  experiment.run = [observations](Streams const& streams, Watch&) {
    RunResult result = toy_run({}, streams);
    result.observations = {observations};
    return result;
  };
  return replicate({experiment}, {.replications = 3, .jobs = 1})
      .alternatives[0]
      .metrics[0]
      .estimate;
}

TEST(PercentileTest, OfTooFewObservationsIsThin) {
  EXPECT_TRUE(percentile_of(8, 0.99).is_thin);
  EXPECT_TRUE(percentile_of(333, 0.99).is_thin) << "999 in all, of which 9.99 lie beyond";
  EXPECT_FALSE(percentile_of(334, 0.99).is_thin);
  EXPECT_EQ(percentile_of(334, 0.99).observations, 1002U);
  EXPECT_FALSE(percentile_of(7, 0.5).is_thin);
  EXPECT_FALSE(percentile_of(0, 0.99).is_thin) << "it has no value";
}

TEST(PercentileTest, OfLessThanOneObservationBeyondItInEachRunIsThin) {
  Experiment experiment = experiment_of(Toy{});
  experiment.layout.metrics[0].percentile = 0.99;
  experiment.run = [](Streams const& streams, Watch&) {
    RunResult result = toy_run({}, streams);
    result.observations = {99};
    return result;
  };
  Study const study = replicate({experiment}, {.replications = 100, .jobs = 1});
  EXPECT_TRUE(study.alternatives[0].metrics[0].estimate.is_thin);
}

}  // namespace
}  // namespace sojourn
