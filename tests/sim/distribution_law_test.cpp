#include <cmath>
#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <boost/math/distributions/gamma.hpp>
#include <gtest/gtest.h>

#include "sim/distribution.h"
#include "sim/tally.h"
#include "tests/sim/goodness_of_fit.h"

/// Every distribution against its law, written down here a second time and by other means.
namespace sojourn {
namespace {

constexpr std::size_t draws = 100'000;
constexpr std::size_t many_draws = 1'000'000;

enum class Tail { light, heavy };  // heavy: too few draws here to see the variance within 3 %

struct Law {
  std::string name;
  Distribution distribution;
  std::function<double(double)> cdf;
  Tail tail = Tail::light;

  friend std::ostream& operator<<(std::ostream& out, Law const& law) { return out << law.name; }
};

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }
double exponential_cdf(double x, double mean) { return -std::expm1(-x / mean); }

std::function<double(double)> gamma_cdf(double mean, double cv) {
  boost::math::gamma_distribution<> const law(1.0 / (cv * cv), mean * cv * cv);
  return [law](double x) { return cdf(law, x); };
}

std::function<double(double)> hyperexponential_cdf(double mean, double cv) {
  double const p = (1.0 + std::sqrt((cv * cv - 1.0) / (cv * cv + 1.0))) / 2.0;
  return [=](double x) {
    return p * exponential_cdf(x, mean / (2.0 * p)) +
           (1.0 - p) * exponential_cdf(x, mean / (2.0 * (1.0 - p)));
  };
}

std::function<double(double)> lognormal_cdf(double mu, double sigma) {
  return [=](double x) { return normal_cdf((std::log(x) - mu) / sigma); };
}

std::function<double(double)> weibull_cdf(double mean, double shape) {
  double const scale = mean / std::tgamma(1.0 + 1.0 / shape);
  return [=](double x) { return -std::expm1(-std::pow(x / scale, shape)); };
}

std::function<double(double)> pareto_cdf(double min, double alpha, double max) {
  auto const free = [=](double x) { return 1.0 - std::pow(min / x, alpha); };
  return [=](double x) { return free(x) / free(max); };
}

std::function<double(double)> normal_above_zero_cdf(double mean, double sd) {
  auto const above = [=](double x) { return std::erfc((x - mean) / (sd * std::sqrt(2.0))); };
  return [=](double x) { return 1.0 - above(x) / above(0.0); };
}

double triangular_cdf(double x) {  // 1, 2, 9
  return x < 2.0 ? (x - 1.0) * (x - 1.0) / 8.0 : 1.0 - (9.0 - x) * (9.0 - x) / 56.0;
}

std::vector<std::pair<double, double>> const dashboard = {
    {0.0, 0.001}, {0.5, 0.005}, {0.9, 0.02}, {0.99, 0.08}, {1.0, 1.0}};

double dashboard_cdf(double x) {
  std::size_t i = 1;
  while (x > dashboard[i].second) ++i;
  auto const [p0, x0] = dashboard[i - 1];
  auto const [p1, x1] = dashboard[i];
  return p0 + (p1 - p0) * (x - x0) / (x1 - x0);
}

std::vector<Law> laws() {
  double const infinite = std::numeric_limits<double>::infinity();
  return {
      {"exponential", Distribution::exponential(2), [](double x) { return exponential_cdf(x, 2); }},
      {"erlang_1", Distribution::erlang(2, 1), [](double x) { return exponential_cdf(x, 2); }},
      {"erlang_3", Distribution::erlang(2, 3),
       [](double x) {
         double const y = 1.5 * x;
         return 1.0 - std::exp(-y) * (1.0 + y + y * y / 2.0);
       }},
      {"erlang_30", Distribution::erlang(2, 30), gamma_cdf(2, 1.0 / std::sqrt(30.0))},
      {"gamma_cv_0_7", Distribution::gamma(2, 0.7), gamma_cdf(2, 0.7)},
      {"gamma_cv_2", Distribution::gamma(2, 2), gamma_cdf(2, 2)},
      {"hyperexponential", Distribution::hyperexponential(2, 2), hyperexponential_cdf(2, 2)},
      {"hyperexponential_cv_1", Distribution::hyperexponential(2, 1),
       [](double x) { return exponential_cdf(x, 2); }},
      {"lognormal", Distribution::lognormal(2, 0.8),
       lognormal_cdf(std::log(2.0) - std::log(1.64) / 2.0, std::sqrt(std::log(1.64)))},
      {"lognormal_by_quantiles", Distribution::lognormal_by_quantiles(0.004, 0.04),
       lognormal_cdf(std::log(0.004), std::log(10.0) / 2.3263478740408411), Tail::heavy},
      {"weibull_0_7", Distribution::weibull(2, 0.7), weibull_cdf(2, 0.7)},
      {"weibull_3", Distribution::weibull(2, 3), weibull_cdf(2, 3)},
      {"pareto", Distribution::pareto(1, 6), pareto_cdf(1, 6, infinite)},
      {"pareto_heavy", Distribution::pareto(1, 1.5), pareto_cdf(1, 1.5, infinite), Tail::heavy},
      {"pareto_without_mean", Distribution::pareto(1, 0.9), pareto_cdf(1, 0.9, infinite),
       Tail::heavy},
      {"pareto_bounded", Distribution::pareto(1, 1.5, 100), pareto_cdf(1, 1.5, 100)},
      {"pareto_bounded_alpha_1", Distribution::pareto(1, 1, 50), pareto_cdf(1, 1, 50)},
      {"pareto_bounded_alpha_2", Distribution::pareto(1, 2, 50), pareto_cdf(1, 2, 50)},
      {"uniform", Distribution::uniform(1, 3), [](double x) { return (x - 1.0) / 2.0; }},
      {"triangular", Distribution::triangular(1, 2, 9), triangular_cdf},
      {"triangular_right", Distribution::triangular(0, 1, 1), [](double x) { return x * x; }},
      {"normal", Distribution::normal(5, 1), normal_above_zero_cdf(5, 1)},
      {"normal_wide", Distribution::normal(1, 2), normal_above_zero_cdf(1, 2)},
      {"normal_below_zero", Distribution::normal(-1, 2), normal_above_zero_cdf(-1, 2)},
      {"normal_far_below_zero", Distribution::normal(-10, 2), normal_above_zero_cdf(-10, 2)},
      {"quantiles", Distribution::quantiles(dashboard), dashboard_cdf, Tail::heavy},
      {"mixture_of_two",
       Distribution::mixture(
           {{0.9, Distribution::exponential(1)}, {0.1, Distribution::uniform(5, 6)}}),
       [](double x) { return 0.9 * exponential_cdf(x, 1) + 0.1 * std::clamp(x - 5.0, 0.0, 1.0); }},
  };
}

class DistributionLawTest : public testing::TestWithParam<Law> {
 protected:
  Law const& law_ = GetParam();
  Distribution const& distribution_ = law_.distribution;
  RandomStream random_ = Streams(1, 0).open("law/" + law_.name);
};

/// Source: Law, Simulation Modeling and Analysis, 5th ed. (2015), section 6.6.2.
TEST_P(DistributionLawTest, DrawsFollowTheDistributionFunction) {
  std::vector<double> sample(draws);
  for (double& value : sample) value = distribution_.sample(random_);
  EXPECT_LT(kolmogorov_distance(sample, law_.cdf), kolmogorov_limit(draws));
}

class FiniteLawTest : public DistributionLawTest {};

TEST_P(FiniteLawTest, MomentsAreThoseOfManyDraws) {
  Tally tally;
  for (std::size_t i = 0; i < many_draws; ++i) tally.record(distribution_.sample(random_));
  double const error = std::sqrt(distribution_.variance() / static_cast<double>(many_draws));
  EXPECT_NEAR(tally.mean(), distribution_.mean(), 4.0 * error);
  if (law_.tail == Tail::light) {
    EXPECT_NEAR(tally.variance(), distribution_.variance(), 0.03 * distribution_.variance());
  }
  EXPECT_GE(tally.min(), 0.0);
}

TEST_P(DistributionLawTest, ScalingStretchesEveryDraw) {
  Distribution const scaled = distribution_.scaled(3.0);
  EXPECT_DOUBLE_EQ(scaled.mean(), 3.0 * distribution_.mean());
  EXPECT_DOUBLE_EQ(scaled.variance(), 9.0 * distribution_.variance());
  RandomStream again = random_;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_DOUBLE_EQ(scaled.sample(random_), 3.0 * distribution_.sample(again));
  }
}

