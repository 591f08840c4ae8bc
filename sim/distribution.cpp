#include "sim/distribution.h"

#include <cmath>
#include <cstddef>
#include <limits>

#include <boost/math/special_functions/gamma.hpp>

#include "sim/distribution_table.h"
#include "sim/ensure.h"
#include "sim/normal_tail.h"

namespace sojourn {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void ensure_mean(double mean) {
  ensure(mean >= 0.0 && std::isfinite(mean), "a mean is finite and not negative");
}

double square(double x) { return x * x; }

/// The r-th moment of the Pareto law with min 1, given that no value exceeds `ratio`.
double pareto_moment(double r, double alpha, double ratio) {
  if (ratio == infinity) return r < alpha ? alpha / (alpha - r) : infinity;
  double const span = std::log(ratio);
  double const mass = -std::expm1(-alpha * span);
  double const area = r == alpha ? span : std::expm1((r - alpha) * span) / (r - alpha);
  return alpha * area / mass;
}

}  // namespace

/// A scale of zero makes every draw zero, and spares the formulas a product of zero and infinity.
Distribution::Distribution(Kind kind, double scale, Moments moments, double a, double b, double c) {
  if (scale == 0.0) return;
  kind_ = kind;
  scale_ = scale;
  a_ = a;
  b_ = b;
  c_ = c;
  mean_ = moments.mean;
  variance_ = moments.variance;
}

Distribution Distribution::constant(double value) {
  ensure_mean(value);
  return {Kind::constant, value, {value, 0.0}};
}

Distribution Distribution::exponential(double mean) {
  ensure_mean(mean);
  return {Kind::exponential, mean, {mean, square(mean)}};
}

Distribution Distribution::erlang(double mean, int k) {
  ensure_mean(mean);
  ensure(k >= 1, "an Erlang distribution has at least one phase");
  return {Kind::erlang, mean / k, {mean, square(mean) / k}, static_cast<double>(k)};
}

Distribution Distribution::gamma(double mean, double cv) {
  ensure_mean(mean);
  ensure(cv > 0.0 && std::isfinite(cv), "the cv of a gamma distribution is more than zero");
  return {Kind::gamma, mean * square(cv), {mean, square(mean * cv)}, 1.0 / square(cv)};
}

/// a: probability of the long phase, b and c: means of the long and the short one.
Distribution Distribution::hyperexponential(double mean, double cv) {
  ensure_mean(mean);
  ensure(cv >= 1.0 && std::isfinite(cv), "the cv of a hyperexponential distribution is at least 1");
  double const squared = square(cv);
  double const root = std::sqrt((squared - 1.0) / (squared + 1.0));
  double const rare = 1.0 / ((squared + 1.0) * (1.0 + root));  // (1 - root) / 2
  Moments const moments{mean, square(mean * cv)};
  return {Kind::hyperexponential, mean, moments, rare, 0.5 / rare, 0.5 / (1.0 - rare)};
}

/// a: standard deviation of the logarithm; the scale is the median.
Distribution Distribution::lognormal(double mean, double cv) {
  ensure_mean(mean);
  ensure(cv >= 0.0 && std::isfinite(cv), "the cv of a lognormal distribution is not negative");
  double const median = mean / std::sqrt(1.0 + square(cv));
  return {Kind::lognormal, median, {mean, square(mean * cv)}, std::sqrt(std::log1p(square(cv)))};
}

Distribution Distribution::lognormal_by_quantiles(double median, double p99) {
  ensure(median > 0.0 && p99 >= median && std::isfinite(p99), "0 < median <= p99");
  constexpr double normal_p99 = 2.3263478740408411;
  double const sigma = std::log(p99 / median) / normal_p99;
  double const mean = median * std::exp(square(sigma) / 2.0);
  return {Kind::lognormal, median, {mean, square(mean) * std::expm1(square(sigma))}, sigma};
}

