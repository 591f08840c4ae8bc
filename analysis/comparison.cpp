#include "analysis/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "analysis/confidence_interval.h"

namespace sojourn {

namespace {

using Pairs = std::vector<std::pair<RunResult const*, RunResult const*>>;

Pairs pairs_of(Runs const& from, Runs const& to) {
  Pairs pairs;
  auto const count = std::min(from.by_replication.size(), to.by_replication.size());
  for (std::size_t replication = 0; replication < count; ++replication) {
    auto const* left = from.by_replication[replication];
    auto const* right = to.by_replication[replication];
    if (left != nullptr && right != nullptr) pairs.emplace_back(left, right);
  }
  return pairs;
}

/// -1 or +1 where the differences lie on that side of zero, 0 where that is open.
int side_of(std::vector<double> const& differences, Estimate const& estimate) {
  if (std::isfinite(estimate.mean)) {
    if (std::isnan(estimate.half_width)) return 0;
    if (std::abs(estimate.mean) <= estimate.half_width) return 0;
    return estimate.mean > 0.0 ? 1 : -1;
  }
  auto const above = std::ranges::count_if(differences, [](double d) { return d > 0.0; });
  auto const below = std::ranges::count_if(differences, [](double d) { return d < 0.0; });
  auto const decided = static_cast<double>(above + below);
  bool const enough = 2.0 * std::pow(0.5, decided) <= 1.0 - estimate.confidence;
  if (!enough || (above > 0 && below > 0)) return 0;
  return above > 0 ? 1 : -1;
}

Comparison::Verdict verdict_of(int side, Better better) {
  if (side == 0) return Comparison::Verdict::no_difference;
  if (better == Better::neither) return Comparison::Verdict::different;
  return (side > 0) == (better == Better::higher) ? Comparison::Verdict::better
                                                  : Comparison::Verdict::worse;
}

Comparison comparison_of(Metric const& metric, std::vector<double> const& differences,
                         double confidence, Interval interval) {
  Comparison comparison;
  comparison.metric = metric.name;
  comparison.unit = metric.unit;
  comparison.difference = interval(differences, confidence);
  comparison.verdict = verdict_of(side_of(differences, comparison.difference), metric.better);
  return comparison;
}

}  // namespace

std::vector<Comparison> compare(Runs const& from, Runs const& to, double confidence,
                                Interval interval) {
  auto const& metrics = from.experiment->layout.metrics;
  auto const& others = to.experiment->layout.metrics;
  std::map<std::string_view, std::size_t> position;
  for (std::size_t i = 0; i < others.size(); ++i) position.emplace(others[i].name, i);

  Pairs const pairs = pairs_of(from, to);
  std::vector<double> differences(pairs.size());
  std::vector<Comparison> comparisons;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    auto const other = position.find(metrics[i].name);
    if (other == position.end()) continue;
    std::ranges::transform(pairs, differences.begin(), [&](auto const& pair) {
      return pair.second->values.at(other->second) - pair.first->values.at(i);
    });
    comparisons.push_back(comparison_of(metrics[i], differences, confidence, interval));
    comparisons.back().from = from.experiment->name;
    comparisons.back().to = to.experiment->name;
  }
  return comparisons;
}

}  // namespace sojourn
