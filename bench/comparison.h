#pragma once

#include <string>
#include <vector>

namespace sojourn {

/// One piece of work, done by hand and by Sojourn from its scenario file, all measuring on.
struct AgainstBaseline {
  std::string work;
  std::string scenario;  ///< In bench/scenarios
  double by_hand = 0.0;  ///< ns an event
  double whole = 0.0;    ///< ns for the same: a request takes as many events as by hand
  double ratio = 0.0;    ///< Median over the rounds of `whole / by_hand`.

  double theory = 0.0;           ///< Mean sojourn time, s; NaN where there is no formula.
  double by_hand_sojourn = 0.0;  ///< Mean over the rounds.
  double whole_sojourn = 0.0;
  bool agrees = false;  ///< The three, as far as chance allows.
};

/// What Sojourn costs against the loops of bench/baseline.h. Takes a quarter of a minute.
std::vector<AgainstBaseline> compare_with_baseline();

}  // namespace sojourn
