#pragma once

#include <cstdint>

#include "sim/event.h"

namespace sojourn {

/// A hash of what happened, in order: two runs with one fingerprint ran the same events at the same
/// times. It tells changed results from unchanged ones; it is no defence against an adversary.
class Fingerprint {
 public:
  /// The words of the event are mixed beside the chain, whose next link is then one multiplication.
  void add(Time time, Event const& event) {
    auto const when = static_cast<std::uint64_t>(time.time_since_epoch().count());
    std::uint64_t const what = std::uint64_t{event.target} << 16 | event.kind;
    absorb(scramble(when * 0x9e3779b97f4a7c15 + what) + event.token * 0xc2b2ae3d27d4eb4f);
  }

  /// Appends one number.
  void add(std::uint64_t number) { absorb(scramble(number)); }

  [[nodiscard]] std::uint64_t value() const { return scramble(state_ * 0xff51afd7ed558ccd); }

 private:
  static constexpr std::uint64_t scramble(std::uint64_t bits) { return bits ^ (bits >> 32); }

  void absorb(std::uint64_t word) {
    state_ = (state_ ^ word) * 0xd6e8feb86659fd93;
    state_ ^= state_ >> 29;
  }

  std::uint64_t state_ = 0x736f6a6f75726e;
};

/// The fingerprint of several runs one after the other; their order matters. Start from 0.
[[nodiscard]] inline std::uint64_t combine_fingerprints(std::uint64_t before, std::uint64_t next) {
  Fingerprint both;
  both.add(before);
  both.add(next);
  return both.value();
}

}  // namespace sojourn
