#include "app/cli/undisturbed.h"

#include <algorithm>
#include <limits>
#include <variant>

namespace sojourn {

namespace {

constexpr double the_end = std::numeric_limits<double>::infinity();

/// Narrows the stretches by what happens from `begin` to `end`.
void disturb(Undisturbed& stretches, double begin, double end) {
  stretches.until = std::min(stretches.until, std::max(0.0, begin));
  stretches.from = std::max(stretches.from, end);
}

void add(Undisturbed& stretches, Fault const& fault) {
  if (!fault.at) return disturb(stretches, 0.0, the_end);
  double const begin = in_seconds(*fault.at);
  // What lasts to the end is a new state of things; of a random length, a generous one.
  double length = 0.0;
  if (fault.length) length = fault.length->mean() * (fault.length->is_constant() ? 1.0 : 3.0);
  disturb(stretches, begin, begin + length);
}

void add(Undisturbed& stretches, Workload const& workload) {
  if (workload.sine || std::holds_alternative<TraceArrivals>(workload.arrivals))
    disturb(stretches, 0.0, the_end);
  for (ProfilePoint const& point : workload.profile)
    disturb(stretches, in_seconds(point.at), in_seconds(point.at + point.ramp));
}

void add(Undisturbed& stretches, Channel const& channel) {
  if (channel.initial > 0) disturb(stretches, 0.0, 0.0);
  for (auto const& subscriber : channel.subscribers)
    if (subscriber.start > Duration::zero())
      disturb(stretches, in_seconds(subscriber.start), in_seconds(subscriber.start));
}

}  // namespace

Undisturbed undisturbed_in(Scenario const& scenario) {
  Undisturbed stretches;
  for (Fault const& fault : scenario.faults) add(stretches, fault);
  for (Workload const& workload : scenario.workloads) add(stretches, workload);
  for (Service const& service : scenario.services)
    if (!service.hours.empty()) disturb(stretches, 0.0, the_end);
  for (Broker const& broker : scenario.brokers)
    for (Channel const& channel : broker.channels) add(stretches, channel);
  return stretches;
}

Scenario without_events(Scenario scenario) {
  scenario.faults.clear();
  for (Workload& workload : scenario.workloads) {
    workload.profile.clear();
    workload.sine.reset();
  }
  for (Broker& broker : scenario.brokers)
    for (Channel& channel : broker.channels) channel.initial = 0;
  return scenario;
}

}  // namespace sojourn
