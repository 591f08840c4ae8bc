#include "tests/oracles/coverage.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <fmt/format.h>

#include "analysis/confidence_interval.h"

namespace sojourn::oracles {
namespace {

constexpr double asked = 0.95;

bool is_judged(Finding const& finding) {
  return !finding.row.tolerance && finding.estimate.half_width > 0.0;
}

bool is_percentile(Finding const& finding) { return finding.row.resolution() > 0.0; }

/// What remains of the deviation once the resolution of percentiles is granted.
double deviation_of(Finding const& finding) {
  double const off = finding.estimate.mean - finding.row.expected;
  return std::copysign(std::max(0.0, std::abs(off) - finding.row.resolution()), off);
}

double deviate_of(Finding const& finding) {
  auto const freedom = static_cast<double>(finding.estimate.replications) - 1.0;
  double const error =
      finding.estimate.half_width / student_t_quantile((1.0 + asked) / 2.0, freedom);
  double const probability =
      boost::math::cdf(boost::math::students_t(freedom), deviation_of(finding) / error);
  return boost::math::quantile(boost::math::normal(), std::clamp(probability, 1e-12, 1.0 - 1e-12));
}

void count(Coverage::Count& counter, Finding const& finding) {
  ++counter.intervals;
  if (std::abs(deviation_of(finding)) <= finding.estimate.half_width) ++counter.covered;
}

double normal_share(double from, double to) {
  boost::math::normal const normal;
  auto const below = [&](double z) {
    return std::isinf(z) ? (z > 0.0) : boost::math::cdf(normal, z);
  };
  return below(to) - below(from);
}

std::string share_of(Coverage::Count const& count) {
  return fmt::format("{:.1f} % of {}", 100.0 * count.share(), count.intervals);
}

}  // namespace

double Coverage::Count::share() const {
  return intervals == 0 ? 0.0 : static_cast<double>(covered) / static_cast<double>(intervals);
}

bool Coverage::Count::is_too_low() const {
  if (intervals == 0) return false;
  boost::math::binomial const expected(static_cast<double>(intervals), asked);
  return static_cast<double>(covered) < boost::math::quantile(expected, 0.001);
}

void Coverage::record(double deviate) {
  double const bin =
      std::clamp(std::floor(2.0 * (deviate + 3.0)) + 1.0, 0.0, static_cast<double>(bins) - 1.0);
  ++histogram_[static_cast<std::size_t>(bin)];
  ++deviates_;
  sum_ += deviate;
  squares_ += deviate * deviate;
}

void Coverage::add(std::vector<Finding> const& findings) {
  bool has_first = false, has_percentile = false;
  for (Finding const& finding : findings) {
    if (!is_judged(finding)) continue;
    count(all_, finding);
    if (is_percentile(finding)) {
      if (!has_percentile) count(percentiles_, finding);
      has_percentile = true;
      continue;
    }
    record(deviate_of(finding));
    if (!has_first) count(independent_, finding);
    has_first = true;
  }
}

std::string Coverage::text(std::size_t seeds) const {
  auto const n = static_cast<double>(deviates_);
  std::string text = fmt::format(
      "Of {} deviations over {} seeds, the mean is {:+.2f} and the standard deviation {:.2f}.\n\n"
      "| deviation | seen | standard normal | |\n|---|---|---|---|\n",
      deviates_, seeds, sum_ / n, std::sqrt(squares_ / n - sum_ / n * sum_ / n));
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < bins; ++i) {
    double const from = i == 0 ? -infinity : -3.5 + 0.5 * static_cast<double>(i);
    double const to = i + 1 == bins ? infinity : -3.0 + 0.5 * static_cast<double>(i);
    double const seen = static_cast<double>(histogram_[i]) / n;
    std::string const label = i == 0          ? "below -3.0"
                              : i + 1 == bins ? "above +3.0"
                                              : fmt::format("{:+.1f} to {:+.1f}", from, to);
    std::string bar;
    for (double share = 0.005; share < seen; share += 0.01) bar += "█";
    text += fmt::format("| {} | {:.1f} % | {:.1f} % | {} |\n", label, 100.0 * seen,
                        100.0 * normal_share(from, to), bar);
  }
  text += fmt::format(
      "\nThe 95 % intervals cover the exact value in {}. Rows of one scenario share their luck; of "
      "one row a\nscenario, and so of independent ones, {} do, and of percentiles {}, their "
      "resolution granted.\n",
      share_of(all_), share_of(independent_), share_of(percentiles_));
  return text;
}

}  // namespace sojourn::oracles
