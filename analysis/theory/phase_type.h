#pragma once

#include <Eigen/Dense>

#include "analysis/theory/answer.h"
#include "analysis/theory/station_figures.h"

namespace sojourn::theory {

/// The time until a small Markov chain is absorbed: it begins in phase i with probability start(i),
/// goes from i to j at rate phases(i, j), and from i out at rate -(sum of row i).
/// Source: Neuts, Matrix-Geometric Solutions in Stochastic Models (1981), chapter 2.
struct PhaseType {
  Eigen::RowVectorXd start;  ///< (m); what is missing to 1 is the probability of zero.
  Eigen::MatrixXd phases;    ///< (m, m)

  static PhaseType exponential(double mean);
  static PhaseType erlang(double mean, int stages);
  /// Exponential with mean `first` with that probability, else with mean `second`.
  static PhaseType hyperexponential(double probability, double first, double second);
  /// A law with these two moments: below scv 1 a mixture of two Erlang laws of one rate, above it
  /// two exponentials with balanced means. An scv below 0.01 is taken as 0.01.
  /// Source: Tijms, A First Course in Stochastic Models (2003), appendix B.
  static PhaseType with_moments(TwoMoments const& moments);

  [[nodiscard]] Eigen::Index size() const { return start.size(); }
  /// Out of each phase.
  [[nodiscard]] Eigen::VectorXd exits() const { return -phases.rowwise().sum(); }
  [[nodiscard]] double mean() const;
  [[nodiscard]] double second_moment() const;
  [[nodiscard]] TwoMoments moments() const;
  /// P(X > t), by uniformisation.
  [[nodiscard]] double above(double time) const;
  [[nodiscard]] double quantile(double probability) const;
  /// The sum of the two.
  [[nodiscard]] PhaseType followed_by(PhaseType const& next) const;
};

/// The wait in M/PH/1, again of phase type, hence with exact percentiles: with service (beta, S),
///     start = lambda beta (-S)^-1,  phases = S + s start
/// Source: Neuts (1981), section 5.1. The sojourn is this, followed by the service.
Answer<PhaseType> wait_in_mph1(double arrival_rate, PhaseType const& service);

}  // namespace sojourn::theory
