#include <array>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/distribution.h"

/// The first draws of every kind, bit for bit. They prove that compilers and their settings do not
/// matter, and that no change moves results unnoticed: who moves one on purpose says so under
/// Numbers in the changelog.
namespace sojourn {
namespace {

struct Golden {
  std::string name;
  Distribution distribution;
  std::array<double, 4> draws;

  friend std::ostream& operator<<(std::ostream& out, Golden const& golden) {
    return out << golden.name;
  }
};

std::vector<Golden> goldens() {
  std::vector<std::pair<double, double>> const points = {{0, 1}, {0.5, 2}, {1, 10}};
  return {
      {"exponential",
       Distribution::exponential(1),
       {0x1.b85d07d7713bbp-1, 0x1.c38abf87ccc44p-2, 0x1.0cb866693aafbp+2, 0x1.158144f9ea577p-3}},
      {"erlang",
       Distribution::erlang(1, 3),
       {0x1.f82add5df392p-3, 0x1.a1f51869aa505p+0, 0x1.348aae23faf55p+0, 0x1.00c4b880de03ap+0}},
      {"erlang_long",
       Distribution::erlang(1, 30),
       {0x1.bddaba7145931p-1, 0x1.d1bcb411b2cd9p-1, 0x1.06f1343d5269ap+0, 0x1.ccb6321f0c2bfp-1}},
      {"gamma",
       Distribution::gamma(1, 0.7),
       {0x1.e18ef9d361643p-1, 0x1.41295a0dce977p-2, 0x1.14411ac87d516p-1, 0x1.1e6a0dc11f608p-3}},
      {"gamma_wide",
       Distribution::gamma(1, 2),
       {0x1.f0761817bf955p+1, 0x1.21e73e44ae771p-3, 0x1.f743dc1e18312p-5, 0x1.34cf1751e63d6p-4}},
      {"hyperexponential",
       Distribution::hyperexponential(1, 2),
       {0x1.7438f1a8bb889p-7, 0x1.9de5da6221e1fp+0, 0x1.39c7507ef4088p+1, 0x1.a0c3f6ed3c72dp-4}},
      {"lognormal",
       Distribution::lognormal(1, 0.8),
       {0x1.f957e78703532p-2, 0x1.d880c8e33150dp-3, 0x1.bf5bc84982fdcp-1, 0x1.550ba87767b5ep-1}},
      {"lognormal_by_quantiles",
       Distribution::lognormal_by_quantiles(0.004, 0.04),
       {0x1.22e87c8884985p-8, 0x1.81ea77922f631p-9, 0x1.863432e078ca2p-8, 0x1.0f710ae0ff412p-9}},
      {"weibull",
       Distribution::weibull(1, 0.7),
       {0x1.23f21b0e6a506p-1, 0x1.5da6f621beeb2p-3, 0x1.ef1fad656f484p-5, 0x1.ba011ff815711p-2}},
      {"pareto",
       Distribution::pareto(1, 1.5),
       {0x1.01a3c97f2dd61p+1, 0x1.2696d19f253fap+1, 0x1.3c2e969dfcb22p+0, 0x1.361dfecaf486fp+2}},
      {"pareto_bounded",
       Distribution::pareto(1, 1.5, 100),
       {0x1.1e4bafeb65863p+0, 0x1.34f29a0ac457cp+0, 0x1.14f34a9de3cd8p+2, 0x1.6850b440ed25fp+0}},
      {"uniform",
       Distribution::uniform(1, 3),
       {0x1.1144c73b7b328p+1, 0x1.7fc0fa20a319p+1, 0x1.4af3fe50d75b2p+1, 0x1.adf11fb0f2b6ap+0}},
      {"triangular",
       Distribution::triangular(1, 2, 9),
       {0x1.5316c6a9f6254p+1, 0x1.dfe78d0d24ca1p+2, 0x1.ac34e8c085a6cp+1, 0x1.3927927a5ee5p+1}},
      {"normal",
       Distribution::normal(5, 1),
       {0x1.480f1c3e759bbp+2, 0x1.8d56cb10085dcp+1, 0x1.59a7fa95705cbp+2, 0x1.962185a1ebdf6p+2}},
      {"normal_below_zero",
       Distribution::normal(-5, 1),
       {0x1.2f99fd4a9c71ep-6, 0x1.0412cd4671d8ap-2, 0x1.e07a043ca9409p-8, 0x1.849595796a876p-5}},
      {"quantiles",
       Distribution::quantiles(points),
       {0x1.76f81b9fe69e8p+1, 0x1.3fce6b800fab4p+3, 0x1.31435ae46b7b7p+0, 0x1.799f5568c67a7p+0}},
      {"mixture",
       Distribution::mixture(
           {{0.5, Distribution::constant(2)}, {0.5, Distribution::exponential(1)}}),
       {0x1p+1, 0x1p+1, 0x1p+1, 0x1p+1}},
      {"empirical", Distribution::empirical({1, 2, 5}), {0x1p+1, 0x1p+1, 0x1.4p+2, 0x1p+0}},
      {"geometric", Distribution::geometric(3), {0x1p+2, 0x1p+0, 0x1p+0, 0x1.8p+1}},
      {"poisson", Distribution::poisson(3), {0x1p+2, 0x1p+2, 0x1.8p+1, 0x1.4p+2}},
      {"poisson_30", Distribution::poisson(30), {0x1.18p+5, 0x1.8p+4, 0x1.9p+4, 0x1p+5}},
      {"uniform_count",
       Distribution::uniform_count(1, 1000),
       {0x1.2p+8, 0x1.57p+9, 0x1.3ap+7, 0x1.28p+8}},
      {"zipf", Distribution::zipf(1000, 1.1), {0x1.32p+7, 0x1p+1, 0x1.9p+4, 0x1.ep+3}},
  };
}

class GoldenDrawsTest : public testing::TestWithParam<Golden> {};

TEST_P(GoldenDrawsTest, AreTheSameEverywhere) {
  RandomStream random = Streams(1, 0).open("golden/" + GetParam().name);
  for (double const expected : GetParam().draws) {
    EXPECT_EQ(GetParam().distribution.sample(random), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Distributions, GoldenDrawsTest, testing::ValuesIn(goldens()),
                         [](auto const& test) { return test.param.name; });

TEST(GoldenStreamTest, TheFirstNumbersOfAStreamAreTheSameEverywhere) {
  RandomStream random = Streams(1, 0).open("golden");
  EXPECT_EQ(random.uniform(), 0x1.218e16f900fe9p-1);
  EXPECT_EQ(random.below(1'000'000'007), 259152598U);
  EXPECT_EQ(random.normal(), -0x1.76597b4f79b24p+0);
}

}  // namespace
}  // namespace sojourn
