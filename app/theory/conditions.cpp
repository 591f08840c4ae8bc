#include "app/theory/conditions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "app/lint/arrival_rate.h"
#include "app/lint/struck.h"
#include "models/policy/rate_profile.h"

namespace sojourn {
namespace {

double end_of(Fault const& fault) {
  double const length =
      fault.length ? fault.length->mean() : std::numeric_limits<double>::infinity();
  return in_seconds(*fault.at) + length;
}

bool is_active(Fault const& fault, double time) {
  if (!fault.at) return false;
  return time >= in_seconds(*fault.at) - 1e-9 && time < end_of(fault) - 1e-9;
}

/// When the broker works again: its end, or earlier if another leads by then.
double end_of(Fault const& fault, Broker const& broker) {
  double const end = end_of(fault);
  if (broker.replicas <= 1) return end;
  return std::min(end, in_seconds(*fault.at) + in_seconds(broker.failover));
}

template <class Visit>
void for_each_struck(Scenario const& scenario, FaultTargets const& targets, Visit const& visit) {
  for (auto const& target : targets) {
    auto const* replicas = std::get_if<ReplicaTarget>(&target);
    if (replicas == nullptr) continue;
    for (std::size_t i = 0; i < scenario.services.size(); ++i) {
      Service const& service = scenario.services[i];
      if (service.name != replicas->service) continue;
      auto const all = static_cast<double>(service.replicas);
      double share = 1.0;
      if (auto const* count = std::get_if<Limit>(&replicas->replicas))
        share = std::min(1.0, static_cast<double>(*count) / all);
      else
        share = std::max(1.0, std::round(std::get<double>(replicas->replicas) * all)) / all;
      visit(i, share);
    }
  }
}

template <class Visit>
void for_each_broker(Scenario const& scenario, Fault const& fault, Visit const& visit) {
  auto const* crash = std::get_if<CrashFault>(&fault.effect);
  if (crash == nullptr) return;
  for (auto const& target : crash->targets)
    if (auto const* broker = std::get_if<BrokerTarget>(&target))
      for (std::size_t i = 0; i < scenario.brokers.size(); ++i)
        if (scenario.brokers[i].name == broker->broker) visit(i);
}

class Strikes {
 public:
  Strikes(Scenario const& scenario, Condition& now) : scenario_(scenario), now_(now) {}

  void operator()(CrashFault const& crash) {
    for_each_struck(scenario_, crash.targets, [&](std::size_t i, double share) {
      now_.up[i] = std::max(0.0, now_.up[i] - share);
      now_.crashed[i] = now_.crashed[i] || share >= 1.0;
    });
  }
  void operator()(PauseFault const& pause) {
    for_each_struck(scenario_, pause.targets, [&](std::size_t i, double share) {
      now_.up[i] = std::max(0.0, now_.up[i] - share);
      now_.paused[i] = now_.paused[i] || share >= 1.0;
    });
  }
  void operator()(SlowFault const& slow) {
    for_each_struck(scenario_, slow.targets, [&](std::size_t i, double share) {
      now_.slower[i] *= 1.0 + share * (slow.factor - 1.0);
    });
  }
  template <class Other>
  void operator()(Other const&) {}

 private:
  Scenario const& scenario_;
  Condition& now_;
};

double plain_rate(Workload workload, Duration duration) {
  workload.profile.clear();
  workload.sine.reset();
  return mean_rate(workload, duration);
}

}  // namespace

Condition condition_at(Scenario const& scenario, double time) {
  std::size_t const services = scenario.services.size();
  Condition now;
  now.up.assign(services, 1.0);
  now.slower.assign(services, 1.0);
  now.crashed.assign(services, false);
  now.paused.assign(services, false);
  now.broker_down.assign(scenario.brokers.size(), false);
  for (Fault const& fault : scenario.faults) {
    if (!is_active(fault, time)) continue;
    std::visit(Strikes(scenario, now), fault.effect);
    for_each_broker(scenario, fault, [&](std::size_t i) {
      if (time < end_of(fault, scenario.brokers[i]) - 1e-9) now.broker_down[i] = true;
    });
  }
  return now;
}

bool changes_steadily(Workload const& workload) {
  return workload.sine ||
         std::any_of(workload.profile.begin(), workload.profile.end(),
                     [](ProfilePoint const& point) { return point.ramp > Duration{0}; });
}

std::vector<double> change_times(Scenario const& scenario) {
  std::set<double> times{-in_seconds(scenario.warmup)};
  double const end = in_seconds(scenario.duration);
  for (Fault const& fault : scenario.faults) {
    if (!fault.at) continue;
    times.insert(in_seconds(*fault.at));
    if (fault.length) times.insert(end_of(fault));
    for_each_broker(scenario, fault, [&](std::size_t i) {
      times.insert(std::min(end, end_of(fault, scenario.brokers[i])));
    });
  }
  constexpr int cuts = 200;
  for (Workload const& workload : scenario.workloads) {
    for (ProfilePoint const& point : workload.profile) times.insert(in_seconds(point.at));
    for (int i = 0; changes_steadily(workload) && i < cuts; ++i) times.insert(end * i / cuts);
  }
  std::erase_if(times,
                [&](double time) { return time < -in_seconds(scenario.warmup) || time >= end; });
  return {times.begin(), times.end()};
}

double rate_between(Scenario const& scenario, Workload const& workload, double from, double to) {
  double rate = plain_rate(workload, scenario.duration);
  RateProfile const profile =
      workload.sine ? RateProfile(*workload.sine) : RateProfile(workload.profile);
  if (to > from)
    rate *= profile.between(Time(from_seconds(from)), Time(from_seconds(to))) / (to - from);
  for (Fault const& fault : scenario.faults)
    if (auto const* surge = std::get_if<SurgeFault>(&fault.effect))
      if (surge->workload == workload.name && is_active(fault, from)) rate *= surge->factor;
  return rate;
}

bool is_in_conditions(Fault const& fault) {
  if (!fault.at) return false;
  if (std::holds_alternative<SurgeFault>(fault.effect)) return true;
  if (std::holds_alternative<ErrorsFault>(fault.effect)) return false;
  bool const crash = std::holds_alternative<CrashFault>(fault.effect);
  FaultTargets const* const targets = targets_of(fault);
  return targets != nullptr && std::all_of(targets->begin(), targets->end(), [&](auto const& each) {
           return std::holds_alternative<ReplicaTarget>(each) ||
                  (crash && std::holds_alternative<BrokerTarget>(each));
         });
}

}  // namespace sojourn
