#pragma once

#include <cstdint>
#include <string_view>

#include <boost/random/exponential_distribution.hpp>
#include <pcg_random.hpp>

namespace sojourn {

/// Streams that are `inverted` draw exponential, normal, gamma and Poisson variates by inversion,
/// each from one uniform number, rather than in the fastest way; those that are `mirrored` do so
/// with 1 - u where the inverted ones have u. So they stay in step, draw for draw, and where one
/// draws much the other draws little.
enum class Draws : std::uint8_t { plain, inverted, mirrored };

/// One sequence of random numbers. A value of 48 bytes; a copy repeats the sequence from here on.
///
/// Generator: PCG64 (XSL-RR 128/64), O'Neill, "PCG: A Family of Simple Fast Space-Efficient
/// Statistically Good Algorithms for Random Number Generation", HMC-CS-2014-0905 (2014).
/// The same bits on every platform with 128-bit integers; standard variates by Boost.Random, for
/// the `std::*_distribution`s differ between libraries. Exponentials and powers are those of the C
/// library: on processors without fused multiply-add, glibc rounds a rare last bit otherwise.
class RandomStream {
 public:
  explicit RandomStream(pcg64 generator, Draws draws = Draws::plain)
      : generator_(generator),
        mask_(draws == Draws::mirrored ? ~std::uint64_t{0} : 0),
        inverts_(draws != Draws::plain) {}

  /// Uniform on [0, 1), in steps of 2^-53.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// Uniform on (0, 1]: safe to take the logarithm of.
  double uniform_positive() { return 1.0 - uniform(); }

  /// Exponential with mean 1.
  double exponential() {
    if (inverts_) [[unlikely]]
      return inverted_exponential();
    return boost::random::exponential_distribution<double>()(generator_);
  }

  /// Normal with mean 0 and variance 1.
  double normal();

  /// Gamma with the given shape (more than 0) and scale 1.
  double gamma(double shape);

  /// Poisson with the given mean (more than 0). Beyond a mean of 1e9 it is a rounded normal, which
  /// differs in nothing that a simulation could see.
  std::uint64_t poisson(double mean);

  /// Uniform on {0, ..., count - 1}, without bias. Precondition: count >= 1.
  std::uint64_t below(std::uint64_t count);

  /// True with the given probability. Draws nothing where the answer is certain.
  bool happens(double probability) {
    if (probability <= 0.0) return false;
    if (probability >= 1.0) return true;
    return uniform() < probability;
  }

  /// Whether both will go on to draw the same.
  friend bool operator==(RandomStream const& left, RandomStream const& right) {
    return left.generator_ == right.generator_ && left.mask_ == right.mask_ &&
           left.inverts_ == right.inverts_;
  }

 private:
  std::uint64_t next() { return generator_() ^ mask_; }
  /// In the middle of the steps of 2^-53: neither 0 nor 1, and 1 minus that of the mirror.
  double inner_uniform() { return (static_cast<double>(next() >> 12) + 0.5) * 0x1.0p-52; }
  double inverted_exponential();

  pcg64 generator_;
  std::uint64_t mask_;
  bool inverts_;
};

/// Opens the named streams of one replication. What a stream yields depends on seed, replication
/// and name alone: adding a component moves no other draw, and two variants of a scenario share
/// their luck (common random numbers).
class Streams {
 public:
  Streams(std::uint64_t seed, std::uint64_t replication, Draws draws = Draws::plain)
      : seed_(seed), replication_(replication), draws_(draws) {}

  /// The stream for one use, named by its path, such as "web/checkout/work".
  [[nodiscard]] RandomStream open(std::string_view name) const;

  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] std::uint64_t replication() const { return replication_; }
  [[nodiscard]] Draws draws() const { return draws_; }

 private:
  std::uint64_t seed_;
  std::uint64_t replication_;
  Draws draws_;
};

}  // namespace sojourn
