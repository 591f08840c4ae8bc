#include "sim/random_stream.h"

#include <cmath>
#include <cstddef>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>

#include "sim/ensure.h"

namespace sojourn {
namespace {

namespace policies = boost::math::policies;
/// In double precision on every platform, and counts without a part after the point.
using Policy = policies::policy<policies::promote_double<false>,
                                policies::discrete_quantile<policies::integer_round_up>>;
using Normal = boost::math::normal_distribution<double, Policy>;
using Poisson = boost::math::poisson_distribution<double, Policy>;

using Word128 = pcg_extras::pcg128_t;

/// A bijection of 64 bits in which each output bit depends on each input bit.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA (2014),
/// with the constants of Stafford's Mix13.
constexpr std::uint64_t mix(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

/// One 64-bit hash of a sequence of words. Every step is a bijection of the state, so that two
/// sequences that differ in one word never meet.
class WordHash {
 public:
  explicit constexpr WordHash(std::uint64_t salt) : state_(salt) {}

  constexpr void absorb(std::uint64_t word) { state_ = mix(state_ ^ word) + 0x9e3779b97f4a7c15; }

  /// One of several words of output, one for each `index`.
  [[nodiscard]] constexpr std::uint64_t output(std::uint64_t index) const {
    return mix(state_ + index * 0xd1342543de82ef95);
  }

 private:
  std::uint64_t state_;
};

/// The up to eight characters from `start` on as one number, the first one lowest: the same on
/// machines of either byte order.
std::uint64_t word_at(std::string_view text, std::size_t start) {
  std::uint64_t word = 0;
  std::string_view const part = text.substr(start, 8);
  for (std::size_t i = 0; i < part.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(part[i])} << (8 * i);
  }
  return word;
}

/// The length goes first, so that no text is the beginning of another.
WordHash hash_of(std::uint64_t salt, Streams const& streams, std::string_view name) {
  WordHash hash(salt);
  hash.absorb(streams.seed());
  hash.absorb(streams.replication());
  hash.absorb(name.size());
  for (std::size_t start = 0; start < name.size(); start += 8) hash.absorb(word_at(name, start));
  return hash;
}

}  // namespace

double RandomStream::inverted_exponential() { return -std::log1p(-inner_uniform()); }

double RandomStream::normal() {
  if (inverts_) return boost::math::quantile(Normal(), inner_uniform());
  return boost::random::normal_distribution<double>()(generator_);
}

double RandomStream::gamma(double shape) {
  ensure(shape > 0.0, "the shape of a gamma distribution is more than zero");
  if (inverts_) return boost::math::gamma_p_inv(shape, inner_uniform(), Policy());
  return boost::random::gamma_distribution<double>(shape)(generator_);
}

std::uint64_t RandomStream::poisson(double mean) {
  ensure(mean > 0.0, "the mean of a Poisson distribution is more than zero");
  if (inverts_ && mean < 1e9)
    return static_cast<std::uint64_t>(boost::math::quantile(Poisson(mean), inner_uniform()));
  if (mean < 10.0) {  // Boost's inversion need not end for the last few of the uniform numbers.
    std::uint64_t arrivals = 0;
    for (double time = exponential(); time < mean; time += exponential()) ++arrivals;
    return arrivals;
  }
  if (mean < 1e9) {
    boost::random::poisson_distribution<std::int64_t, double> const distribution(mean);
    return static_cast<std::uint64_t>(distribution(generator_));
  }
  double const value = std::round(mean + std::sqrt(mean) * normal());
  return static_cast<std::uint64_t>(std::fmin(value, 0x1p62));
}

/// Source: Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019).
std::uint64_t RandomStream::below(std::uint64_t count) {
  ensure(count >= 1, "there is something to choose from");
  Word128 product = Word128{next()} * count;
  if (static_cast<std::uint64_t>(product) < count) {
    std::uint64_t const threshold = (0 - count) % count;
    while (static_cast<std::uint64_t>(product) < threshold) {
      product = Word128{next()} * count;
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

/// Two 64-bit hashes with salts of their own give the 128 bits of state and the 127 that select
/// one of the generator's sequences. For two streams to be the same, or to overlap, both hashes of
/// two names would have to meet: with a million streams, a chance of about 1e-27.
RandomStream Streams::open(std::string_view name) const {
  WordHash const first = hash_of(0x243f6a8885a308d3, *this, name);
  WordHash const second = hash_of(0x13198a2e03707344, *this, name);
  Word128 const state = Word128{first.output(1)} << 64 | second.output(2);
  Word128 const sequence = Word128{first.output(3)} << 64 | second.output(4);
  return RandomStream(pcg64(state, sequence), draws_);
}

}  // namespace sojourn
