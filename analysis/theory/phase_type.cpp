#include "analysis/theory/phase_type.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/theory/poisson.h"
#include "analysis/theory/quantile.h"

namespace sojourn::theory {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

PhaseType PhaseType::exponential(double mean) { return erlang(mean, 1); }

PhaseType PhaseType::erlang(double mean, int stages) {
  double const rate = stages / mean;
  PhaseType law{RowVectorXd::Zero(stages), MatrixXd::Zero(stages, stages)};
  law.start(0) = 1.0;
  for (Index i = 0; i < stages; ++i) {
    law.phases(i, i) = -rate;
    if (i + 1 < stages) law.phases(i, i + 1) = rate;
  }
  return law;
}

PhaseType PhaseType::hyperexponential(double probability, double first, double second) {
  PhaseType law{RowVectorXd(2), MatrixXd::Zero(2, 2)};
  law.start << probability, 1.0 - probability;
  law.phases(0, 0) = -1.0 / first;
  law.phases(1, 1) = -1.0 / second;
  return law;
}

PhaseType PhaseType::with_moments(TwoMoments const& moments) {
  double const mean = moments.mean;
  if (moments.scv >= 1.0) {
    double const p = 0.5 * (1.0 + std::sqrt((moments.scv - 1.0) / (moments.scv + 1.0)));
    return p < 1.0 && moments.scv > 1.0
               ? hyperexponential(p, mean / (2.0 * p), mean / (2.0 * (1.0 - p)))
               : exponential(mean);
  }
  double const scv = std::max(moments.scv, 0.01);
  int const k = static_cast<int>(std::ceil(1.0 / scv));
  double const p = (k * scv - std::sqrt(k * (1.0 + scv) - k * k * scv)) / (1.0 + scv);
  // k-1 stages with probability p, else k of them: begin in the first or in the second.
  PhaseType law = erlang(mean * k / (k - p), k);
  law.start(0) = 1.0 - p;
  if (k > 1) law.start(1) = p;
  return law;
}

double PhaseType::mean() const {
  return (start * (-phases).partialPivLu().solve(VectorXd::Ones(size()))).value();
}

double PhaseType::second_moment() const {
  auto const inverse = (-phases).partialPivLu();
  VectorXd const first = inverse.solve(VectorXd::Ones(size()));
  return 2.0 * (start * inverse.solve(first)).value();
}

TwoMoments PhaseType::moments() const {
  double const first = mean();
  return {first, second_moment() / (first * first) - 1.0};
}

namespace {

double uniform_rate(PhaseType const& law) { return -law.phases.diagonal().minCoeff(); }

/// The probability not to be absorbed after 0, 1, 2, ... steps of the uniformised chain.
std::vector<double> survival(PhaseType const& law) {
  constexpr std::size_t most_steps = 1'000'000;
  MatrixXd const step = MatrixXd::Identity(law.size(), law.size()) + law.phases / uniform_rate(law);
  RowVectorXd now = law.start;
  std::vector<double> left{now.sum()};
  while (left.back() > 1e-14 && left.size() < most_steps) {
    now = (now * step).eval();
    left.push_back(now.sum());
  }
  return left;
}

}  // namespace

double PhaseType::above(double time) const {
  return mean_after(survival(*this), uniform_rate(*this) * time);
}

double PhaseType::quantile(double probability) const {
  auto const left = survival(*this);
  double const rate = uniform_rate(*this);
  return theory::quantile([&](double time) { return mean_after(left, rate * time); }, probability,
                          mean());
}

PhaseType PhaseType::followed_by(PhaseType const& next) const {
  Index const m = size(), n = next.size();
  PhaseType sum{RowVectorXd::Zero(m + n), MatrixXd::Zero(m + n, m + n)};
  sum.start.head(m) = start;
  sum.start.tail(n) = (1.0 - start.sum()) * next.start;
  sum.phases.topLeftCorner(m, m) = phases;
  sum.phases.topRightCorner(m, n) = exits() * next.start;
  sum.phases.bottomRightCorner(n, n) = next.phases;
  return sum;
}

Answer<PhaseType> wait_in_mph1(double arrival_rate, PhaseType const& service) {
  Requirements needs;
  needs.positive("the arrival rate", arrival_rate)
      .positive("the mean service time", service.mean());
  if (!needs.broken()) needs.stable(arrival_rate * service.mean());
  if (needs.broken()) return needs.failure();
  // In the form `start (-S)^-1` through the transpose, since Eigen solves from the left.
  VectorXd const phases_found =
      (-service.phases).transpose().partialPivLu().solve(service.start.transpose());
  PhaseType wait{arrival_rate * phases_found.transpose(), service.phases};
  wait.phases += service.exits() * wait.start;
  return wait;
}

}  // namespace sojourn::theory
