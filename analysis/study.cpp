#include "analysis/study.h"

#include <algorithm>

namespace sojourn {

MetricEstimate const* AlternativeResult::find(std::string const& metric) const {
  auto const found = std::ranges::find_if(
      metrics, [&](MetricEstimate const& entry) { return entry.metric.name == metric; });
  return found == metrics.end() ? nullptr : &*found;
}

}  // namespace sojourn
