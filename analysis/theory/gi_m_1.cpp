#include "analysis/theory/gi_m_1.h"

#include <cmath>

namespace sojourn::theory {

Answer<GiM1> GiM1::solve(std::function<double(double)> const& transform, double mean_time,
                         double service_rate) {
  Requirements needs;
  needs.positive("the mean time between arrivals", mean_time)
      .positive("the service rate", service_rate);
  double const load = 1.0 / (mean_time * service_rate);
  if (!needs.broken()) needs.stable(load);
  if (needs.broken()) return needs.failure();

  // A*(mu (1 - x)) - x is convex, zero at 1, and has one root below it.
  double low = 0.0, high = 1.0;
  for (int i = 0; i < 200 && high - low > 1e-16; ++i) {
    double const middle = 0.5 * (low + high);
    (transform(service_rate * (1.0 - middle)) > middle ? low : high) = middle;
  }
  GiM1 queue;
  queue.sigma_ = 0.5 * (low + high);
  queue.rate_ = service_rate * (1.0 - queue.sigma_);
  StationFigures& figures = queue.figures_;
  figures.throughput = 1.0 / mean_time;
  figures.utilisation = load;
  figures.probability_wait = queue.sigma_;
  figures.mean_wait = queue.sigma_ / queue.rate_;
  figures.mean_sojourn = 1.0 / queue.rate_;
  figures.mean_queue = figures.mean_wait / mean_time;
  figures.mean_in_system = figures.mean_sojourn / mean_time;
  return queue;
}

Answer<GiM1> GiM1::constant_arrivals(double interarrival_time, double service_rate) {
  return solve([&](double s) { return std::exp(-s * interarrival_time); }, interarrival_time,
               service_rate);
}

double GiM1::wait_quantile(double probability) const {
  double const beyond = 1.0 - probability;
  return sigma_ <= beyond ? 0.0 : std::log(sigma_ / beyond) / rate_;
}

double GiM1::sojourn_quantile(double probability) const {
  return -std::log1p(-probability) / rate_;
}

}  // namespace sojourn::theory
