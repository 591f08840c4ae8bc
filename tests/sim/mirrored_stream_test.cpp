#include <cmath>

#include <gtest/gtest.h>

#include "sim/distribution.h"
#include "sim/random_stream.h"

namespace sojourn {
namespace {

RandomStream stream(Draws draws) { return Streams(7, 3, draws).open("a/stream"); }

TEST(MirroredStreamTest, HasOneMinusWhatTheOtherHas) {
  RandomStream one = stream(Draws::inverted), other = stream(Draws::mirrored);
  for (int i = 0; i < 1000; ++i) ASSERT_DOUBLE_EQ(one.uniform() + other.uniform(), 1.0 - 0x1.0p-53);
}

TEST(MirroredStreamTest, PlainUniformsAreThoseOfAnInvertedStream) {
  RandomStream plain = stream(Draws::plain), inverted = stream(Draws::inverted);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(plain.uniform(), inverted.uniform());
}

TEST(MirroredStreamTest, OpposesNormalsExactly) {
  RandomStream one = stream(Draws::inverted), other = stream(Draws::mirrored);
  for (int i = 0; i < 1000; ++i) ASSERT_NEAR(one.normal() + other.normal(), 0.0, 1e-9);
}

struct Law {
  char const* name;
  Distribution distribution;
  double correlation;  ///< At most.
};

class MirroredLawTest : public testing::TestWithParam<Law> {};

/// In step to the end: the correlation is that of a and 1 - u however much has been drawn. And the
/// law is what it was.
TEST_P(MirroredLawTest, IsDrawnInStepAndKeepsItsLaw) {
  Distribution const& law = GetParam().distribution;
  RandomStream one = stream(Draws::inverted), other = stream(Draws::mirrored);
  constexpr int draws = 40'000;
  double sum = 0.0, squares = 0.0, products = 0.0;
  for (int i = 0; i < draws; ++i) {
    double const left = law.sample(one) - law.mean(), right = law.sample(other) - law.mean();
    sum += left + right;
    squares += left * left + right * right;
    products += left * right;
  }
  EXPECT_NEAR(sum / (2 * draws), 0.0, 5.0 * std::sqrt(law.variance() / draws));
  EXPECT_NEAR(squares / (2 * draws) / law.variance(), 1.0, 0.1);
  EXPECT_LT(2.0 * products / squares, GetParam().correlation);
}

INSTANTIATE_TEST_SUITE_P(
    Laws, MirroredLawTest,
    testing::Values(Law{"exponential", Distribution::exponential(2.0), -0.6},
                    Law{"erlang", Distribution::erlang(2.0, 3), -0.6},
                    Law{"gamma", Distribution::gamma(2.0, 0.7), -0.7},
                    Law{"lognormal", Distribution::lognormal(2.0, 0.5), -0.7},
                    Law{"weibull", Distribution::weibull(2.0, 1.5), -0.7},
                    Law{"uniform", Distribution::uniform(1.0, 3.0), -0.99},
                    Law{"triangular", Distribution::triangular(1.0, 2.0, 3.0), -0.99},
                    Law{"poisson", Distribution::poisson(3.0), -0.8},
                    Law{"much poisson", Distribution::poisson(30.0), -0.9},
                    Law{"geometric", Distribution::geometric(3.0), -0.5},
                    Law{"uniform counts", Distribution::uniform_count(1, 9), -0.99}),
    [](auto const& law) {
      std::string name = law.param.name;
      for (char& letter : name)
        if (letter == ' ') letter = '_';
      return name;
    });

TEST(MirroredStreamTest, StreamsThatAreEqualDrawTheSame) {
  RandomStream one = stream(Draws::plain), other = stream(Draws::plain);
  EXPECT_TRUE(one == other);
  one.exponential();
  EXPECT_FALSE(one == other);
  other.exponential();
  EXPECT_TRUE(one == other);
  EXPECT_FALSE(stream(Draws::plain) == stream(Draws::mirrored));
}

}  // namespace
}  // namespace sojourn
