#include "analysis/selection.h"

#include <cmath>

#include <boost/math/distributions/binomial.hpp>
#include <gtest/gtest.h>

#include "tests/analysis/toy_experiment.h"

namespace sojourn {
namespace {

using End = Study::Selection::End;

/// Its level is `mean` plus common luck, and luck of its own with a standard deviation of 1.
Experiment contender(std::string const& name, double mean, Better better = Better::lower) {
  Experiment experiment = experiment_of({name, mean, better});
  experiment.run = [name, mean](Streams const& streams, Watch&) {
    RandomStream common = streams.open("common"), own = streams.open(name);
    RunResult result = toy_run({}, streams);
    result.values[0] = mean + common.normal() + own.normal();
    return result;
  };
  return experiment;
}

std::vector<Experiment> one_better_than_four() {
  return {contender("b", 10.5), contender("c", 10.5), contender("best", 10.0), contender("d", 10.5),
          contender("e", 10.5)};
}

SelectionGoal by_level(double probability) {
  return {.metric = "toy.level", .probability = probability, .most_replications = 100'000};
}

/// The least favourable case: all others are worse by the indifference exactly.
TEST(SelectionTest, IsRightWithTheProbabilityAskedFor) {
  constexpr int studies = 400;
  int right = 0;
  for (std::uint64_t seed = 1; seed <= studies; ++seed) {
    Study const study =
        select_best(one_better_than_four(), {.seed = seed, .jobs = 1}, by_level(0.9));
    EXPECT_EQ(study.selection->end, End::selected);
    if (study.selection->contenders.front().alternative == "best") ++right;
  }
  boost::math::binomial const asked(studies, 0.9);
  EXPECT_GE(right, boost::math::quantile(asked, 0.001));
}

TEST(SelectionTest, TakesTheGreatestWhereMoreIsBetter) {
  Study const study =
      select_best({contender("low", 10.0, Better::higher), contender("high", 20.0, Better::higher)},
                  {.jobs = 1}, by_level(0.95));
  EXPECT_EQ(study.selection->contenders.front().alternative, "high");
  EXPECT_EQ(study.selection->contenders.back().ruled_out_after, 10U);
}

TEST(SelectionTest, SpendsNoReplicationsOnWhatIsRuledOut) {
  Study const study =
      select_best({contender("good", 10.0), contender("better", 9.4), contender("hopeless", 30.0)},
                  {.jobs = 1}, by_level(0.95));
  EXPECT_EQ(study.selection->contenders.front().alternative, "better");
  EXPECT_EQ(study.alternatives[2].replications, 10U);
  EXPECT_GT(study.alternatives[1].replications, 20U);
  EXPECT_EQ(study.replications, study.alternatives[1].replications);
  EXPECT_FALSE(study.alternatives[2].partial);
}

TEST(SelectionTest, IsTheSameOnAnyNumberOfThreads) {
  Study const one = select_best(one_better_than_four(), {.seed = 5, .jobs = 1}, by_level(0.9));
  Study const many = select_best(one_better_than_four(), {.seed = 5, .jobs = 5}, by_level(0.9));
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(one.alternatives[i].fingerprint, many.alternatives[i].fingerprint);
}

TEST(SelectionTest, DecidesNothingWithTooFewReplications) {
  SelectionGoal goal = by_level(0.95);
  goal.most_replications = 12;
  Study const study =
      select_best({contender("one", 10.0), contender("other", 10.0)}, {.jobs = 1}, goal);
  EXPECT_EQ(study.selection->end, End::replications);
  EXPECT_EQ(study.selection->contenders[1].ruled_out_after, 0U);
  EXPECT_EQ(study.replications, 12U);
}

TEST(SelectionTest, NeedsABestThatIsNotZero) {
  std::vector<Experiment> toys{contender("one", 0.0), contender("other", 0.0)};
  for (Experiment& toy : toys)
    toy.run = [](Streams const& streams, Watch&) {
      RunResult result = toy_run({}, streams);
      result.values[0] = 0.0;
      return result;
    };
  EXPECT_EQ(select_best(toys, {.jobs = 1}, by_level(0.95)).selection->end, End::undefined);
}

TEST(SelectionTest, NeedsValues) {
  std::vector<Experiment> toys{contender("one", 1.0), contender("other", 2.0)};
  toys[1].run = [](Streams const& streams, Watch&) {
    RunResult result = toy_run({}, streams);
    result.values[0] = std::nan("");
    return result;
  };
  EXPECT_EQ(select_best(toys, {.jobs = 1}, by_level(0.95)).selection->end, End::undefined);
}

TEST(SelectionTest, SaysThatARunHadToBeGivenUp) {
  std::vector<Experiment> toys{contender("one", 1.0), contender("other", 2.0)};
  toys[1].run = [](Streams const& streams, Watch&) {
    RunResult result = toy_run({}, streams);
    if (streams.replication() == 3) result.error = "too many requests in flight";
    return result;
  };
  Study const study = select_best(toys, {.jobs = 1}, by_level(0.95));
  EXPECT_EQ(study.selection->end, End::stopped);
  EXPECT_EQ(study.errors.size(), 1U);
}

TEST(AllPairsTest, AreComparedAtAConfidenceThatHoldsForAllTogether) {
  std::vector<Experiment> const toys{contender("a", 1.0), contender("b", 2.0), contender("c", 3.0)};
  Study const study = replicate(toys, {.replications = 30, .jobs = 1});
  ASSERT_EQ(study.comparisons.size(), 6U) << "two metrics of three pairs";
  EXPECT_EQ(study.comparisons[4].from, "b");
  EXPECT_EQ(study.comparisons[4].to, "c");
  EXPECT_NEAR(study.comparisons[0].difference.confidence, 1.0 - 0.05 / 3.0, 1e-12);
}

/// Three intervals at once, of which none is wrong in 95 % of the studies.
TEST(AllPairsTest, TogetherTheyCover) {
  std::vector<Experiment> const toys{contender("a", 1.0), contender("b", 2.0), contender("c", 3.0)};
  constexpr int studies = 600;
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= studies; ++seed) {
    Study const study = replicate(toys, {.replications = 8, .seed = seed, .jobs = 1});
    bool all = true;
    for (Comparison const& comparison : study.comparisons) {
      if (comparison.metric != "toy.level") continue;
      double const difference = comparison.from == "a" && comparison.to == "c" ? 2.0 : 1.0;
      all = all &&
            std::abs(comparison.difference.mean - difference) <= comparison.difference.half_width;
    }
    if (all) ++covered;
  }
  boost::math::binomial const asked(studies, 0.95);
  EXPECT_GE(covered, boost::math::quantile(asked, 0.001));
}

}  // namespace
}  // namespace sojourn
