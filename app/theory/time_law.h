#pragma once

#include <optional>
#include <string>

#include "analysis/theory/phase_type.h"
#include "analysis/theory/station_figures.h"
#include "sim/distribution.h"

namespace sojourn {

/// What is known of a time: its first two moments, and if possible the whole distribution.
struct TimeLaw {
  double mean = 0.0, variance = 0.0;        ///< s, s^2
  bool constant = true;                     ///< Always `mean`.
  bool exact = true;                        ///< The moments are no estimates.
  std::optional<theory::PhaseType> phases;  ///< Where the distribution is of phase type.

  static TimeLaw of(Distribution const& distribution);
  /// With these moments, from a model that says no more.
  static TimeLaw estimate(double mean, double variance);

  [[nodiscard]] bool exponential() const { return phases && phases->size() == 1; }
  [[nodiscard]] theory::TwoMoments moments() const {
    return {mean, mean > 0.0 ? variance / (mean * mean) : 0.0};
  }
  [[nodiscard]] TimeLaw then(TimeLaw const& next) const;
  /// This with that probability, else the other.
  [[nodiscard]] TimeLaw or_else(double probability, TimeLaw const& other) const;
};

}  // namespace sojourn
