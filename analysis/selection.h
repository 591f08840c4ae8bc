#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "analysis/replicate.h"
#include "analysis/study.h"

namespace sojourn {

struct SelectionGoal {
  std::string metric;          ///< Of at least two experiments, and one of its directions is good.
  double probability = 0.95;   ///< That the choice is right, more than 1/experiments.
  double indifference = 0.05;  ///< Being worse by less than this share of the best does not matter.
  std::size_t most_replications = 1000;
  std::function<bool()> is_out_of_time = nullptr;  ///< See PrecisionGoal.
};

/// Chooses the best of several experiments by adding replications to those that may still be it and
/// ruling out one after the other: the procedure KN, fully sequential and right on common random
/// numbers, too. With k experiments, a = 1 - probability, d the indifference and S_il^2 the
/// variance of the difference of i and l over the first n0 replications,
///
///     h^2 = (n0 - 1) ((2a/(k-1))^(-2/(n0-1)) - 1)
///
/// rules out i after r replications if its mean is worse than that of some l that is left by more
/// than max(0, (h^2 S_il^2 / d - d r) / 2r). If the best is better than the others by at least d,
/// it is chosen with the probability asked for, given normal values; d is reckoned from the best
/// mean after the first n0 = 10 replications, or as many as `options` ask for.
/// Source: Kim and Nelson, "A fully sequential procedure for indifference-zone selection in
/// simulation", ACM TOMACS 11 (2001), with c = 1.
///
/// An experiment keeps the replications until it is ruled out; `Study::selection` tells the rest.
/// The same on any number of threads, but for the limit on time.
Study select_best(std::vector<Experiment> const& experiments, ReplicationOptions options,
                  SelectionGoal const& goal);

}  // namespace sojourn
