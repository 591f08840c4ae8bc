#pragma once

#include <vector>

#include "analysis/theory/answer.h"
#include "analysis/theory/station_figures.h"

namespace sojourn::theory {

/// M/D/1 with the distribution of its wait. For (k-1) D <= t < k D, with u = lambda (k D - t),
///     P(W <= t) = exp(-u) sum over j < k of Q[k-1-j] u^j / j!,  Q[m] = P(at most m wait),
/// which has only positive terms, and hence no cancellation as Crommelin's has.
/// Source: Franx, "A simple solution for the M/D/c waiting time distribution", Operations Research
/// Letters 29 (2001).
class Md1 {
 public:
  static Answer<Md1> solve(double arrival_rate, double service_time);

  [[nodiscard]] StationFigures const& figures() const { return figures_; }
  [[nodiscard]] double wait_above(double time) const;
  [[nodiscard]] double wait_quantile(double probability) const;
  [[nodiscard]] double sojourn_quantile(double probability) const {
    return wait_quantile(probability) + service_time_;
  }

 private:
  double arrival_rate_ = 0.0, service_time_ = 1.0;
  StationFigures figures_;
  std::vector<double> waiting_;  ///< P(at most m wait)
};

}  // namespace sojourn::theory
