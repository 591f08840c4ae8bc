#pragma once

#include <functional>

#include "analysis/theory/answer.h"
#include "analysis/theory/station_figures.h"

namespace sojourn::theory {

/// GI/M/1: independent times between arrivals of any law, exponential service. With A* the
/// Laplace-Stieltjes transform of the time between arrivals,
///     sigma = A*(mu (1 - sigma)),  P(W > t) = sigma exp(-mu (1 - sigma) t),
/// and the sojourn is exponential with rate mu (1 - sigma).
/// Source: Kleinrock, Queueing Systems, vol. 1 (1975), chapter 6.
class GiM1 {
 public:
  static Answer<GiM1> solve(std::function<double(double)> const& transform, double mean_time,
                            double service_rate);
  /// D/M/1.
  static Answer<GiM1> constant_arrivals(double interarrival_time, double service_rate);

  [[nodiscard]] StationFigures const& figures() const { return figures_; }
  [[nodiscard]] double wait_quantile(double probability) const;
  [[nodiscard]] double sojourn_quantile(double probability) const;

 private:
  double sigma_ = 0.0, rate_ = 1.0;
  StationFigures figures_;
};

}  // namespace sojourn::theory
