#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace sojourn::by_hand {

/// Random numbers as fast as they come: xoshiro256++, and exponentials by a ziggurat of 256 layers.
///
/// Sources: Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47
/// (2021), seeded by SplitMix64; Marsaglia and Tsang, "The ziggurat method for generating random
/// variables", J. Stat. Software 5 (2000).
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (auto& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      std::uint64_t mixed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
      word = mixed ^ (mixed >> 31);
    }
  }

  /// Exponential with mean 1.
  double exponential() {
    std::uint64_t const bits = next();
    std::uint64_t const layer = bits & 0xff;
    std::uint64_t const place = bits >> 11;
    double const value = static_cast<double>(place) * layers.width[layer];
    if (place < layers.inside[layer]) [[likely]]
      return value;
    return near_the_curve(layer, value);
  }

 private:
  /// Where each layer lies under the curve for certain, and how wide a step of 2^-53 of it is.
  struct Layers {
    Layers() {
      constexpr double area = 0.0039496598225815571993;
      constexpr double steps = 0x1.0p53;
      double edge = tail;
      double outer = edge;
      double const bottom = area / std::exp(-edge);
      inside[0] = static_cast<std::uint64_t>(edge / bottom * steps);
      width[0] = bottom / steps;
      width[255] = edge / steps;
      height[0] = 1.0;
      height[255] = std::exp(-edge);
      for (std::size_t i = 254; i >= 1; --i) {
        edge = -std::log(area / edge + std::exp(-edge));
        inside[i + 1] = static_cast<std::uint64_t>(edge / outer * steps);
        outer = edge;
        height[i] = std::exp(-edge);
        width[i] = edge / steps;
      }
    }
    std::array<double, 256> width{};
    std::array<std::uint64_t, 256> inside{};
    std::array<double, 256> height{};
  };
  static constexpr double tail = 7.69711747013104972;  // where the lowest layer ends
  static inline Layers const layers;

  std::uint64_t next() {
    std::uint64_t const result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    std::uint64_t const shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  double uniform() { return (static_cast<double>(next() >> 12) + 0.5) * 0x1.0p-52; }

  /// One draw in a hundred: it hit the border of its layer, or the tail.
  [[gnu::noinline]] double near_the_curve(std::uint64_t layer, double value) {
    if (layer == 0) return tail - std::log(uniform());
    double const low = layers.height[layer];
    double const high = layers.height[layer - 1];
    if (low + uniform() * (high - low) < std::exp(-value)) return value;
    return exponential();
  }

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace sojourn::by_hand