auto const name_of = [](auto const& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(Continuous, DistributionLawTest, testing::ValuesIn(laws()), name_of);

/// Those with a variance to judge a sample mean by.
std::vector<Law> finite_laws() {
  auto all = laws();
  std::erase_if(all, [](Law const& law) { return std::isinf(law.distribution.variance()); });
  return all;
}
INSTANTIATE_TEST_SUITE_P(Continuous, FiniteLawTest, testing::ValuesIn(finite_laws()), name_of);

struct CountLaw {
  std::string name;
  Distribution distribution;
  std::function<double(std::size_t)> probability;
  Tail tail = Tail::light;

  friend std::ostream& operator<<(std::ostream& out, CountLaw const& law) {
    return out << law.name;
  }
};

double poisson_probability(double mean, std::size_t k) {
  auto const count = static_cast<double>(k);
  return std::exp(count * std::log(mean) - mean - std::lgamma(count + 1.0));
}

std::function<double(std::size_t)> zipf_probability(std::size_t n, double s) {
  double sum = 0.0;
  for (std::size_t k = 1; k <= n; ++k) sum += std::pow(static_cast<double>(k), -s);
  return [=](std::size_t k) {
    return k >= 1 && k <= n ? std::pow(static_cast<double>(k), -s) / sum : 0.0;
  };
}

std::vector<CountLaw> count_laws() {
  return {
      {"geometric", Distribution::geometric(3),
       [](std::size_t k) { return k < 1 ? 0.0 : std::pow(2.0 / 3.0, k - 1) / 3.0; }},
      {"geometric_from_0", Distribution::geometric(0.5, 0),
       [](std::size_t k) { return std::pow(1.0 / 3.0, k) * 2.0 / 3.0; }},
      {"poisson", Distribution::poisson(3),
       [](std::size_t k) { return poisson_probability(3, k); }},
      {"poisson_rare", Distribution::poisson(0.1),
       [](std::size_t k) { return poisson_probability(0.1, k); }},
      {"poisson_30", Distribution::poisson(30),
       [](std::size_t k) { return poisson_probability(30, k); }},
      {"uniform", Distribution::uniform_count(1, 5),
       [](std::size_t k) { return k >= 1 && k <= 5 ? 0.2 : 0.0; }},
      {"zipf", Distribution::zipf(1000, 1.1), zipf_probability(1000, 1.1)},
      {"zipf_s_1", Distribution::zipf(300, 1), zipf_probability(300, 1)},
      {"zipf_s_0", Distribution::zipf(10, 0), zipf_probability(10, 0)},
      {"zipf_steep", Distribution::zipf(1'000'000'000, 4), zipf_probability(10'000, 4),
       Tail::heavy},
      {"zipf_alone", Distribution::zipf(1, 2), zipf_probability(1, 2)},
      {"empirical", Distribution::empirical({1, 2, 2, 5}),
       [](std::size_t k) { return k == 2             ? 0.5
                                  : k == 1 || k == 5 ? 0.25
                                                     : 0.0; }},
      {"mixture_of_constants",
       Distribution::mixture({{0.9, Distribution::constant(2)},
                              {0.0, Distribution::constant(3)},
                              {0.1, Distribution::constant(7)}}),
       [](std::size_t k) { return k == 2   ? 0.9
                                  : k == 7 ? 0.1
                                           : 0.0; }},
  };
}

class CountLawTest : public testing::TestWithParam<CountLaw> {
 protected:
  CountLaw const& law_ = GetParam();
  Distribution const& distribution_ = law_.distribution;
  RandomStream random_ = Streams(1, 0).open("law/" + law_.name);
};

TEST_P(CountLawTest, CountsFollowTheProbabilities) {
  constexpr std::size_t cells = 1001;
  std::vector<double> counts(cells + 1), expectations;  // the last cell holds all beyond
  for (std::size_t i = 0; i < draws; ++i) {
    ++counts[std::min(static_cast<std::size_t>(distribution_.sample_count(random_)), cells)];
  }
  double beyond = 1.0;
  for (std::size_t k = 0; k < cells; ++k) {
    expectations.push_back(draws * law_.probability(k));
    beyond -= law_.probability(k);
    ASSERT_TRUE(expectations[k] > 0.0 || counts[k] == 0.0) << k << " is impossible";
  }
  expectations.push_back(draws * std::max(0.0, beyond));
  auto const fit = chi_square(counts, expectations);
  EXPECT_LE(fit.statistic, fit.limit);
}

TEST_P(CountLawTest, MomentsAreThoseOfManyDraws) {
  Tally tally;
  for (std::size_t i = 0; i < many_draws; ++i) tally.record(distribution_.sample(random_));
  double const error = std::sqrt(distribution_.variance() / static_cast<double>(many_draws));
  EXPECT_NEAR(tally.mean(), distribution_.mean(), 4.0 * error);
  if (law_.tail == Tail::light) {
    EXPECT_NEAR(tally.variance(), distribution_.variance(), 0.03 * distribution_.variance());
  }
}

INSTANTIATE_TEST_SUITE_P(Counts, CountLawTest, testing::ValuesIn(count_laws()), name_of);

}  // namespace
}  // namespace sojourn
