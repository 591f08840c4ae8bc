#include "app/report/metric_groups.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <span>

namespace sojourn {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A figure worth a line: always, or where some alternative has it away from the value that says
/// nothing. Trouble counts however small it is; the noise of an idle queue does not.
struct Headline {
  std::string_view figure;  // ends in '.' for all figures that begin so
  double dull = nan;
  double tolerance = 0.0;
  bool dull_if_whole = false;
};

constexpr std::array workload_headlines{Headline{"arrivals"},     Headline{"goodput"},
                                        Headline{"availability"}, Headline{"failures.", 0.0},
                                        Headline{"latency.mean"}, Headline{"latency.p50"},
                                        Headline{"latency.p99"},  Headline{"attempts", 1.0}};
constexpr std::array service_headlines{Headline{"replicas", nan, 0.0, true},
                                       Headline{"availability", 1.0},
                                       Headline{"utilisation"},
                                       Headline{"cpu"},
                                       Headline{"queue.mean", 0.0, 0.005},
                                       Headline{"queue.max", 0.0},
                                       Headline{"waited", 0.0, 0.0005},
                                       Headline{"wait.p99", 0.0},
                                       Headline{"rejected", 0.0},
                                       Headline{"wasted", 0.0},
                                       Headline{"cost.per_hour"}};
constexpr std::array part_headlines{Headline{"utilisation"}, Headline{"queue.mean", 0.0, 0.005},
                                    Headline{"degraded", 0.0}, Headline{"cost.per_hour"}};
constexpr std::array cache_headlines{Headline{"hits"}, Headline{"misses"},
                                     Headline{"coalesced", 0.0}, Headline{"evictions", 0.0},
                                     Headline{"expirations", 0.0}};
constexpr std::array saga_headlines{Headline{"started"},          Headline{"completed"},
                                    Headline{"compensated", 0.0}, Headline{"inconsistent", 0.0},
                                    Headline{"abandoned", 0.0},   Headline{"in_flight.end", 0.0}};
constexpr std::array call_headlines{
    Headline{"breaker.open", 0.0},     Headline{"breaker.openings", 0.0},
    Headline{"breaker.rejected", 0.0}, Headline{"limit.waiting", 0.0, 0.005},
    Headline{"limit.rejected", 0.0},   Headline{"hedge.copies", 0.0},
    Headline{"hedge.won", 0.0}};
constexpr std::array channel_headlines{
    Headline{"published"},        Headline{"processed"},       Headline{"rejected", 0.0},
    Headline{"redelivered", 0.0}, Headline{"duplicates", 0.0}, Headline{"dead_lettered", 0.0},
    Headline{"expired", 0.0},     Headline{"dropped", 0.0},    Headline{"lost", 0.0},
    Headline{"depth.mean"},       Headline{"depth.max"},       Headline{"depth.end", 0.0},
    Headline{"age.max"},          Headline{"latency.p50"},     Headline{"latency.p99"}};
constexpr std::array broker_headlines{Headline{"cost.per_hour"}};
constexpr std::array cost_headlines{Headline{"per_hour"}, Headline{"per_success"},
                                    Headline{"wasted", 0.0}};
constexpr std::array fault_headlines{Headline{"recovery"}, Headline{"failed"},
                                     Headline{"peak_backlog"}, Headline{"amplification", 1.0},
                                     Headline{"metastable", 0.0}};

std::span<Headline const> headlines_of(OwnerKind kind) {
  switch (kind) {
    case OwnerKind::workload:
      return workload_headlines;
    case OwnerKind::service:
      return service_headlines;
    case OwnerKind::part:
      return part_headlines;
    case OwnerKind::cache:
      return cache_headlines;
    case OwnerKind::saga:
      return saga_headlines;
    case OwnerKind::call:
      return call_headlines;
    case OwnerKind::channel:
      return channel_headlines;
    case OwnerKind::broker:
      return broker_headlines;
    case OwnerKind::costs:
      return cost_headlines;
    case OwnerKind::fault:
      break;
  }
  return fault_headlines;
}

template <std::size_t n>
bool is_one_of(std::array<std::string_view, n> const& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

/// Whether "`policy`.`figure`" is a figure of a place that calls.
bool is_call_figure(std::string_view policy, std::string_view figure) {
  constexpr std::array<std::string_view, 3> of_breaker{"open", "openings", "rejected"};
  constexpr std::array<std::string_view, 3> of_limit{"in_flight", "waiting", "rejected"};
  constexpr std::array<std::string_view, 2> of_hedge{"copies", "won"};
  return (policy == "hedge" && is_one_of(of_hedge, figure)) ||
         (policy == "breaker" && is_one_of(of_breaker, figure)) ||
         (policy == "limit" && is_one_of(of_limit, figure));
}

/// Of a place that calls: its owner is a caller with an operation, "shoppers.web.checkout".
bool is_call(MetricName const& name) {
  auto const dot = name.figure.find('.');
  return dot != std::string_view::npos && std::ranges::count(name.owner, '.') >= 2 &&
         is_call_figure(name.figure.substr(0, dot), name.figure.substr(dot + 1));
}

/// Of a step that asks a cache: "web.checkout.cache", or "web.checkout.cache-2".
bool is_cache(MetricName const& name) {
  constexpr std::array<std::string_view, 5> figures{"hits", "misses", "coalesced", "evictions",
                                                    "expirations"};
  auto const dot = name.owner.rfind('.');
  return std::ranges::count(name.owner, '.') == 2 && is_one_of(figures, name.figure) &&
         name.owner.substr(dot + 1).starts_with("cache");
}

/// Whether "`figure`.`statistic`" is one figure, rather than a figure of something of that name.
bool belong_together(std::string_view figure, std::string_view statistic) {
  constexpr std::array<std::string_view, 8> figures{
      "latency", "failure_latency", "in_flight", "queue", "wait", "depth", "age", "work"};
  constexpr std::array<std::string_view, 9> statistics{"mean", "p50", "p90", "p95", "p99",
                                                       "p999", "max", "min", "end"};
  constexpr std::array<std::string_view, 5> causes{"error", "timeout", "rejected", "abandoned",
                                                   "dropped"};
  if (is_call_figure(figure, statistic)) return true;
  if (figure == "cost") return statistic == "per_hour" || statistic == "wasted";
  return figure == "failures" ? is_one_of(causes, statistic)
                              : is_one_of(figures, figure) && is_one_of(statistics, statistic);
}

/// What the study itself tells about owners.
struct Owners {
  std::set<std::string_view> workloads, brokers, channels, sagas, faults;
  bool has_costs = false;  ///< Then nothing else is called "cost".
};

Owners owners_of(Study const& study) {
  Owners owners;
  for (auto const& alternative : study.alternatives) {
    for (auto const& account : alternative.accounts) {
      std::string_view const owner = account.definition.owner;
      switch (account.definition.of) {
        case AccountDefinition::Of::requests:
          owners.workloads.insert(owner);
          break;
        case AccountDefinition::Of::messages:
          owners.channels.insert(owner);
          owners.brokers.insert(owner.substr(0, owner.find('.')));
          break;
        case AccountDefinition::Of::sagas:
          owners.sagas.insert(owner);
          break;
        case AccountDefinition::Of::faults:
          owners.faults.insert(owner);
      }
    }
    for (auto const& [metric, estimate] : alternative.metrics) {
      auto const [owner, figure] = split_metric_name(metric.name);
      if (figure == "recovery") owners.faults.insert(owner);
      if (metric.name == "cost.per_hour") owners.has_costs = true;
    }
  }
  return owners;
}

/// By the longest owner that the study knows, where it knows one.
MetricName split_by_owner(std::string_view name, Owners const& owners) {
  MetricName const plain = split_metric_name(name);
  if (is_call(plain)) return plain;
  for (auto dot = name.rfind('.'); dot != std::string_view::npos && dot > 0;
       dot = name.rfind('.', dot - 1)) {
    std::string_view const owner = name.substr(0, dot);
    if (owners.channels.contains(owner) || owners.workloads.contains(owner))
      return {owner, name.substr(dot + 1)};
  }
  return plain;
}

OwnerKind kind_of(MetricName const& name, Owners const& owners) {
  std::string_view const owner = name.owner;
  if (is_call(name)) return OwnerKind::call;
  if (is_cache(name)) return OwnerKind::cache;
  if (owners.sagas.contains(owner)) return OwnerKind::saga;
  if (owners.workloads.contains(owner)) return OwnerKind::workload;
  if (owners.channels.contains(owner)) return OwnerKind::channel;
  if (owners.faults.contains(owner)) return OwnerKind::fault;
  if (owners.brokers.contains(owner)) return OwnerKind::broker;
  if (owners.has_costs && owner == "cost") return OwnerKind::costs;
  return owner.find('.') == std::string_view::npos ? OwnerKind::service : OwnerKind::part;
}

/// Parts, caches and sagas stand behind their service, else kinds in the order of the enumeration.
int place_of(OwnerKind kind) {
  bool const is_inside =
      kind == OwnerKind::part || kind == OwnerKind::cache || kind == OwnerKind::saga;
  return static_cast<int>(is_inside ? OwnerKind::service : kind);
}

/// All metrics of all alternatives, each once: whole owners in the order of their first appearance.
std::vector<MetricGroup> all_groups(Study const& study) {
  Owners const owners = owners_of(study);
  std::vector<MetricGroup> groups;
  std::map<std::string_view, std::size_t> group_of;
  std::set<std::string_view> seen;
  for (auto const& alternative : study.alternatives) {
    for (auto const& [metric, estimate] : alternative.metrics) {
      if (!seen.insert(metric.name).second) continue;
      MetricName const name = split_by_owner(metric.name, owners);
      auto const [entry, is_new] = group_of.emplace(name.owner, groups.size());
      if (is_new) groups.push_back({std::string(name.owner), kind_of(name, owners), {}});
      groups[entry->second].rows.push_back({metric.name, std::string(name.figure), metric.unit});
    }
  }
  std::ranges::stable_sort(groups, {},
                           [](MetricGroup const& group) { return place_of(group.kind); });
  return groups;
}

bool matches(Headline const& headline, std::string_view figure) {
  return headline.figure.ends_with('.') ? figure.starts_with(headline.figure)
                                        : figure == headline.figure;
}

using MeansByMetric = std::map<std::string_view, std::vector<double>>;

MeansByMetric means_of(Study const& study) {
  MeansByMetric means;
  for (auto const& alternative : study.alternatives) {
    for (auto const& [metric, estimate] : alternative.metrics)
      means[metric.name].push_back(estimate.mean);
  }
  return means;
}

bool tells_something(Headline const& headline, double mean) {
  if (headline.dull_if_whole) return mean != std::floor(mean);
  if (std::isnan(headline.dull)) return true;
  return !std::isnan(mean) && !(std::abs(mean - headline.dull) <= headline.tolerance);
}

bool is_worth_a_line(Headline const& headline, std::vector<double> const& means) {
  return std::ranges::any_of(means, [&](double mean) { return tells_something(headline, mean); });
}

std::vector<MetricRow> headline_rows(MetricGroup const& group, MeansByMetric const& means) {
  std::vector<MetricRow> chosen;
  for (Headline const& headline : headlines_of(group.kind)) {
    for (MetricRow const& row : group.rows) {
      if (matches(headline, row.figure) && is_worth_a_line(headline, means.at(row.name)))
        chosen.push_back(row);
    }
  }
  return chosen;
}

}  // namespace

MetricName split_metric_name(std::string_view name) {
  auto const last = name.rfind('.');
  if (last == std::string_view::npos || last == 0) return {"", name};
  auto const before = name.rfind('.', last - 1);
  if (before != std::string_view::npos && before > 0 &&
      belong_together(name.substr(before + 1, last - before - 1), name.substr(last + 1)))
    return {name.substr(0, before), name.substr(before + 1)};
  return {name.substr(0, last), name.substr(last + 1)};
}

std::vector<MetricGroup> metric_groups(Study const& study, bool all) {
  std::vector<MetricGroup> groups = all_groups(study);
  if (all) return groups;
  MeansByMetric const means = means_of(study);
  for (MetricGroup& group : groups) group.rows = headline_rows(group, means);
  std::erase_if(groups, [](MetricGroup const& group) { return group.rows.empty(); });
  return groups;
}

}  // namespace sojourn
