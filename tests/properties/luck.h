#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/random_stream.h"

namespace sojourn::support {

/// What chance decides about one random file. Each file leaves out a part of the language: whether
/// it uses a feature at all is decided once, by the feature's name, so that a new feature changes
/// no other decision of that kind.
/// Source: Groce et al., "Swarm testing", ISSTA (2012).
class Luck {
 public:
  explicit Luck(std::uint64_t seed);

  /// Whether this file uses a feature, somewhere or other.
  bool uses(std::string const& feature);
  /// Whether a feature is used here.
  bool rolls(std::string const& feature, double share = 0.5) {
    return uses(feature) && coin(share);
  }

  bool coin(double probability = 0.5) { return random_.happens(probability); }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low +
           static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
  }
  std::size_t below(std::size_t count) { return random_.below(count); }

  /// One of the words that this file uses; of all, if it uses none.
  std::string word(std::string const& feature, std::vector<std::string> const& words);

  /// A duration drawn anew each time, as it is written: with about that mean, in milliseconds.
  std::string length(double mean);
  /// A count drawn anew each time, as it is written: a few.
  std::string count();
  /// A share, as it is written.
  std::string share() { return std::to_string(between(1, 9) * 10) + "%"; }

 private:
  Streams streams_;
  RandomStream random_;
  std::map<std::string, bool> used_;
};

/// A duration as it is written.
std::string milliseconds(double value);

}  // namespace sojourn::support
