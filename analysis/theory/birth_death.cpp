#include "analysis/theory/birth_death.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/theory/poisson.h"

namespace sojourn::theory {
namespace {

void normalise(std::vector<double>& weights) {
  double const sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
}

/// Appends the next weight, all in proportion to the greatest so far, which is 1.
void push_weight(std::vector<double>& weights, double next) {
  if (next > 1e200) {
    for (double& weight : weights) weight /= next;
    next = 1.0;
  }
  weights.push_back(next);
}

}  // namespace

Answer<std::vector<double>> birth_death(std::vector<double> const& births,
                                        std::vector<double> const& deaths) {
  Requirements needs;
  needs.that(births.size() == deaths.size(), "births and deaths are not of one number");
  for (double const rate : births) needs.not_negative("a birth rate", rate);
  for (double const rate : deaths) needs.positive("a death rate", rate);
  if (needs.broken()) return needs.failure();

  std::vector<double> weights{1.0};
  for (std::size_t n = 0; n < births.size(); ++n)
    push_weight(weights, weights.back() * births[n] / deaths[n]);
  normalise(weights);
  return weights;
}

Answer<std::vector<double>> birth_death(std::function<double(int)> const& birth,
                                        std::function<double(int)> const& death, int most_states) {
  constexpr double negligible = 1e-14;
  std::vector<double> weights{1.0};
  double sum = 1.0;
  for (int n = 0; n < most_states; ++n) {
    double const up = birth(n), down = death(n + 1);
    Requirements needs;
    needs.not_negative("a birth rate", up).positive("a death rate", down);
    if (needs.broken()) return needs.failure();
    double const before = weights.back(), ratio = up / down;
    push_weight(weights, before * ratio);
    sum = weights.back() == 1.0 && before * ratio > 1.0
              ? std::accumulate(weights.begin(), weights.end(), 0.0)
              : sum + weights.back();
    // What is left is less than a geometric series of this ratio, for ratios fall.
    if (ratio < 1.0 && weights.back() * ratio < negligible * (1.0 - ratio) * sum) {
      normalise(weights);
      return weights;
    }
  }
  return Unsolvable{"its queue grows without end, or longer than can be reckoned with"};
}

Answer<std::vector<double>> birth_death_transient(std::vector<double> const& births,
                                                  std::vector<double> const& deaths,
                                                  std::vector<double> const& start, double time) {
  std::size_t const states = start.size();
  Requirements needs;
  needs.not_negative("the time", time)
      .that(states > 0 && births.size() + 1 == states && deaths.size() + 1 == states,
            "the start is not of as many states");
  for (double const rate : births) needs.not_negative("a birth rate", rate);
  for (double const rate : deaths) needs.not_negative("a death rate", rate);
  if (needs.broken()) return needs.failure();

  double greatest = 0.0;
  for (std::size_t n = 0; n < states; ++n)
    greatest =
        std::max(greatest, (n + 1 < states ? births[n] : 0.0) + (n > 0 ? deaths[n - 1] : 0.0));
  if (greatest * time <= 0.0) return start;
  if (greatest * time * static_cast<double>(states) > 2e10)
    return Unsolvable{"too much happens in that time to follow each event"};
  PoissonWeights const steps(greatest * time);
  std::vector<double> now = start, next(states), sum(states, 0.0);
  auto const last = steps.first + static_cast<long>(steps.weights.size());
  for (long n = 0; n < last; ++n) {
    if (n >= steps.first)
      for (std::size_t i = 0; i < states; ++i)
        sum[i] += steps.weights[static_cast<std::size_t>(n - steps.first)] * now[i];
    for (std::size_t i = 0; i < states; ++i) {
      double const up = i + 1 < states ? births[i] : 0.0, down = i > 0 ? deaths[i - 1] : 0.0;
      next[i] = now[i] * (1.0 - (up + down) / greatest);
      if (i > 0) next[i] += now[i - 1] * births[i - 1] / greatest;
      if (i + 1 < states) next[i] += now[i + 1] * deaths[i] / greatest;
    }
    now.swap(next);
  }
  return sum;
}

double mean_of(std::vector<double> const& probabilities) {
  double mean = 0.0;
  for (std::size_t n = 0; n < probabilities.size(); ++n)
    mean += static_cast<double>(n) * probabilities[n];
  return mean;
}

double variance_of(std::vector<double> const& probabilities) {
  double const mean = mean_of(probabilities);
  double variance = 0.0;
  for (std::size_t n = 0; n < probabilities.size(); ++n) {
    double const off = static_cast<double>(n) - mean;
    variance += off * off * probabilities[n];
  }
  return variance;
}

}  // namespace sojourn::theory
