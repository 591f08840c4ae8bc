#pragma once

#include <optional>
#include <vector>

#include "sim/distribution.h"
#include "sim/zipf.h"

namespace sojourn {

/// What a distribution holds beyond three numbers, shared by its copies.
struct Distribution::Table {
  std::vector<double>
      cumulative;              ///< Probabilities, ascending to 1: of points, or up to each part.
  std::vector<double> values;  ///< (points) or all that may be drawn.
  std::vector<Distribution> parts;  ///< Of a mixture.
  std::optional<Zipf> zipf;
};

}  // namespace sojourn
