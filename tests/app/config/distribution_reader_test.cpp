#include "app/config/distribution_reader.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/app/config/reading_support.h"

namespace sojourn {
namespace {

Distribution durations(std::string const& text) {
  auto read = read_text(distribution_value(Bound::not_negative), text);
  if (!read.value) throw std::runtime_error(read.messages);
  return *std::move(read.value);
}

Distribution counts(std::string const& text) {
  auto read = read_text(count_distribution_value(), text);
  if (!read.value) throw std::runtime_error(read.messages);
  return *std::move(read.value);
}

std::string mistakes(std::string const& text) {
  return read_text(distribution_value(Bound::not_negative), text).messages;
}

double cv(Distribution const& distribution) {
  return std::sqrt(distribution.variance()) / distribution.mean();
}

TEST(DistributionReaderTest, ADurationAloneIsConstant) {
  EXPECT_TRUE(durations("8ms").is_constant());
  EXPECT_DOUBLE_EQ(durations("8ms").mean(), 0.008);
}

TEST(DistributionReaderTest, TheFirstArgumentIsTheMean) {
  for (char const* text :
       {"exponential(5ms)", "erlang(5ms, k=3)", "gamma(5ms, cv=0.7)", "hyperexponential(5ms, cv=2)",
        "lognormal(5ms, cv=0.8)", "weibull(5ms, shape=0.7)", "exponential(mean=5ms)",
        "lognormal(cv=0.8, mean=5ms)"})
    EXPECT_NEAR(durations(text).mean(), 0.005, 1e-12) << text;
}

TEST(DistributionReaderTest, ShapesAreTaken) {
  EXPECT_NEAR(cv(durations("erlang(5ms, k=4)")), 0.5, 1e-12);
  EXPECT_NEAR(cv(durations("gamma(5ms, cv=0.7)")), 0.7, 1e-12);
  EXPECT_NEAR(cv(durations("hyperexponential(5ms, cv=2)")), 2.0, 1e-9);
  EXPECT_NEAR(cv(durations("lognormal(5ms, cv=0.8)")), 0.8, 1e-9);
  EXPECT_NEAR(cv(durations("weibull(5ms, shape=1)")), 1.0, 1e-9);
  EXPECT_NEAR(durations("uniform(1ms, 9ms)").mean(), 0.005, 1e-12);
  EXPECT_NEAR(durations("triangular(1ms, 2ms, 9ms)").mean(), 0.004, 1e-12);
  EXPECT_NEAR(durations("pareto(min=1ms, alpha=2)").mean(), 0.002, 1e-12);
  EXPECT_LT(durations("pareto(min=1ms, alpha=2, max=4ms)").mean(), 0.002);
  EXPECT_NEAR(durations("normal(5ms, sd=1us)").mean(), 0.005, 1e-9);
  EXPECT_NEAR(durations("mixture(90% 2ms, 10% exponential(80ms))").mean(), 0.0098, 1e-12);
  EXPECT_NEAR(durations("quantiles(p0=0ms, p50=2ms, p100=4ms)").mean(), 0.002, 1e-12);
}

TEST(DistributionReaderTest, ALognormalIsGivenByTwoQuantilesToo) {
  // mu = ln(median), sigma = ln(p99 / median) / z(0.99), mean = exp(mu + sigma^2 / 2).
  double const sigma = std::log(10.0) / 2.3263478740408408;
  EXPECT_NEAR(durations("lognormal(median=4ms, p99=40ms)").mean(),
              0.004 * std::exp(sigma * sigma / 2.0), 1e-9);
}

TEST(DistributionReaderTest, CountsHaveTheirOwnFunctions) {
  EXPECT_DOUBLE_EQ(counts("3").mean(), 3.0);
  EXPECT_NEAR(counts("geometric(3)").mean(), 3.0, 1e-12);
  EXPECT_NEAR(counts("geometric(3, from=0)").variance(), 12.0, 1e-9);
  EXPECT_NEAR(counts("poisson(3)").mean(), 3.0, 1e-12);
  EXPECT_NEAR(counts("uniform(1, 5)").mean(), 3.0, 1e-12);
  EXPECT_NEAR(counts("zipf(n=2, s=1)").mean(), 4.0 / 3.0, 1e-9);
}

TEST(DistributionReaderTest, SpacesDoNotMatter) {
  EXPECT_NEAR(durations("  mixture ( 90%  2ms ,10% exponential( mean = 80ms ) ) ").mean(), 0.0098,
              1e-12);
}

TEST(DistributionReaderTest, MistakesStandAtTheirCharacter) {
  EXPECT_EQ(mistakes("mixture(50% 2ms, 50% lognormal(5ms, cv=x))"),
            "f:1:40: cv of lognormal: expected a number from 0.001 to 1000, found 'x'\n");
  EXPECT_EQ(mistakes("exponential(5ms"),
            "f:1:16: expected ',' or ')' in exponential, found the end\n");
}

TEST(DistributionReaderTest, AllMistakesOfAFunctionAreReported) {
  EXPECT_EQ(mistakes("mixture(50% expo(2ms), 50% erlang(5, k=0))"),
            "f:1:13: unknown function 'expo'; expected exponential, erlang, gamma, "
            "hyperexponential, lognormal, weibull, pareto, uniform, triangular, normal, quantiles, "
            "mixture or empirical\n"
            "f:1:35: mean of erlang: expected a duration such as 5ms, more than zero, found '5', "
            "which has no unit\n"
            "f:1:40: k of erlang: expected a whole number from 1 to 10000, found '0'\n");
}

TEST(DistributionReaderTest, NestingIsLimited) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "mixture(100% ";
  EXPECT_NE(mistakes(text).find("functions are nested too deeply"), std::string::npos);
}

}  // namespace
}  // namespace sojourn
