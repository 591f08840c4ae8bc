#include "sim/random_stream.h"

#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <boost/math/distributions/gamma.hpp>
#include <gtest/gtest.h>

#include "tests/sim/goodness_of_fit.h"

namespace sojourn {
namespace {

constexpr std::size_t draws = 100'000;

RandomStream any_stream() { return Streams(1, 0).open("any"); }

template <class Draw>
std::vector<double> sample_of(Draw const& draw) {
  RandomStream random = any_stream();
  std::vector<double> sample(draws);
  for (double& value : sample) value = draw(random);
  return sample;
}

double first_of(std::uint64_t seed, std::uint64_t replication, std::string const& name) {
  return Streams(seed, replication).open(name).uniform();
}

TEST(StreamsTest, TheSameNameOpensTheSameSequence) {
  Streams const streams(7, 3);
  RandomStream one = streams.open("web/checkout/work");
  RandomStream other = streams.open("web/checkout/work");
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(one.uniform(), other.uniform());
}

TEST(StreamsTest, SeedReplicationAndNameEachSelectAnotherSequence) {
  std::set<double> const firsts = {
      first_of(1, 0, "a"), first_of(2, 0, "a"), first_of(1, 1, "a"),  first_of(0, 1, "a"),
      first_of(1, 0, "b"), first_of(1, 0, ""),  first_of(1, 0, "aa"), first_of(1, 0, {"a\0", 2})};
  EXPECT_EQ(firsts.size(), 8U);
}

TEST(StreamsTest, OpeningAndDrawingFromOthersMovesNothing) {
  Streams const streams(1, 0);
  RandomStream alone = streams.open("web/work");
  RandomStream accompanied = streams.open("web/work");
  for (int i = 0; i < 1000; ++i) {
    streams.open("worker/" + std::to_string(i)).normal();
    ASSERT_EQ(alone.exponential(), accompanied.exponential());
  }
}

TEST(StreamsTest, AHundredThousandNamesOpenAHundredThousandSequences) {
  std::set<double> firsts;
  for (int i = 0; i < 100'000; ++i) firsts.insert(first_of(1, 0, "replica-" + std::to_string(i)));
  EXPECT_EQ(firsts.size(), 100'000U);
}

/// The product of two independent uniforms about zero has standard deviation 1/12.
TEST(StreamsTest, NeighboursAreUncorrelated) {
  double names = 0.0, replications = 0.0, seeds = 0.0;
  for (std::uint64_t i = 0; i < draws; ++i) {
    double const here = first_of(1, i, "a") - 0.5;
    names += here * (first_of(1, i, "b") - 0.5);
    replications += here * (first_of(1, i + 1, "a") - 0.5);
    seeds += here * (first_of(2, i, "a") - 0.5);
  }
  double const deviation = std::sqrt(static_cast<double>(draws)) / 12.0;
  EXPECT_LT(std::fabs(names), 4.0 * deviation);
  EXPECT_LT(std::fabs(replications), 4.0 * deviation);
  EXPECT_LT(std::fabs(seeds), 4.0 * deviation);
}

TEST(RandomStreamTest, ACopyRepeatsTheSequence) {
  RandomStream one = any_stream();
  one.normal();
  RandomStream other = one;
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(one.gamma(0.7), other.gamma(0.7));
}

TEST(RandomStreamTest, UniformFillsTheUnitInterval) {
  auto const sample = sample_of([](RandomStream& random) { return random.uniform(); });
  EXPECT_LT(kolmogorov_distance(sample, [](double x) { return x; }), kolmogorov_limit(draws));
}

TEST(RandomStreamTest, UniformPositiveIsNeverZero) {
  auto const sample = sample_of([](RandomStream& random) { return random.uniform_positive(); });
  EXPECT_GT(*std::min_element(sample.begin(), sample.end()), 0.0);
  EXPECT_LE(*std::max_element(sample.begin(), sample.end()), 1.0);
}

TEST(RandomStreamTest, ExponentialHasItsLaw) {
  auto const sample = sample_of([](RandomStream& random) { return random.exponential(); });
  auto const cdf = [](double x) { return -std::expm1(-x); };
  EXPECT_LT(kolmogorov_distance(sample, cdf), kolmogorov_limit(draws));
}

TEST(RandomStreamTest, NormalHasItsLaw) {
  auto const sample = sample_of([](RandomStream& random) { return random.normal(); });
  auto const cdf = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  EXPECT_LT(kolmogorov_distance(sample, cdf), kolmogorov_limit(draws));
}

TEST(RandomStreamTest, GammaHasItsLawOnBothSidesOfShapeOne) {
  for (double const shape : {0.3, 1.0, 2.5, 40.0}) {
    auto const sample = sample_of([=](RandomStream& random) { return random.gamma(shape); });
    auto const law = [=](double x) { return cdf(boost::math::gamma_distribution<>(shape), x); };
    EXPECT_LT(kolmogorov_distance(sample, law), kolmogorov_limit(draws)) << shape;
  }
}

TEST(RandomStreamTest, BelowIsUniformOverFewAndOverManyNumbers) {
  RandomStream random = any_stream();
  std::vector<double> counts(7);
  for (std::size_t i = 0; i < draws; ++i) ++counts[random.below(7)];
  auto const fit = chi_square(counts, std::vector<double>(7, draws / 7.0));
  EXPECT_LT(fit.statistic, fit.limit);

  // Over 3 * 2^62 numbers, 64 bits without rejection favour either the first third of them or
  // every third one, two to one.
  double first_third = 0.0, every_third = 0.0;
  for (std::size_t i = 0; i < draws; ++i) {
    std::uint64_t const number = random.below(std::uint64_t{3} << 62);
    if (number < std::uint64_t{1} << 62) ++first_third;
    if (number % 3 == 0) ++every_third;
  }
  double const deviation = std::sqrt(2.0 / 9.0 / draws);
  EXPECT_NEAR(first_third / draws, 1.0 / 3.0, 4.0 * deviation);
  EXPECT_NEAR(every_third / draws, 1.0 / 3.0, 4.0 * deviation);
  EXPECT_EQ(random.below(1), 0U);
}

TEST(RandomStreamTest, BelowNothingIsADefect) {
  EXPECT_EXIT(any_stream().below(0), testing::ExitedWithCode(3), "something to choose from");
}

TEST(RandomStreamTest, CertaintyDrawsNothing) {
  RandomStream random = any_stream();
  RandomStream untouched = random;
  EXPECT_TRUE(random.happens(1.0));
  EXPECT_FALSE(random.happens(0.0));
  EXPECT_EQ(random.uniform(), untouched.uniform());
}

TEST(RandomStreamTest, ThingsHappenAsOftenAsTheirProbability) {
  RandomStream random = any_stream();
  double happened = 0.0;
  for (std::size_t i = 0; i < draws; ++i) happened += random.happens(0.02) ? 1.0 : 0.0;
  EXPECT_NEAR(happened / draws, 0.02, 4.0 * std::sqrt(0.02 * 0.98 / draws));
}

}  // namespace
}  // namespace sojourn
