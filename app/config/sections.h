#pragma once

#include <cstdint>
#include <vector>

#include "app/config/table.h"
#include "models/scenario.h"

/// The sections of a scenario, one file each.
namespace sojourn {

Value<std::vector<Workload>> workloads_value();
Value<std::vector<Service>> services_value();
Value<std::vector<Host>> hosts_value();
Value<NetworkSpec> network_value();
/// The name of what may stand at the end of a link.
Value<std::string> link_end_value();
Value<std::vector<Broker>> brokers_value();
Value<std::vector<Fault>> faults_value();

/// A list of steps. Its schema is a reference to `#/$defs/steps`, for steps hold steps.
Value<Steps> steps_value();
Json steps_schema();

Value<Autoscale> autoscale_value();
Value<std::vector<OpeningHours>> hours_value();
/// From Monday 00:00 UTC.
Value<Duration> time_of_week_value();
/// The name of a zone, which is one because it is named so.
Value<std::string> zone_value();
/// The keys that the cache of one replica can hold at most.
constexpr std::int64_t most_cached_keys = 1'000'000;
/// The probability of a hit, or a cache of keys.
Value<decltype(CacheStep::contents)> cache_contents_value();
/// What stands under `queue` and `limit` of a service.
Value<QueueSpec> queue_value();
Value<AdmissionLimit> admission_value();

Value<Backoff> backoff_value();
Value<Retry> retry_value();
/// Adds the keys of what a caller decides about a call to the table of something that calls.
template <class S>
void add_call_options(Table<S>& table);

/// Arrivals, and the profile of their rate where a trace states both.
struct ReadArrivals {
  decltype(Workload::arrivals) arrivals;
  std::vector<ProfilePoint> profile;
};
Value<ReadArrivals> arrivals_value();

}  // namespace sojourn
