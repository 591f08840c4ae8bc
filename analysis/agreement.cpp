#include "analysis/agreement.h"

#include <cmath>

#include "analysis/confidence_interval.h"

namespace sojourn {
namespace {

constexpr double widened_confidence = 0.999;
constexpr double resolution = 1.0 / 128.0;  // Of percentiles.
constexpr double rounding = 1e-6;
constexpr double nearness = 0.15;

bool is_percentile(std::string const& metric) {
  auto const dot = metric.rfind('.');
  return dot != std::string::npos && dot + 2 < metric.size() && metric[dot + 1] == 'p' &&
         metric.find_first_not_of("0123456789", dot + 2) == std::string::npos;
}

double widened(Estimate const& estimate) {
  auto const freedom = static_cast<double>(estimate.replications - 1);
  double const from = student_t_quantile(0.5 * (1.0 + estimate.confidence), freedom);
  double const to = student_t_quantile(0.5 * (1.0 + widened_confidence), freedom);
  return estimate.half_width * to / from;
}

}  // namespace

bool agrees(Estimate const& simulated, KnownValue const& known) {
  if (!std::isfinite(simulated.mean) || !std::isfinite(simulated.half_width)) return true;
  if (simulated.replications < 2) return true;
  double share = rounding;
  if (is_percentile(known.metric)) share += resolution;
  if (!known.exact) share += nearness;
  double const off = std::abs(simulated.mean - known.value);
  return off <= widened(simulated) + share * std::abs(known.value);
}

}  // namespace sojourn
