#include "analysis/replicate.h"

#include <atomic>
#include <cmath>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include "tests/analysis/toy_experiment.h"

namespace sojourn {
namespace {

using testing::ElementsAre;

std::vector<Experiment> two_toys() {
  return {experiment_of({"first", 10.0}), experiment_of({"second", 11.0})};
}

TEST(ReplicateTest, MergesWhatTheRunsYield) {
  Study const study = replicate(two_toys(), {.replications = 4, .seed = 3, .jobs = 1});
  ASSERT_EQ(study.alternatives.size(), 2U);
  EXPECT_EQ(study.seed, 3U);
  EXPECT_EQ(study.replications, 4U);
  EXPECT_FALSE(study.partial);
  EXPECT_TRUE(study.errors.empty());

  AlternativeResult const& first = study.alternatives[0];
  EXPECT_EQ(first.name, "first");
  EXPECT_EQ(first.replications, 4U);
  EXPECT_EQ(first.events, 20U);
  EXPECT_EQ(first.simulated, 180.0);
  EXPECT_FALSE(first.partial);
  EXPECT_EQ(first.series_step, 60.0);
  EXPECT_EQ(first.find("toy.draws")->estimate.mean, 2.0);
  EXPECT_EQ(first.find("toy.level")->estimate.replications, 4U);
  EXPECT_EQ(first.find("toy.nothing"), nullptr);
}

TEST(ReplicateTest, GivesReplicationIItsOwnStreams) {
  std::vector<double> levels;
  for (std::uint64_t i = 0; i < 4; ++i)
    levels.push_back(toy_run({"first", 10.0}, Streams(3, i)).values[0]);
  Study const study = replicate(two_toys(), {.replications = 4, .seed = 3, .jobs = 2});
  EXPECT_DOUBLE_EQ(study.alternatives[0].metrics[0].estimate.mean,
                   (levels[0] + levels[1] + levels[2] + levels[3]) / 4.0);
}

TEST(ReplicateTest, SumsAccounts) {
  Study const study = replicate(two_toys(), {.replications = 4, .jobs = 1});
  RunResult::Account const& totals = study.alternatives[0].accounts.at(0).totals;
  EXPECT_EQ(totals.total, 46U);
  EXPECT_THAT(totals.parts, ElementsAre(40U, 6U));
  EXPECT_THAT(totals.beside, ElementsAre(4U));
}

TEST(ReplicateTest, AveragesSeriesCellByCellOverWhatExists) {
  Experiment experiment = experiment_of(Toy{});
  experiment.run = [](Streams const& streams, Watch&) {
    RunResult result = toy_run({}, streams);
    double const nan = std::nan("");
    result.series = {streams.replication() == 0 ? std::vector{1.0, nan, nan}
                                                : std::vector{3.0, 4.0}};
    return result;
  };
  Study const study = replicate({experiment}, {.replications = 2, .jobs = 1});
  auto const& values = study.alternatives[0].series.at(0).values;
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0], 2.0);
  EXPECT_EQ(values[1], 4.0);
  EXPECT_TRUE(std::isnan(values[2]));
}

TEST(ReplicateTest, IsTheSameOnAnyNumberOfThreads) {
  Study const one = replicate(two_toys(), {.replications = 23, .jobs = 1});
  for (std::size_t const jobs : {2U, 7U}) {
    Study const many = replicate(two_toys(), {.replications = 23, .jobs = jobs});
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(one.alternatives[i].fingerprint, many.alternatives[i].fingerprint);
      EXPECT_EQ(one.alternatives[i].metrics[0].estimate.mean,
                many.alternatives[i].metrics[0].estimate.mean);
      EXPECT_EQ(one.alternatives[i].series[0].values[0], many.alternatives[i].series[0].values[0]);
    }
    EXPECT_EQ(one.comparisons[0].difference.half_width, many.comparisons[0].difference.half_width);
  }
}

TEST(ReplicateTest, FingerprintTellsTheOrderOfReplications) {
  auto const fingerprint_of = [](std::uint64_t first, std::uint64_t second) {
    Experiment experiment = experiment_of(Toy{});
    experiment.run = [=](Streams const& streams, Watch&) {
      RunResult result = toy_run({}, streams);
      result.fingerprint = streams.replication() == 0 ? first : second;
      return result;
    };
    return replicate({experiment}, {.replications = 2, .jobs = 1}).alternatives[0].fingerprint;
  };
  EXPECT_EQ(fingerprint_of(1, 2), fingerprint_of(1, 2));
  EXPECT_NE(fingerprint_of(1, 2), fingerprint_of(2, 1));
  EXPECT_NE(fingerprint_of(0, 0), fingerprint_of(0, 1));
}

TEST(ReplicateTest, JudgesTheGoals) {
  Experiment experiment = experiment_of(Toy{});
  experiment.goals = {{"toy.draws <= 2", "toy.draws", Goal::Comparison::at_most, 2.0},
                      {"toy.draws > 2", "toy.draws", Goal::Comparison::more, 2.0}};
  Study const study = replicate({experiment}, {.replications = 2, .jobs = 1});
  ASSERT_EQ(study.alternatives[0].objectives.size(), 2U);
  EXPECT_TRUE(study.alternatives[0].objectives[0].met);
  EXPECT_FALSE(study.alternatives[0].objectives[1].met);
}

