#include "analysis/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "analysis/confidence_interval.h"
#include "tests/analysis/toy_experiment.h"

namespace sojourn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// One metric whose values, by replication, are given.
class Table {
 public:
  Table(std::string name, std::vector<double> const& values, Better better = Better::lower) {
    experiment_.name = std::move(name);
    experiment_.layout.metrics = {{"figure", Unit::second, better}};
    results_.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) results_[i].values = {values[i]};
  }

  [[nodiscard]] Runs runs() const {
    Runs runs{&experiment_, {}};
    for (auto const& result : results_) runs.by_replication.push_back(&result);
    return runs;
  }

 private:
  Experiment experiment_;
  std::vector<RunResult> results_;
};

Comparison comparison_of(std::vector<double> const& from, std::vector<double> const& to,
                         Better better = Better::lower) {
  Table const left("from", from, better), right("to", to, better);
  return compare(left.runs(), right.runs(), 0.95).at(0);
}

TEST(ComparisonTest, IsToMinusFromPairByPair) {
  Comparison const comparison = comparison_of({1.0, 2.0, 3.0}, {3.0, 4.0, 5.0});
  EXPECT_EQ(comparison.metric, "figure");
  EXPECT_EQ(comparison.from, "from");
  EXPECT_EQ(comparison.to, "to");
  EXPECT_EQ(comparison.unit, Unit::second);
  EXPECT_DOUBLE_EQ(comparison.difference.mean, 2.0);
  EXPECT_DOUBLE_EQ(comparison.difference.half_width, 0.0);
}

TEST(ComparisonTest, JudgesByTheDirectionThatIsGood) {
  std::vector<double> const low{1.0, 1.1, 0.9}, high{5.0, 5.2, 4.9};
  EXPECT_EQ(comparison_of(low, high, Better::lower).verdict, Comparison::Verdict::worse);
  EXPECT_EQ(comparison_of(high, low, Better::lower).verdict, Comparison::Verdict::better);
  EXPECT_EQ(comparison_of(low, high, Better::higher).verdict, Comparison::Verdict::better);
  EXPECT_EQ(comparison_of(low, high, Better::neither).verdict, Comparison::Verdict::different);
}

TEST(ComparisonTest, SeesNoDifferenceWhereTheIntervalHoldsZero) {
  EXPECT_EQ(comparison_of({1.0, 2.0, 3.0}, {2.0, 1.0, 3.1}).verdict,
            Comparison::Verdict::no_difference);
  EXPECT_EQ(comparison_of({1.0, 2.0}, {1.0, 2.0}).verdict, Comparison::Verdict::no_difference);
  EXPECT_EQ(comparison_of({1.0}, {9.0}).verdict, Comparison::Verdict::no_difference);
}

TEST(ComparisonTest, LeavesOutPairsOfWhichOneIsMissing) {
  Comparison const comparison = comparison_of({1.0, nan, 3.0}, {2.0, 5.0, nan});
  EXPECT_EQ(comparison.difference.replications, 1U);
  EXPECT_DOUBLE_EQ(comparison.difference.mean, 1.0);
}

TEST(ComparisonTest, CallsInfiniteDifferencesByTheSignTest) {
  std::vector<double> const never(6, infinity), soon(6, 10.0);
  EXPECT_EQ(comparison_of(never, soon).verdict, Comparison::Verdict::better);
  EXPECT_EQ(comparison_of(soon, never).verdict, Comparison::Verdict::worse);
  // Five pairs are too few: 2 * (1/2)^5 > 0.05.
  EXPECT_EQ(
      comparison_of({infinity, infinity, infinity, infinity, infinity}, {1, 1, 1, 1, 1}).verdict,
      Comparison::Verdict::no_difference);
  EXPECT_EQ(comparison_of({infinity, 1, 1, 1, 1, 1, 1}, {1, 2, 2, 2, 2, 2, 2}).verdict,
            Comparison::Verdict::no_difference);
  EXPECT_EQ(comparison_of(never, never).verdict, Comparison::Verdict::no_difference);
}

TEST(ComparisonTest, SkipsMetricsThatOnlyOneHas) {
  Experiment with_more = experiment_of(Toy{});
  with_more.layout.metrics.push_back({"toy.more", Unit::one, Better::neither});
  Experiment const other = experiment_of(Toy{});
  EXPECT_EQ(compare(Runs{&with_more, {}}, Runs{&other, {}}, 0.95).size(), 2U);
}

/// Sharing their luck makes the difference of two toys known far better than that of two strangers:
/// variance 0.02 against 2.02.
TEST(ComparisonTest, PairingBeatsIndependence) {
  std::vector<Experiment> const toys{experiment_of({"a", 10.0}), experiment_of({"b", 10.3})};
  Study const paired = replicate(toys, {.replications = 40, .seed = 1, .jobs = 1});
  Study const strangers = replicate(toys, {.replications = 40, .seed = 2, .jobs = 1});

  Estimate const pairs = paired.comparisons.at(0).difference;
  Estimate const& left = paired.alternatives[0].metrics[0].estimate;
  Estimate const& right = strangers.alternatives[1].metrics[0].estimate;
  EXPECT_LT(pairs.half_width, 0.2 * std::hypot(left.half_width, right.half_width));
  EXPECT_NEAR(pairs.mean, 0.3, 2.0 * pairs.half_width);
  EXPECT_EQ(paired.comparisons[0].verdict, Comparison::Verdict::worse);
}

}  // namespace
}  // namespace sojourn
