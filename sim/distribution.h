#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/random_stream.h"
#include "sim/time.h"

namespace sojourn {

/// A distribution of durations (in seconds) or of counts (plain numbers). A value of 72 bytes:
/// copies share their immutable table, if they have one.
///
/// Every kind states its mean and variance in closed form; both may be infinite (Pareto), never
/// NaN. Preconditions are those of each maker and are ensured; readers check them first. No value
/// is negative, and a mean of zero gives the constant zero.
class Distribution {
 public:
  Distribution() = default;

  /// Always `value`.
  static Distribution constant(double value);
  static Distribution exponential(double mean);
  /// Sum of `k` exponentials with the given mean in all; k >= 1.
  static Distribution erlang(double mean, int k);
  /// Gamma by mean and coefficient of variation, cv > 0.
  static Distribution gamma(double mean, double cv);
  /// Two exponential phases with balanced means, cv >= 1 (cv 1 is the exponential).
  ///     p = (1 + sqrt((cv^2-1)/(cv^2+1))) / 2, means mean/(2p) and mean/(2(1-p))
  /// Source: Morse, Queues, Inventories and Maintenance (1958).
  static Distribution hyperexponential(double mean, double cv);
  static Distribution lognormal(double mean, double cv);
  /// Lognormal through two points of its distribution function: 0 < median <= 99th percentile.
  static Distribution lognormal_by_quantiles(double median, double p99);
  /// Weibull by mean and shape, shape > 0.
  static Distribution weibull(double mean, double shape);
  /// P(X > x) = (min/x)^alpha for x >= min > 0; with a finite `max` that law given X <= max.
  static Distribution pareto(double min, double alpha, double max = unbounded);
  static Distribution uniform(double low, double high);
  static Distribution triangular(double low, double mode, double high);
  /// Normal given that it is not negative. Its mean is therefore above `mean`, noticeably so once
  /// sd exceeds mean / 2; `mean()` tells it. A negative `mean` is allowed if sd > 0.
  static Distribution normal(double mean, double sd);
  /// Piecewise linear quantile function through (probability, value) points, probabilities strictly
  /// ascending from 0 to 1, values ascending.
  static Distribution quantiles(std::span<std::pair<double, double> const> points);
  /// Draws from part i with probability weight_i >= 0; the weights sum to 1.
  static Distribution mixture(std::vector<std::pair<double, Distribution>> parts);
  /// Draws one of the values, each as likely as the next.
  static Distribution empirical(std::vector<double> values);

  // Counts.
  /// P(n) = (1-p)^(n-from) p for n = from, from+1, ...; `mean` >= from and p chosen to match.
  static Distribution geometric(double mean, int from = 1);
  static Distribution poisson(double mean);
  /// Uniform on the whole numbers 0 <= low, ..., high <= 2^53.
  static Distribution uniform_count(std::int64_t low, std::int64_t high);
  /// P(k) proportional to 1/k^s for k = 1, ..., n, with s >= 0.
  static Distribution zipf(std::int64_t n, double s);

  static constexpr double unbounded = 1e300;

  /// How likely the values of a law of counts are: the r-th of them in proportion to 1/r^exponent.
  struct Popularity {
    double values = 1.0;  ///< How many there are.
    double exponent = 0.0;
  };
  /// Of zipf, of counts that are uniform, and of a constant; of others it is not known.
  [[nodiscard]] std::optional<Popularity> popularity() const;

  /// A sum of so many exponentials, with the given mean in all.
  struct Stages {
    double probability = 1.0;
    int stages = 1;
    double mean = 0.0;
  };
  /// The law as a mixture of such sums: of exponential, Erlang and hyperexponential ones, and of
  /// mixtures of them. Empty for others.
  [[nodiscard]] std::vector<Stages> stages() const;

  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double variance() const { return variance_; }

  /// Draws one value. Cost: O(1), but O(log n) for quantiles and mixtures of n points.
  [[nodiscard]] double sample(RandomStream& random) const;

  /// Draws a duration; the value is in seconds.
  [[nodiscard]] Duration sample_duration(RandomStream& random) const {
    if (kind_ == Kind::exponential) return from_seconds(scale_ * random.exponential());
    return from_seconds(kind_ == Kind::constant ? scale_ : sample(random));
  }

  /// Draws a count: the value rounded to the nearest whole number, 2^62 at most.
  [[nodiscard]] std::int64_t sample_count(RandomStream& random) const;

  /// Whether every draw is the same value.
  [[nodiscard]] bool is_constant() const { return kind_ == Kind::constant; }

  /// The same distribution stretched: every value times `factor` >= 0.
  [[nodiscard]] Distribution scaled(double factor) const;

 private:
  enum class Kind : std::uint8_t {
    constant,
    exponential,
    erlang,
    gamma,
    hyperexponential,
    lognormal,
    weibull,
    pareto,
    uniform,
    triangular,
    normal,
    quantiles,
    mixture,
    empirical,
    geometric,
    poisson,
    uniform_count,
    zipf
  };
  struct Moments {
    double mean, variance;
  };
  struct Table;

  Distribution(Kind kind, double scale, Moments moments, double a = 0.0, double b = 0.0,
               double c = 0.0);

  [[nodiscard]] double sample_erlang(RandomStream& random) const;
  [[nodiscard]] double sample_triangular(RandomStream& random) const;
  [[nodiscard]] double sample_quantiles(RandomStream& random) const;
  [[nodiscard]] double sample_mixture(RandomStream& random) const;

  Kind kind_ = Kind::constant;
  double scale_ = 0.0;                  // each draw is `scale_` times one that a, b and c define
  double a_ = 0.0, b_ = 0.0, c_ = 0.0;  // as each kind's maker says
  double mean_ = 0.0, variance_ = 0.0;
  std::shared_ptr<Table const> table_;
};

}  // namespace sojourn