/// a: 1 / shape, b: the logarithm of the mean at scale 1, which is Gamma(1 + 1/shape).
Distribution Distribution::weibull(double mean, double shape) {
  ensure_mean(mean);
  ensure(shape > 0.0 && std::isfinite(1.0 / shape), "the shape of a Weibull is more than zero");
  double const a = 1.0 / shape;
  double const log_mean = boost::math::lgamma(1.0 + a);
  double const squared_cv = std::expm1(boost::math::lgamma(1.0 + 2.0 * a) - 2.0 * log_mean);
  return {Kind::weibull, mean, {mean, square(mean) * squared_cv}, a, log_mean};
}

/// a: -1 / alpha, b: the probability of no value beyond `max` in the unbounded law.
Distribution Distribution::pareto(double min, double alpha, double max) {
  ensure(min > 0.0 && alpha > 0.0 && max >= min, "0 < min <= max and 0 < alpha");
  if (max == min) return constant(min);
  double const ratio = max < unbounded ? max / min : infinity;
  double const mean = pareto_moment(1.0, alpha, ratio);
  double const second = pareto_moment(2.0, alpha, ratio);
  double const variance = second == infinity ? infinity : std::fmax(0.0, second - square(mean));
  double const kept = -std::expm1(-alpha * std::log(ratio));
  return {Kind::pareto, min, {min * mean, square(min) * variance}, -1.0 / alpha, kept};
}

Distribution Distribution::uniform(double low, double high) {
  ensure(low >= 0.0 && high >= low && std::isfinite(high), "0 <= low <= high");
  if (low == high) return constant(low);
  return {Kind::uniform, 1.0, {low + (high - low) / 2.0, square(high - low) / 12.0}, low, high};
}

Distribution Distribution::triangular(double low, double mode, double high) {
  ensure(low >= 0.0 && mode >= low && high >= mode && std::isfinite(high),
         "0 <= low <= mode <= high");
  if (low == high) return constant(low);
  double const left = mode - low, right = high - mode;
  double const mean = (low + mode + high) / 3.0;
  double const variance = (square(left) + left * right + square(right)) / 18.0;
  return {Kind::triangular, 1.0, {mean, variance}, low, mode, high};
}

/// a: zero, in standard deviations above the mean; a draw is by how much a normal exceeds it.
Distribution Distribution::normal(double mean, double sd) {
  ensure(std::isfinite(mean) && sd >= 0.0 && std::isfinite(sd), "a standard deviation is >= 0");
  if (sd == 0.0) return constant(mean);
  NormalTail const tail(-mean / sd);
  return {Kind::normal, sd, {sd * tail.mean(), square(sd) * tail.variance()}, -mean / sd};
}

Distribution Distribution::quantiles(std::span<std::pair<double, double> const> points) {
  ensure(points.size() >= 2, "a quantile function has two points at least");
  ensure(points.front().first == 0.0 && points.back().first == 1.0, "probabilities go from 0 to 1");
  ensure(points.front().second >= 0.0 && std::isfinite(points.back().second), "values are >= 0");
  Table table{{0.0}, {points.front().second}, {}, {}};
  double mean = 0.0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto const [p, value] = points[i];
    ensure(p > table.cumulative.back() && value >= table.values.back(), "quantiles ascend");
    mean += (p - table.cumulative.back()) * (table.values.back() + value) / 2.0;
    table.cumulative.push_back(p);
    table.values.push_back(value);
  }
  double variance = 0.0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    auto const [p, value] = points[i];
    auto const [p_before, before] = points[i - 1];
    variance +=
        (p - p_before) * (square((before + value) / 2.0 - mean) + square(value - before) / 12.0);
  }
  Distribution result(Kind::quantiles, 1.0, {mean, variance});
  result.table_ = std::make_shared<Table const>(std::move(table));
  return result;
}

Distribution Distribution::mixture(std::vector<std::pair<double, Distribution>> parts) {
  ensure(!parts.empty(), "a mixture has parts");
  Table table;
  double total = 0.0, mean = 0.0, variance = 0.0;
  for (auto& [weight, part] : parts) {
    ensure(weight >= 0.0, "no weight is negative");
    if (weight == 0.0) continue;
    total += weight;
    mean += weight * part.mean();
    table.cumulative.push_back(total);
    table.parts.push_back(part);
  }
  ensure(std::fabs(total - 1.0) < 1e-9, "weights sum to 1");
  table.cumulative.back() = 1.0;
  for (auto const& [weight, part] : parts) {
    if (weight == 0.0) continue;
    variance +=
        weight * (mean == infinity ? infinity : part.variance() + square(part.mean() - mean));
  }
  Distribution result(Kind::mixture, 1.0, {mean, variance});
  result.table_ = std::make_shared<Table const>(std::move(table));
  return result;
}

