#include "analysis/theory/mmc.h"

#include <cmath>

#include "analysis/theory/erlang.h"
#include "analysis/theory/quantile.h"

namespace sojourn::theory {

Answer<Mmc> Mmc::solve(double arrival_rate, double service_rate, int servers) {
  Requirements needs;
  needs.positive("the arrival rate", arrival_rate).positive("the service rate", service_rate);
  if (needs.broken()) return needs.failure();
  auto const waits = erlang_c(servers, arrival_rate / service_rate);
  if (!waits) return waits.failure();

  Mmc queue;
  queue.service_rate_ = service_rate;
  queue.spare_rate_ = servers * service_rate - arrival_rate;
  StationFigures& figures = queue.figures_;
  figures.throughput = arrival_rate;
  figures.utilisation = arrival_rate / (servers * service_rate);
  figures.probability_wait = *waits;
  figures.mean_wait = *waits / queue.spare_rate_;
  figures.mean_sojourn = figures.mean_wait + 1.0 / service_rate;
  figures.mean_queue = arrival_rate * figures.mean_wait;
  figures.mean_in_system = arrival_rate * figures.mean_sojourn;
  return queue;
}

double Mmc::wait_above(double time) const {
  return figures_.probability_wait * std::exp(-spare_rate_ * time);
}

/// The wait of those who wait and the service are both exponential. Where their rates are close,
/// the difference of the two is taken without cancellation.
double Mmc::sojourn_above(double time) const {
  double const mu = service_rate_, difference = mu - spare_rate_;
  double const served = std::exp(-mu * time);
  double both = mu * time * served;
  if (std::abs(difference * time) > 1.0)
    both = mu * (std::exp(-spare_rate_ * time) - served) / difference;
  else if (std::abs(difference * time) > 1e-12)
    both = mu * served * std::expm1(difference * time) / difference;
  return served + figures_.probability_wait * both;
}

double Mmc::wait_quantile(double probability) const {
  double const beyond = 1.0 - probability;
  if (figures_.probability_wait <= beyond) return 0.0;
  return std::log(figures_.probability_wait / beyond) / spare_rate_;
}

double Mmc::sojourn_quantile(double probability) const {
  return quantile([this](double time) { return sojourn_above(time); }, probability,
                  figures_.mean_sojourn);
}

}  // namespace sojourn::theory
