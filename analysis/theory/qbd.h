#pragma once

#include <vector>

#include <Eigen/Dense>

#include "analysis/theory/answer.h"
#include "analysis/theory/phase_type.h"
#include "analysis/theory/station_figures.h"

namespace sojourn::theory {

/// The repeating part of a quasi-birth-death process: rates one level up, within a level (with the
/// diagonal that makes the three sum to zero by row), and one level down. All are (m, m).
struct QbdBlocks {
  Eigen::MatrixXd up, local, down;
};

/// The least solution of up + R local + R^2 down = 0, by logarithmic reduction: each round doubles
/// the number of levels that are looked at.
/// Source: Latouche and Ramaswami, "A logarithmic reduction algorithm for quasi-birth-death
/// processes", J. Applied Probability 30 (1993).
Answer<Eigen::MatrixXd> rate_matrix(QbdBlocks const& blocks);

/// Arrivals that a hidden Markov chain brings about: `quiet` are its rates without an arrival (with
/// the diagonal), `marked` those with one.
/// Source: Neuts, "A versatile Markovian point process", J. Applied Probability 16 (1979).
struct MarkovArrivals {
  Eigen::MatrixXd quiet, marked;

  static MarkovArrivals poisson(double rate);
  /// Independent times of that law between arrivals.
  static MarkovArrivals renewal(PhaseType const& interarrival);
  /// A Poisson stream that changes between two rates, staying in each for an exponential time.
  static MarkovArrivals two_rates(double first_rate, double first_stay, double second_rate,
                                  double second_stay);

  [[nodiscard]] Answer<double> rate() const;
};

/// MAP/PH/c, one line without a limit: hence MMPP/PH/1, PH/PH/1, PH/M/c and so on. Its means.
/// Cost: O(m^3), m the phases of arrivals x the ways to spread c customers over those of service.
Answer<StationFigures> map_ph_c(MarkovArrivals const& arrivals, PhaseType const& service,
                                int servers);

}  // namespace sojourn::theory