/// Runs until told to stop, once its replication is at least `from`.
Experiment endless(std::uint64_t from, std::atomic<bool>& stop) {
  Experiment experiment = experiment_of(Toy{});
  experiment.run = [from, &stop](Streams const& streams, Watch& watch) {
    RunResult result = toy_run({}, streams);
    if (streams.replication() < from) return result;
    stop = true;
    while (watch.go_on(0.5)) continue;
    result.complete = false;
    result.simulated = 90.0;
    return result;
  };
  return experiment;
}

TEST(ReplicateTest, StoppedItKeepsCompleteReplications) {
  std::atomic<bool> stop = false;
  Study const study = replicate({endless(3, stop)}, {.replications = 10, .jobs = 1, .stop = &stop});
  EXPECT_TRUE(study.partial);
  EXPECT_TRUE(study.alternatives[0].partial);
  EXPECT_EQ(study.alternatives[0].replications, 3U);
  EXPECT_EQ(study.alternatives[0].simulated, 180.0);
}

TEST(ReplicateTest, StoppedInTheFirstReplicationItKeepsWhatThatHas) {
  std::atomic<bool> stop = false;
  Study const study = replicate({endless(0, stop), endless(0, stop)},
                                {.replications = 10, .jobs = 1, .stop = &stop});
  EXPECT_TRUE(study.partial);
  EXPECT_EQ(study.alternatives[0].replications, 1U);
  EXPECT_EQ(study.alternatives[0].simulated, 90.0);
  EXPECT_EQ(study.alternatives[1].replications, 0U);  // never started
  EXPECT_TRUE(std::isnan(study.alternatives[1].metrics[0].estimate.mean));
  EXPECT_EQ(study.comparisons[0].difference.replications, 0U);
}

TEST(ReplicateTest, StoppedAfterItsLastRunItIsWhole) {
  std::atomic<bool> stop = false;
  Experiment experiment = experiment_of(Toy{});
  experiment.run = [&stop](Streams const& streams, Watch&) {
    stop = streams.replication() == 1;
    return toy_run({}, streams);
  };
  Study const study = replicate({experiment}, {.replications = 2, .jobs = 1, .stop = &stop});
  EXPECT_FALSE(study.partial);
}

Experiment failing_at(std::uint64_t replication, std::atomic<int>& runs) {
  Experiment experiment = experiment_of(Toy{});
  experiment.name = "failing";
  experiment.run = [replication, &runs](Streams const& streams, Watch&) {
    ++runs;
    RunResult result = toy_run({}, streams);
    if (streams.replication() >= replication) result.error = "too many requests in flight";
    return result;
  };
  return experiment;
}

TEST(ReplicateTest, AnErrorEndsItsAlternativeOnly) {
  std::atomic<int> runs = 0;
  Study const study =
      replicate({failing_at(2, runs), experiment_of(Toy{})}, {.replications = 10, .jobs = 1});
  EXPECT_THAT(study.errors, ElementsAre("failing, replication 3: too many requests in flight"));
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(study.alternatives[0].replications, 2U);
  EXPECT_TRUE(study.alternatives[0].partial);
  EXPECT_EQ(study.alternatives[1].replications, 10U);
  EXPECT_FALSE(study.partial);  // nobody interrupted it
}

TEST(ReplicateTest, WhereNoRunReachedItsEndTheFirstTellsHowFarItCame) {
  Experiment experiment = experiment_of(Toy{});
  experiment.run = [](Streams const& streams, Watch&) {
    RunResult result = toy_run({}, streams);
    result.complete = false;
    result.error = "deadlock";
    return result;
  };
  Study const study = replicate({experiment}, {.replications = 5, .jobs = 3});
  EXPECT_THAT(study.errors, ElementsAre("toy, replication 1: deadlock"));
  EXPECT_EQ(study.alternatives[0].replications, 1U);
  EXPECT_FALSE(study.alternatives[0].metrics.empty());
  EXPECT_TRUE(study.alternatives[0].partial);
}

TEST(ReplicateTest, ErrorsAreTheSameOnAnyNumberOfThreads) {
  for (std::size_t const jobs : {1U, 2U, 7U}) {
    std::atomic<int> runs = 0;
    Study const study = replicate({failing_at(5, runs)}, {.replications = 40, .jobs = jobs});
    EXPECT_THAT(study.errors, ElementsAre("failing, replication 6: too many requests in flight"));
    EXPECT_EQ(study.alternatives[0].replications, 5U);
  }
}

TEST(ReplicateTest, AnExceptionBecomesAnError) {
  Experiment experiment = experiment_of(Toy{});
  experiment.run = [](Streams const&, Watch&) -> RunResult { throw std::bad_alloc(); };
  Study const study = replicate({experiment}, {.replications = 2, .jobs = 2});
  EXPECT_THAT(study.errors, ElementsAre("toy, replication 1: out of memory"));
}

TEST(ReplicateTest, TellsProgressInOrderAndNotTooOften) {
  Experiment experiment = experiment_of(Toy{});
  experiment.run = [](Streams const& streams, Watch& watch) {
    for (int i = 0; i < 10'000; ++i) watch.go_on(i / 10'000.0);
    return toy_run({}, streams);
  };
  std::vector<double> shares;
  replicate({experiment}, {.replications = 8, .jobs = 4, .progress = [&](double share) {
                             shares.push_back(share);  // safe: one call at a time
                           }});
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_LE(shares.size(), 1000U);
  EXPECT_GE(shares.size(), 100U);
  EXPECT_LE(shares.back(), 1.0);
}

TEST(ReplicateTest, NothingToRunIsAStudyWithoutAlternatives) {
  EXPECT_TRUE(replicate({}, {.replications = 3}).alternatives.empty());
}

}  // namespace
}  // namespace sojourn
