#include "analysis/theory/markov_chain.h"

#include <algorithm>
#include <cmath>

#include "analysis/theory/poisson.h"

namespace sojourn::theory {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

namespace {

Requirements requirements_of(MatrixXd const& rates) {
  Requirements needs;
  needs.that(rates.rows() > 0 && rates.rows() == rates.cols(), "the matrix of rates is not square");
  for (Index i = 0; i < rates.rows() && !needs.broken(); ++i)
    for (Index j = 0; j < rates.cols(); ++j)
      if (i != j) needs.not_negative("a rate of the chain", rates(i, j));
  return needs;
}

/// With the diagonal that makes rows sum to zero.
MatrixXd generator_of(MatrixXd rates) {
  rates.diagonal().setZero();
  VectorXd const out = rates.rowwise().sum();
  rates.diagonal() = -out;
  return rates;
}

}  // namespace

Answer<RowVectorXd> steady_state(MatrixXd rates) {
  auto const needs = requirements_of(rates);
  if (needs.broken()) return needs.failure();
  rates.diagonal().setZero();
  Index const n = rates.rows();
  for (Index k = n - 1; k > 0; --k) {
    double const out = rates.row(k).head(k).sum();
    if (!(out > 0.0)) return Unsolvable{"some states of the chain cannot be left"};
    rates.col(k).head(k) /= out;
    rates.topLeftCorner(k, k) += rates.col(k).head(k) * rates.row(k).head(k);
    rates.topLeftCorner(k, k).diagonal().setZero();
  }
  RowVectorXd state = RowVectorXd::Zero(n);
  state(0) = 1.0;
  for (Index k = 1; k < n; ++k) state(k) = state.head(k) * rates.col(k).head(k);
  return RowVectorXd(state / state.sum());
}

Answer<RowVectorXd> transient(MatrixXd const& rates, RowVectorXd const& start, double time) {
  auto needs = requirements_of(rates);
  needs.that(start.size() == rates.rows(), "the start is not of as many states")
      .not_negative("the time", time);
  if (needs.broken()) return needs.failure();
  MatrixXd const generator = generator_of(rates);
  double const rate = -generator.diagonal().minCoeff();
  if (rate * time <= 0.0) return start;
  PoissonWeights const steps(rate * time);
  MatrixXd const step = MatrixXd::Identity(rates.rows(), rates.rows()) + generator / rate;
  RowVectorXd now = start, sum = RowVectorXd::Zero(start.size());
  auto const last = steps.first + static_cast<long>(steps.weights.size());
  for (long n = 0; n < last; ++n) {
    if (n >= steps.first) sum += steps.weights[static_cast<std::size_t>(n - steps.first)] * now;
    now *= step;
  }
  return sum;
}

Answer<VectorXd> mean_first_passage(MatrixXd const& rates, Eigen::VectorXi const& goal) {
  auto needs = requirements_of(rates);
  needs.that(goal.size() == rates.rows() && goal.any(), "there is no state to reach");
  if (needs.broken()) return needs.failure();
  MatrixXd equations = generator_of(rates);
  VectorXd right = -VectorXd::Ones(rates.rows());
  for (Index i = 0; i < rates.rows(); ++i) {
    if (goal(i) == 0) continue;
    equations.row(i).setZero();
    equations(i, i) = 1.0;
    right(i) = 0.0;
  }
  auto const solver = equations.fullPivLu();
  if (!solver.isInvertible()) return Unsolvable{"some states never reach the goal"};
  return VectorXd(solver.solve(right));
}

}  // namespace sojourn::theory
