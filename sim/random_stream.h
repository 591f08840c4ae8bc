#pragma once

#include <cstdint>
#include <string_view>

#include <boost/random/exponential_distribution.hpp>
#include <pcg_random.hpp>

namespace sojourn {

/// One sequence of random numbers. A value of 32 bytes; a copy repeats the sequence from here on.
///
/// Generator: PCG64 (XSL-RR 128/64), O'Neill, "PCG: A Family of Simple Fast Space-Efficient
/// Statistically Good Algorithms for Random Number Generation", HMC-CS-2014-0905 (2014).
/// The same bits on every platform with 128-bit integers; standard variates by Boost.Random, for
/// the `std::*_distribution`s differ between libraries. Exponentials and powers are those of the C
/// library: on processors without fused multiply-add, glibc rounds a rare last bit otherwise.
class RandomStream {
 public:
  explicit RandomStream(pcg64 generator) : generator_(generator) {}

  /// Uniform on [0, 1), in steps of 2^-53.
  double uniform() { return static_cast<double>(generator_() >> 11) * 0x1.0p-53; }

  /// Uniform on (0, 1]: safe to take the logarithm of.
  double uniform_positive() { return 1.0 - uniform(); }

  /// Exponential with mean 1.
  double exponential() { return boost::random::exponential_distribution<double>()(generator_); }

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

 private:
  pcg64 generator_;
};

/// Opens the named streams of one replication. What a stream yields depends on seed, replication
/// and name alone: adding a component moves no other draw, and two variants of a scenario share
/// their luck (common random numbers).
class Streams {
 public:
  Streams(std::uint64_t seed, std::uint64_t replication) : seed_(seed), replication_(replication) {}

  /// The stream for one use, named by its path, such as "web/checkout/work".
  [[nodiscard]] RandomStream open(std::string_view name) const;

  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] std::uint64_t replication() const { return replication_; }

 private:
  std::uint64_t seed_;
  std::uint64_t replication_;
};

}  // namespace sojourn
