#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/study.h"

namespace sojourn {

/// What a metric belongs to. A part is an operation or a pool of a service, a call a place from
/// which calls are made; costs are those of everything together.
enum class OwnerKind : std::uint8_t {
  workload,
  service,
  part,
  cache,
  saga,
  call,
  broker,
  channel,
  fault,
  costs
};

/// "shoppers.latency.p99" is "latency.p99" of "shoppers".
struct MetricName {
  std::string_view owner;
  std::string_view figure;
};
MetricName split_metric_name(std::string_view name);

struct MetricRow {
  std::string name;    ///< "shoppers.latency.p99"
  std::string figure;  ///< "latency.p99"
  Unit unit = Unit::one;
};

/// The figures of one owner, most telling first.
struct MetricGroup {
  std::string owner;
  OwnerKind kind = OwnerKind::service;
  std::vector<MetricRow> rows;
};

/// The study's metrics by owner: workloads, services, their parts, caches and sagas, calls,
/// brokers, channels, faults, costs, each in the order of the study. Without `all` only the figures
/// that answer the usual questions, and of those the ones that tell trouble only where there is
/// some in at least one alternative.
std::vector<MetricGroup> metric_groups(Study const& study, bool all);

}  // namespace sojourn
