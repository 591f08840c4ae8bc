#pragma once

#include <optional>
#include <vector>

#include "models/scenario.h"
#include "sim/time.h"

namespace sojourn {

/// How the rate of an arrival process varies with time: a piecewise linear factor, or a sine.
///
/// Arrivals are drawn in operational time, the integral of the factor, in which the process is
/// stationary, and carried over to the clock by the inverse of that integral. So any process,
/// regular ones included, follows the profile exactly.
/// Source: Cinlar, Introduction to Stochastic Processes (1975), chapter 4.
class RateProfile {
 public:
  /// Constantly 1.
  RateProfile() = default;
  explicit RateProfile(std::vector<ProfilePoint> const& points);

  explicit RateProfile(SineProfile const& sine) : sine_(sine) {}

  [[nodiscard]] bool is_constant() const { return knots_.empty() && !sine_; }

  /// The factor at a time.
  [[nodiscard]] double factor(Time time) const;

  /// Operational time between two times, in seconds.
  [[nodiscard]] double between(Time from, Time to) const;

  /// The time at which `operational` more seconds of operational time have passed, or nothing if
  /// they never will.
  [[nodiscard]] std::optional<Time> after(Time from, double operational) const;

 private:
  /// From `start` (s) the factor moves linearly from `value` with `slope` (1/s) to the next knot.
  struct Knot {
    double start, value, slope;
  };

  [[nodiscard]] std::size_t segment(double seconds) const;
  [[nodiscard]] double value_at(std::size_t segment, double seconds) const;

  [[nodiscard]] double phase(Time time) const;
  [[nodiscard]] Time after_on_sine(Time from, double operational) const;

  std::optional<SineProfile> sine_;
  std::vector<Knot> knots_;  // ascending; before the first the factor is 1
};

}  // namespace sojourn
