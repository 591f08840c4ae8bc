#include "analysis/theory/birth_death.h"

#include <cmath>
#include <numeric>

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
