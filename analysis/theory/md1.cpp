#include "analysis/theory/md1.h"

#include <algorithm>
#include <cmath>

#include "analysis/theory/mg1.h"
#include "analysis/theory/quantile.h"

namespace sojourn::theory {
namespace {

/// P(N <= n) of M/D/1, n = 0, 1, ..., until it is one: the chain seen by departures, whose steps
/// are Poisson(load) - 1, by the balance over each cut.
/// Source: Tijms, A First Course in Stochastic Models (2003), section 9.2.
std::vector<double> at_most(double load) {
  std::vector<double> more_than;  // P(more than k arrive during a service)
  double weight = std::exp(-load), sum = 0.0;
  for (int k = 0; weight > 1e-18 || k < load; ++k) {
    sum += weight;
    more_than.push_back(std::max(0.0, 1.0 - sum));
    weight *= load / (k + 1);
  }
  double const none = std::exp(-load);
  std::vector<double> p{1.0 - load}, total{p.front()};
  constexpr std::size_t most = 1'000'000;
  while (1.0 - total.back() > 1e-13 && p.size() < most) {
    // p[n+1] a0 = sum over j <= n of p[j] P(the next leaves more than n behind).
    std::size_t const n = p.size() - 1;
    double next = n < more_than.size() ? p[0] * more_than[n] : 0.0;
    for (std::size_t j = n + 1 > more_than.size() ? n + 1 - more_than.size() + 1 : 1; j <= n; ++j)
      if (n - j + 1 < more_than.size()) next += p[j] * more_than[n - j + 1];
    p.push_back(next / none);
    double const sum_so_far = total.back() + p.back();
    if (sum_so_far <= total.back()) break;
    total.push_back(sum_so_far);
  }
  return total;
}

}  // namespace

Answer<Md1> Md1::solve(double arrival_rate, double service_time) {
  auto const figures = mg1(arrival_rate, {service_time, 0.0});
  if (!figures) return figures.failure();
  Md1 queue;
  queue.arrival_rate_ = arrival_rate;
  queue.service_time_ = service_time;
  queue.figures_ = *figures;
  auto const present = at_most(arrival_rate * service_time);
  queue.waiting_.assign(present.begin() + (present.size() > 1 ? 1 : 0), present.end());
  return queue;
}

double Md1::wait_above(double time) const {
  double const k = std::floor(time / service_time_) + 1.0;
  double const mean = arrival_rate_ * (k * service_time_ - time);
  double weight = std::exp(-mean), below = 0.0;
  for (double j = 0.0; j < k && weight > 0.0; j += 1.0) {
    double const m = k - 1.0 - j;
    auto const last = static_cast<double>(waiting_.size() - 1);
    below += weight * waiting_[static_cast<std::size_t>(std::min(m, last))];
    weight *= mean / (j + 1.0);
    if (j > mean && weight < 1e-18) break;
  }
  return std::max(0.0, 1.0 - below);
}

double Md1::wait_quantile(double probability) const {
  return quantile([this](double time) { return wait_above(time); }, probability,
                  figures_.mean_sojourn);
}

}  // namespace sojourn::theory
