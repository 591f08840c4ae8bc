#include "app/theory/time_law.h"

namespace sojourn {
namespace {

constexpr Eigen::Index most_phases = 40;

std::optional<theory::PhaseType> phases_of(Distribution const& distribution) {
  auto const stages = distribution.stages();
  std::optional<theory::PhaseType> law;
  Eigen::Index size = 0;
  for (auto const& each : stages) size += each.stages;
  if (stages.empty() || size > most_phases) return std::nullopt;
  theory::PhaseType all{Eigen::RowVectorXd::Zero(size), Eigen::MatrixXd::Zero(size, size)};
  Eigen::Index at = 0;
  for (auto const& each : stages) {
    auto const part = theory::PhaseType::erlang(each.mean, each.stages);
    all.start.segment(at, part.size()) = each.probability * part.start;
    all.phases.block(at, at, part.size(), part.size()) = part.phases;
    at += part.size();
  }
  return all;
}

}  // namespace

TimeLaw TimeLaw::of(Distribution const& distribution) {
  TimeLaw law;
  law.mean = distribution.mean();
  law.variance = distribution.variance();
  law.constant = distribution.is_constant();
  if (!law.constant) law.phases = phases_of(distribution);
  return law;
}

TimeLaw TimeLaw::estimate(double mean, double variance) {
  TimeLaw law;
  law.mean = mean;
  law.variance = variance;
  law.constant = law.exact = false;
  return law;
}

TimeLaw TimeLaw::then(TimeLaw const& next) const {
  if (next.constant && next.mean == 0.0 && next.exact) return *this;
  if (constant && mean == 0.0 && exact) return next;
  TimeLaw sum;
  sum.mean = mean + next.mean;
  sum.variance = variance + next.variance;
  sum.constant = constant && next.constant;
  sum.exact = exact && next.exact;
  if (phases && next.phases && phases->size() + next.phases->size() <= most_phases)
    sum.phases = phases->followed_by(*next.phases);
  return sum;
}

TimeLaw TimeLaw::or_else(double probability, TimeLaw const& other) const {
  if (probability >= 1.0) return *this;
  if (probability <= 0.0) return other;
  double const rest = 1.0 - probability;
  TimeLaw either;
  either.mean = probability * mean + rest * other.mean;
  double const second =
      probability * (variance + mean * mean) + rest * (other.variance + other.mean * other.mean);
  either.variance = second - either.mean * either.mean;
  either.constant = constant && other.constant && mean == other.mean;
  either.exact = exact && other.exact;
  if (!phases || !other.phases) return either;
  bool const same = exponential() && other.exponential() && mean == other.mean;
  if (same) {
    either.phases = phases;
  } else if (Eigen::Index const m = phases->size(), n = other.phases->size();
             m + n <= most_phases) {
    either.phases =
        theory::PhaseType{Eigen::RowVectorXd(m + n), Eigen::MatrixXd::Zero(m + n, m + n)};
    either.phases->start << probability * phases->start, rest * other.phases->start;
    either.phases->phases.topLeftCorner(m, m) = phases->phases;
    either.phases->phases.bottomRightCorner(n, n) = other.phases->phases;
  }
  return either;
}

}  // namespace sojourn
