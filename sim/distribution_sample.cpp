#include <algorithm>
#include <cmath>
#include <cstddef>

#include "sim/distribution.h"
#include "sim/distribution_table.h"
#include "sim/normal_tail.h"

namespace sojourn {

double Distribution::sample(RandomStream& random) const {
  switch (kind_) {
    case Kind::constant:
      return scale_;
    case Kind::exponential:
      return scale_ * random.exponential();
    case Kind::erlang:
      return scale_ * sample_erlang(random);
    case Kind::gamma:
      return scale_ * random.gamma(a_);
    case Kind::hyperexponential:
      return scale_ * (random.uniform() < a_ ? b_ : c_) * random.exponential();
    case Kind::lognormal:
      return scale_ * std::exp(a_ * random.normal());
    case Kind::weibull:
      return scale_ * std::exp(a_ * std::log(random.exponential()) - b_);
    case Kind::pareto:
      return scale_ * std::pow(1.0 - b_ * random.uniform(), a_);
    case Kind::uniform:
      return scale_ * (a_ + (b_ - a_) * random.uniform());
    case Kind::triangular:
      return scale_ * sample_triangular(random);
    case Kind::normal:
      return scale_ * NormalTail(a_).sample(random);
    case Kind::quantiles:
      return scale_ * sample_quantiles(random);
    case Kind::mixture:
      return scale_ * sample_mixture(random);
    case Kind::empirical:
      return scale_ * table_->values[random.below(table_->values.size())];
    case Kind::geometric:
      return scale_ * (a_ + std::floor(b_ * random.exponential()));
    case Kind::poisson:
      return scale_ * static_cast<double>(random.poisson(a_));
    case Kind::uniform_count:
      return scale_ * (a_ + static_cast<double>(random.below(static_cast<std::uint64_t>(b_))));
    case Kind::zipf:
      return scale_ * table_->zipf->sample(random);
  }
  return scale_;
}

std::int64_t Distribution::sample_count(RandomStream& random) const {
  double const value = sample(random);
  return value < 0x1p62 ? static_cast<std::int64_t>(value + 0.5) : std::int64_t{1} << 62;
}

/// A few exponentials are drawn faster than one gamma variate.
double Distribution::sample_erlang(RandomStream& random) const {
  if (a_ > 20.0) return random.gamma(a_);
  double sum = 0.0;
  for (double phase = 0.0; phase < a_; ++phase) sum += random.exponential();
  return sum;
}

double Distribution::sample_triangular(RandomStream& random) const {
  double const low = a_, mode = b_, high = c_;
  double const u = random.uniform();
  double const area = u * (high - low);
  if (area < mode - low) return low + std::sqrt(area * (mode - low));
  return high - std::sqrt((1.0 - u) * (high - low) * (high - mode));
}

double Distribution::sample_quantiles(RandomStream& random) const {
  auto const& p = table_->cumulative;
  auto const& value = table_->values;
  double const u = random.uniform();
  auto const next = static_cast<std::size_t>(std::upper_bound(p.begin(), p.end(), u) - p.begin());
  double const share = (u - p[next - 1]) / (p[next] - p[next - 1]);
  return value[next - 1] + share * (value[next] - value[next - 1]);
}

double Distribution::sample_mixture(RandomStream& random) const {
  auto const& p = table_->cumulative;
  auto const part = std::upper_bound(p.begin(), p.end(), random.uniform()) - p.begin();
  return table_->parts[static_cast<std::size_t>(part)].sample(random);
}

}  // namespace sojourn
