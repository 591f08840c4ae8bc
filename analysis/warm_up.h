#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/replicate.h"
#include "analysis/study.h"

namespace sojourn {

/// Where a series that began from empty may be cut so that what is left is steady.
struct Truncation {
  std::size_t cells = 0;  ///< To leave out.
  bool settled = true;    ///< False: more than half would have to go, and then nobody knows.
};

/// MSER-5: of the means z of batches of five cells, leaves out the first d that make the standard
/// error of the rest least,
///
///     argmin_d  1/(k-d)^2 * sum_{i>d} (z_i - mean of those)^2
///
/// NaN cells are left out of their batch. A series of fewer than ten batches is too short to tell
/// and is left whole. Cost: O(n).
/// Source: White, "An effective truncation heuristic for bias reduction in simulation output",
/// Simulation 69 (1997); White, Cobb and Spratt, "A comparison of five steady-state truncation
/// heuristics for simulation", WSC (2000). Of the last five batches none may begin the rest, and
/// beyond the middle there is no answer.
Truncation mser5(std::span<double const> series);

/// What pilots say about how long experiments need from empty until they are steady.
struct Settling {
  double seconds = 0.0;     ///< Until the series that settles last has settled.
  std::string alternative;  ///< Its experiment; empty where all is steady from the start.
  std::string series;
  bool settled = true;  ///< False: a series did not settle in the time that was simulated.
};

/// Runs the pilots and puts MSER-5 to every series, averaged over the replications. A pilot in
/// which something grows without end has nothing to settle to and is passed over.
Settling settle(std::vector<Experiment> const& pilots, ReplicationOptions const& options);

}  // namespace sojourn
