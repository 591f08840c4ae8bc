#include "sim/distribution.h"

#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/normal_tail.h"
#include "sim/zipf.h"

namespace sojourn {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

RandomStream any_stream() { return Streams(1, 0).open("any"); }

/// Points of the distribution function that are known to ten digits.
struct KnownPoint {
  std::string name;
  Distribution distribution;
  double mean;
  double probability;
  double value;

  friend std::ostream& operator<<(std::ostream& out, KnownPoint const& point) {
    return out << point.name;
  }
};

auto const name_of = [](auto const& test) { return test.param.name; };

class KnownPointTest : public testing::TestWithParam<KnownPoint> {};

TEST_P(KnownPointTest, TheStatedShareOfDrawsLiesBelow) {
  KnownPoint const& known = GetParam();
  EXPECT_NEAR(known.distribution.mean(), known.mean, 1e-9 * known.mean);
  constexpr int draws = 1'000'000;
  RandomStream random = Streams(1, 0).open("known/" + known.name);
  double below = 0.0;
  for (int i = 0; i < draws; ++i) below += known.distribution.sample(random) <= known.value;
  double const error = std::sqrt(known.probability * (1.0 - known.probability) / draws);
  EXPECT_NEAR(below / draws, known.probability, 4.0 * error);
}

INSTANTIATE_TEST_SUITE_P(
    Quantiles, KnownPointTest,
    testing::Values(
        KnownPoint{"exponential_p50", Distribution::exponential(2), 2, 0.5, 1.386294361},
        KnownPoint{"exponential_p99", Distribution::exponential(2), 2, 0.99, 9.210340372},
        KnownPoint{"lognormal_p50", Distribution::lognormal(1, std::sqrt(2)), 1, 0.5, 0.5773502692},
        KnownPoint{"lognormal_p99", Distribution::lognormal(1, std::sqrt(2)), 1, 0.99, 6.613073829},
        KnownPoint{"pareto_p99", Distribution::pareto(1, 3), 1.5, 0.99, 4.641588834},
        KnownPoint{"erlang_p50", Distribution::erlang(1, 3), 1, 0.5, 0.8913534379},
        KnownPoint{"erlang_p99", Distribution::erlang(1, 3), 1, 0.99, 2.801982305}),
    name_of);

TEST(DistributionTest, ByQuantilesMeetsBothPoints) {
  auto const distribution = Distribution::lognormal_by_quantiles(0.004, 0.040);
  RandomStream random = any_stream();
  constexpr int draws = 1'000'000;
  double below_median = 0.0, below_p99 = 0.0;
  for (int i = 0; i < draws; ++i) {
    double const value = distribution.sample(random);
    below_median += value <= 0.004;
    below_p99 += value <= 0.040;
  }
  EXPECT_NEAR(below_median / draws, 0.5, 4.0 * 0.0005);
  EXPECT_NEAR(below_p99 / draws, 0.99, 4.0 * 0.0001);
}

TEST(DistributionTest, MomentsAreTheKnownOnes) {
  EXPECT_DOUBLE_EQ(Distribution::exponential(3).variance(), 9.0);
  EXPECT_DOUBLE_EQ(Distribution::erlang(6, 4).variance(), 9.0);
  EXPECT_DOUBLE_EQ(Distribution::gamma(2, 0.5).variance(), 1.0);
  EXPECT_DOUBLE_EQ(Distribution::hyperexponential(2, 3).variance(), 36.0);
  EXPECT_DOUBLE_EQ(Distribution::lognormal(2, 0.5).variance(), 1.0);
  EXPECT_NEAR(Distribution::weibull(2, 1).variance(), 4.0, 1e-12);
  EXPECT_DOUBLE_EQ(Distribution::pareto(1, 3).variance(), 0.75);
  EXPECT_NEAR(Distribution::pareto(1, 1, 100).mean(), std::log(100.0) / 0.99, 1e-12);
  EXPECT_DOUBLE_EQ(Distribution::uniform(2, 8).variance(), 3.0);
  EXPECT_DOUBLE_EQ(Distribution::triangular(0, 3, 6).mean(), 3.0);
  EXPECT_DOUBLE_EQ(Distribution::triangular(0, 3, 6).variance(), 1.5);
  EXPECT_NEAR(Distribution::normal(0, 1).mean(), std::sqrt(2.0 / M_PI), 1e-14);
  EXPECT_NEAR(Distribution::normal(0, 1).variance(), 1.0 - 2.0 / M_PI, 1e-14);
  EXPECT_NEAR(Distribution::normal(100, 1).mean(), 100.0, 1e-12);
  EXPECT_DOUBLE_EQ(Distribution::geometric(4).variance(), 12.0);
  EXPECT_DOUBLE_EQ(Distribution::poisson(4).variance(), 4.0);
  EXPECT_DOUBLE_EQ(Distribution::uniform_count(1, 6).mean(), 3.5);
  EXPECT_DOUBLE_EQ(Distribution::uniform_count(1, 6).variance(), 35.0 / 12.0);
  EXPECT_DOUBLE_EQ(Distribution::empirical({1, 2, 6}).mean(), 3.0);
  EXPECT_DOUBLE_EQ(Distribution::empirical({1, 2, 6}).variance(), 14.0 / 3.0);
}

/// Uniform on [0, 2] or on [2, 10], each half the time.
TEST(DistributionTest, MomentsOfQuantilesAreThoseOfTheirPieces) {
  std::vector<std::pair<double, double>> const points = {{0, 0}, {0.5, 2}, {1, 10}};
  auto const distribution = Distribution::quantiles(points);
  EXPECT_DOUBLE_EQ(distribution.mean(), 3.5);
  EXPECT_DOUBLE_EQ(distribution.variance(), (4.0 / 3.0 + 124.0 / 3.0) / 2.0 - 3.5 * 3.5);
}

TEST(DistributionTest, MomentsWithoutBoundAreInfinite) {
  auto const without_variance = Distribution::pareto(1, 2);
  auto const without_mean = Distribution::pareto(1, 1);
  EXPECT_DOUBLE_EQ(without_variance.mean(), 2.0);
  EXPECT_EQ(without_variance.variance(), infinity);
  EXPECT_EQ(without_mean.mean(), infinity);
  EXPECT_EQ(without_mean.variance(), infinity);
  for (double const weight : {0.0, 0.5, 1.0}) {
    auto const mixed = Distribution::mixture(
        {{weight, without_mean}, {1.0 - weight, Distribution::exponential(1)}});
    EXPECT_EQ(mixed.mean(), weight > 0.0 ? infinity : 1.0);
    EXPECT_EQ(mixed.variance(), weight > 0.0 ? infinity : 1.0);
  }
  EXPECT_EQ(without_mean.scaled(0.0).mean(), 0.0);
}

TEST(DistributionTest, ConstantsAreRecognised) {
  EXPECT_TRUE(Distribution().is_constant());
  EXPECT_TRUE(Distribution::constant(5).is_constant());
  EXPECT_TRUE(Distribution::uniform(5, 5).is_constant());
  EXPECT_TRUE(Distribution::normal(5, 0).is_constant());
  EXPECT_TRUE(Distribution::exponential(0).is_constant());
  EXPECT_TRUE(Distribution::geometric(1).is_constant());
  EXPECT_FALSE(Distribution::exponential(5).is_constant());
}

TEST(DistributionTest, AConstantDrawsNothing) {
  RandomStream random = any_stream(), untouched = random;
  EXPECT_EQ(Distribution::constant(0.005).sample_duration(random), Duration(5'000'000));
  EXPECT_EQ(random.uniform(), untouched.uniform());
}

TEST(DistributionTest, AMeanOfZeroDrawsZeros) {
  RandomStream random = any_stream();
  for (auto const& distribution :
       {Distribution::erlang(0, 3), Distribution::gamma(0, 2), Distribution::lognormal(0, 1),
        Distribution::weibull(0, 0.1), Distribution::poisson(0), Distribution::geometric(0, 0),
        Distribution::exponential(2).scaled(0)}) {
    EXPECT_EQ(distribution.sample(random), 0.0);
    EXPECT_EQ(distribution.mean(), 0.0);
    EXPECT_EQ(distribution.variance(), 0.0);
  }
}

TEST(DistributionTest, CountsAreRoundedAndBounded) {
  RandomStream random = any_stream();
  EXPECT_EQ(Distribution::constant(2.5).sample_count(random), 3);
  EXPECT_EQ(Distribution::constant(2.4).sample_count(random), 2);
  EXPECT_EQ(Distribution::constant(1e300).sample_count(random), std::int64_t{1} << 62);
}

TEST(DistributionTest, BoundsAreKept) {
  RandomStream random = any_stream();
  auto const pareto = Distribution::pareto(1, 0.5, 10);
  auto const triangular = Distribution::triangular(1, 9, 9);
  auto const uniform = Distribution::uniform_count(3, 5);
  for (int i = 0; i < 100'000; ++i) {
    double const value = pareto.sample(random);
    ASSERT_TRUE(value >= 1.0 && value <= 10.0) << value;
    double const other = triangular.sample(random);
    ASSERT_TRUE(other >= 1.0 && other <= 9.0) << other;
    auto const count = uniform.sample_count(random);
    ASSERT_TRUE(count >= 3 && count <= 5) << count;
  }
}

TEST(DistributionTest, ExtremeParametersStayFinite) {
  RandomStream random = any_stream();
  for (auto const& distribution :
       {Distribution::hyperexponential(1, 1e6), Distribution::gamma(1, 1e-3),
        Distribution::gamma(1, 30), Distribution::weibull(1, 0.01), Distribution::weibull(1, 1e6),
        Distribution::normal(-1e9, 1), Distribution::normal(1e9, 1), Distribution::poisson(1e12),
        Distribution::geometric(1e12), Distribution::zipf(std::int64_t{1} << 53, 0.5)}) {
    EXPECT_FALSE(std::isnan(distribution.mean()));
    EXPECT_FALSE(std::isnan(distribution.variance()));
    for (int i = 0; i < 1000; ++i) {
      double const value = distribution.sample(random);
      ASSERT_TRUE(value >= 0.0 && std::isfinite(value)) << value;
    }
  }
}

TEST(DistributionTest, BrokenPreconditionsAreDefects) {
  auto const dies = testing::ExitedWithCode(3);
  EXPECT_EXIT(Distribution::exponential(-1), dies, "mean");
  EXPECT_EXIT(Distribution::exponential(std::nan("")), dies, "mean");
  EXPECT_EXIT(Distribution::erlang(1, 0), dies, "phase");
  EXPECT_EXIT(Distribution::hyperexponential(1, 0.9), dies, "cv");
  EXPECT_EXIT(Distribution::pareto(0, 1), dies, "min");
  EXPECT_EXIT(Distribution::uniform(2, 1), dies, "low <= high");
  EXPECT_EXIT(Distribution::triangular(1, 3, 2), dies, "mode");
  EXPECT_EXIT(Distribution::geometric(0.5), dies, "at least its first value");
  EXPECT_EXIT(Distribution::mixture({{0.5, Distribution::constant(1)}}), dies, "sum to 1");
  EXPECT_EXIT(Distribution::empirical({}), dies, "a value to draw");
  EXPECT_EXIT(Distribution::zipf(0, 1), dies, "Zipf");
  std::vector<std::pair<double, double>> const descending = {{0, 2}, {1, 1}};
  EXPECT_EXIT(Distribution::quantiles(descending), dies, "ascend");
}

TEST(DistributionTest, IsSmall) { EXPECT_LE(sizeof(Distribution), 72U); }

TEST(NormalTailTest, BothFormulasAgreeWhereTheyMeet) {
  NormalTail const below(3.0), above(std::nextafter(3.0, 4.0));
  EXPECT_NEAR(below.mean(), above.mean(), 1e-13);
  EXPECT_NEAR(below.variance(), above.variance(), 1e-13);
}

/// d = 1/t - 2/t^3 + 10/t^5 - ..., variance = 1/t^2 - 6/t^4 + 50/t^6 - ...
TEST(NormalTailTest, FarOutItIsNearlyExponential) {
  for (double const t : {50.0, 1e3, 1e8}) {
    double const t2 = t * t;
    EXPECT_NEAR(NormalTail(t).mean() * t, 1.0 - 2.0 / t2 + 10.0 / (t2 * t2), 1e-8);
    EXPECT_NEAR(NormalTail(t).variance() * t2, 1.0 - 6.0 / t2 + 50.0 / (t2 * t2), 1e-7);
  }
}

TEST(ZipfTest, MomentsAreThoseOfThePlainSums) {
  for (double const s : {0.0, 0.5, 1.0, 1.1, 2.0, 3.0, 7.0}) {
    for (std::int64_t const n : {1, 2, 999, 1000, 1001, 200'000}) {
      long double weight = 0, first = 0, second = 0;
      for (std::int64_t k = n; k >= 1; --k) {
        long double const w = std::pow(static_cast<long double>(k), -static_cast<long double>(s));
        weight += w;
        first += static_cast<long double>(k) * w;
        second += static_cast<long double>(k) * static_cast<long double>(k) * w;
      }
      auto const mean = static_cast<double>(first / weight);
      auto const variance = static_cast<double>(second / weight - first / weight * first / weight);
      EXPECT_NEAR(Zipf(n, s).mean(), mean, 1e-12 * mean) << n << ", " << s;
      EXPECT_NEAR(Zipf(n, s).variance(), variance, 1e-10 * variance) << n << ", " << s;
    }
  }
}

}  // namespace
}  // namespace sojourn
