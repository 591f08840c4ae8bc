#pragma once

#include <Eigen/Dense>

#include "analysis/theory/answer.h"

/// Markov chains in continuous time by their rates: rates(i, j) from i to j, the diagonal ignored.
namespace sojourn::theory {

/// The steady state, by elimination without a subtraction, hence exact to nearly the last digit
/// however far apart the rates are. Every state must be reachable from every other.
/// Cost: O(n^3). Source: Grassmann, Taksar and Heyman, "Regenerative analysis and steady state
/// distributions for Markov chains", Operations Research 33 (1985).
Answer<Eigen::RowVectorXd> steady_state(Eigen::MatrixXd rates);

/// Where the chain is after `time`, by uniformisation; error below 1e-12.
/// Source: Grassmann, "Transient solutions in Markovian queueing systems", Computers and Operations
/// Research 4 (1977).
Answer<Eigen::RowVectorXd> transient(Eigen::MatrixXd const& rates, Eigen::RowVectorXd const& start,
                                     double time);

/// Mean time until one of the states `goal(i) != 0` is first reached, from each state.
Answer<Eigen::VectorXd> mean_first_passage(Eigen::MatrixXd const& rates,
                                           Eigen::VectorXi const& goal);

}  // namespace sojourn::theory
