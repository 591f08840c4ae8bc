#pragma once

#include <chrono>
#include <cstdint>

namespace sojourn {

/// A length of simulated time, in whole nanoseconds.
using Duration = std::chrono::nanoseconds;

/// The simulated clock. Zero is where measuring begins, so a warm-up runs at negative times.
struct SimulationClock {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<SimulationClock>;
  static constexpr bool is_steady = true;
};

/// A point on the simulated clock.
using Time = SimulationClock::time_point;

/// The longest length of time that a draw or a scenario may ask for: 73 years. Four of them fit in
/// 64 bits, so that a start plus a delay can never wrap.
constexpr Duration longest_duration{std::int64_t{1} << 61};

/// Later than anything that happens.
constexpr Time never = Time::max();

constexpr double in_seconds(Duration duration) {
  return static_cast<double>(duration.count()) * 1e-9;
}

constexpr double in_seconds(Time time) { return in_seconds(time.time_since_epoch()); }

/// The nearest duration; beyond +-`longest_duration` that limit. NaN becomes zero.
constexpr Duration from_seconds(double seconds) {
  double const nanoseconds = seconds * 1e9;
  constexpr auto limit = static_cast<double>(longest_duration.count());
  if (nanoseconds >= 0.0 && nanoseconds < limit) [[likely]]
    return Duration(static_cast<std::int64_t>(nanoseconds + 0.5));
  if (nanoseconds >= limit) return longest_duration;
  return nanoseconds < 0.0 ? -from_seconds(-seconds) : Duration::zero();
}

}  // namespace sojourn
