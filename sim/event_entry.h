#pragma once

#include <cstdint>
#include <limits>

namespace sojourn {

__extension__ using EventKey = __int128;

/// What is compared of a pending event: 16 bytes, four to a cache line. The word is the event's
/// sequence above its slot, or its owner's place, so that one comparison orders by time and then by
/// order of scheduling.
struct EventEntry {
  std::int64_t time;
  std::uint64_t word;

  /// One number, compared without a branch: which of two entries is less cannot be predicted.
  [[nodiscard]] constexpr EventKey key() const { return static_cast<EventKey>(time) << 64 | word; }
};

/// After any event.
constexpr EventEntry last_entry{std::numeric_limits<std::int64_t>::max(),
                                std::numeric_limits<std::uint64_t>::max()};
constexpr EventKey last_key = last_entry.key();

}  // namespace sojourn
