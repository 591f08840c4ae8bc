#pragma once

#include "analysis/theory/answer.h"
#include "analysis/theory/station_figures.h"

namespace sojourn::theory {

/// M/M/c: Poisson arrivals, exponential service, one line without a limit.
///     P(W > t) = C exp(-(c mu - lambda) t),  C of Erlang
/// Source: Gross et al., Fundamentals of Queueing Theory, 4th ed. (2008), section 2.3.
class Mmc {
 public:
  static Answer<Mmc> solve(double arrival_rate, double service_rate, int servers);

  [[nodiscard]] StationFigures const& figures() const { return figures_; }
  [[nodiscard]] double wait_above(double time) const;
  [[nodiscard]] double sojourn_above(double time) const;
  [[nodiscard]] double wait_quantile(double probability) const;
  [[nodiscard]] double sojourn_quantile(double probability) const;

 private:
  double service_rate_ = 1.0;
  double spare_rate_ = 1.0;  ///< c mu - lambda
  StationFigures figures_;
};

}  // namespace sojourn::theory