Distribution Distribution::empirical(std::vector<double> values) {
  ensure(!values.empty(), "there is a value to draw");
  auto const count = static_cast<double>(values.size());
  double mean = 0.0, variance = 0.0;
  for (double const value : values) {
    ensure_mean(value);
    mean += value / count;
  }
  for (double const value : values) variance += square(value - mean) / count;
  Distribution result(Kind::empirical, 1.0, {mean, variance});
  result.table_ = std::make_shared<Table const>(Table{{}, std::move(values), {}, {}});
  return result;
}

/// a: from, b: the mean of the exponential that, rounded down, is geometric from 0.
Distribution Distribution::geometric(double mean, int from) {
  ensure_mean(mean);
  ensure(from >= 0 && mean >= from,
         "the mean of a geometric distribution is at least its first value");
  double const above = mean - from;  // (1-p) / p
  if (above == 0.0) return constant(mean);
  double const b = 1.0 / std::log1p(1.0 / above);
  return {Kind::geometric, 1.0, {mean, above * (1.0 + above)}, static_cast<double>(from), b};
}

Distribution Distribution::poisson(double mean) {
  ensure_mean(mean);
  if (mean == 0.0) return constant(0.0);
  return {Kind::poisson, 1.0, {mean, mean}, mean};
}

Distribution Distribution::uniform_count(std::int64_t low, std::int64_t high) {
  ensure(low >= 0 && high >= low && high <= std::int64_t{1} << 53, "0 <= low <= high <= 2^53");
  if (low == high) return constant(static_cast<double>(low));
  auto const first = static_cast<double>(low);
  auto const count = static_cast<double>(high - low + 1);
  Moments const moments{first + (count - 1.0) / 2.0, (square(count) - 1.0) / 12.0};
  return {Kind::uniform_count, 1.0, moments, first, count};
}

Distribution Distribution::zipf(std::int64_t n, double s) {
  Zipf const law(n, s);
  Distribution result(Kind::zipf, 1.0, {law.mean(), law.variance()});
  result.table_ = std::make_shared<Table const>(Table{{}, {}, {}, law});
  return result;
}

std::vector<Distribution::Stages> Distribution::stages() const {
  switch (kind_) {
    case Kind::exponential:
      return {{1.0, 1, mean_}};
    case Kind::erlang:
      return {{1.0, static_cast<int>(a_), mean_}};
    case Kind::hyperexponential:
      return {{a_, 1, scale_ * b_}, {1.0 - a_, 1, scale_ * c_}};
    case Kind::mixture: {
      std::vector<Stages> all;
      double before = 0.0;
      for (std::size_t i = 0; i < table_->parts.size(); ++i) {
        auto const inner = table_->parts[i].stages();
        if (inner.empty()) return {};
        for (Stages const& each : inner)
          all.push_back({each.probability * (table_->cumulative[i] - before), each.stages,
                         scale_ * each.mean});
        before = table_->cumulative[i];
      }
      return all;
    }
    default:
      return {};
  }
}

std::optional<Distribution::Popularity> Distribution::popularity() const {
  switch (kind_) {
    case Kind::constant:
      return Popularity{1.0, 0.0};
    case Kind::uniform_count:
      return Popularity{b_, 0.0};
    case Kind::zipf:
      return Popularity{table_->zipf->values(), table_->zipf->exponent()};
    default:
      return std::nullopt;
  }
}

Distribution Distribution::scaled(double factor) const {
  ensure(factor >= 0.0 && std::isfinite(factor), "a factor is finite and not negative");
  if (factor == 0.0) return constant(0.0);
  Distribution result = *this;
  result.scale_ *= factor;
  result.mean_ *= factor;
  result.variance_ *= square(factor);
  return result;
}

}  // namespace sojourn
