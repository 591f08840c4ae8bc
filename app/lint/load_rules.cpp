#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/config/scalars.h"
#include "app/lint/arrival_rate.h"
#include "app/lint/rules.h"
#include "app/lint/struck.h"

namespace sojourn {
namespace {

/// As many as a service may have.
std::int64_t most_replicas(Service const& service) {
  return service.autoscale ? std::max(service.autoscale->max, service.replicas) : service.replicas;
}

constexpr double nearly = 1.0 - 1e-9;

template <class Check>
void for_each_service(Design const& design, Check const& check) {
  if (!design.traffic.settled()) return;
  for (std::size_t i = 0; i < design.scenario.services.size(); ++i)
    check(i, design.scenario.services[i]);
}

/// The share of the arrivals that the replicas' limit lets in.
double admitted(Service const& service, double arrivals) {
  auto const* const limit = service.limit ? std::get_if<RateLimit>(&service.limit->limit) : nullptr;
  if (limit == nullptr || arrivals <= 0.0) return 1.0;
  return std::min(1.0, limit->rate * static_cast<double>(most_replicas(service)) / arrivals);
}

/// How much faster than one piece of work alone a replica can be at best, as `speed` says.
double highest_speed(Service const& service) {
  auto const most = static_cast<std::size_t>(std::min<Limit>(service.concurrency, 10'000));
  double highest = 0.0;
  if (auto const* table = std::get_if<SpeedTable>(&*service.speed)) {
    for (std::size_t n = 0; n < std::min(most, table->totals.size()); ++n)
      highest = std::max(highest, table->totals[n]);
    return highest;
  }
  auto const& law = std::get<ScalabilityLaw>(*service.speed);
  for (std::size_t i = 1; i <= most; ++i) {
    auto const n = static_cast<double>(i);
    highest =
        std::max(highest, n / (1.0 + law.contention * (n - 1.0) + law.coherency * n * (n - 1.0)));
  }
  return highest;
}

/// Whether the line of requests at the callee may grow although the caller has only so many slots.
bool feeds_without_bound(CallPoint const& site, Design const& design) {
  if (site.workload != nullptr)
    return mean_rate(*site.workload, design.scenario.duration) > 0.0 && !site.workload->patience;
  if (design.traffic.rate(site.operation) <= 0.0) return false;
  Service const& caller = design.scenario.services[design.graph.service(site.operation)];
  bool const holds_slot =
      caller.blocking && caller.concurrency != unlimited && !site.circumstances.in_background;
  bool const leaves_it_behind = site.options->timeout && !site.options->cancel;
  return !holds_slot || leaves_it_behind;
}

/// Who feeds each service without a bound; empty: nobody.
std::vector<std::string> feeders(Design const& design) {
  std::vector<std::string> result(design.scenario.services.size());
  auto const feed = [&](std::size_t target, std::string const& from) {
    std::string& feeder = result[design.graph.service(target)];
    if (feeder.empty()) feeder = from;
  };
  for (CallPoint const& site : design.calls)
    if (feeds_without_bound(site, design)) feed(site.target, site.caller);
  for (std::size_t vertex = 0; vertex < design.graph.operations(); ++vertex)
    for (auto const& visit : design.traffic.means(vertex).visits)
      if (std::holds_alternative<ForwardStep>(visit.step->action) &&
          design.traffic.rate(vertex) > 0.0)
        feed(visit.target, design.graph.name(vertex));
  return result;
}

bool has_bound(Service const& service) {
  bool const limited =
      service.limit && std::holds_alternative<ConcurrencyLimit>(service.limit->limit);
  return service.queue.capacity != unlimited || service.concurrency == unlimited || limited;
}

/// Adds the services that every execution of the steps asks.
void add_certain(Steps const& steps, StepGraph const& graph, std::vector<std::size_t>& found) {
  for (Step const& step : steps) {
    if (auto const* call = std::get_if<CallStep>(&step.action); call && !call->fallback)
      found.push_back(graph.vertex(call->target));
    if (auto const* forward = std::get_if<ForwardStep>(&step.action))
      found.push_back(graph.vertex(forward->target));
    if (auto const* use = std::get_if<UseStep>(&step.action)) add_certain(use->steps, graph, found);
    if (auto const* saga = std::get_if<SagaStep>(&step.action); saga && !saga->fallback)
      for (auto const& part : saga->parts) add_certain(part.steps, graph, found);
    if (auto const* parallel = std::get_if<ParallelStep>(&step.action))
      if (parallel->join == parallel->branches.size())
        for (Steps const& branch : parallel->branches) add_certain(branch, graph, found);
    if (std::holds_alternative<RespondStep>(step.action)) return;
  }
}

/// The services without which a request for the operation cannot succeed.
std::set<std::size_t> certain_services(std::size_t operation, StepGraph const& graph) {
  std::set<std::size_t> seen{operation}, services;
  std::vector<std::size_t> open{operation};
  while (!open.empty()) {
    std::size_t const vertex = open.back();
    open.pop_back();
    services.insert(graph.service(vertex));
    std::vector<std::size_t> next;
    add_certain(graph.operation(vertex).steps, graph, next);
    for (std::size_t const target : next)
      if (seen.insert(target).second) open.push_back(target);
  }
  return services;
}

std::set<std::size_t> certain_services(Workload const& workload, StepGraph const& graph) {
  std::set<std::size_t> common;
  for (std::size_t i = 0; i < workload.mix.size(); ++i) {
    auto const here = certain_services(graph.vertex(workload.mix[i].operation), graph);
    if (i == 0) common = here;
    std::erase_if(common, [&](std::size_t service) { return here.count(service) == 0; });
  }
  return common;
}

bool judges_availability(Scenario const& scenario, Workload const& workload) {
  return std::any_of(scenario.objectives.begin(), scenario.objectives.end(), [&](auto const& goal) {
    return goal.metric.starts_with(workload.name + ".availability") ||
           goal.metric.starts_with(workload.name + ".failures");
  });
}

/// The services that crash, if any replica of any does.
std::set<std::string> crashing_services(Scenario const& scenario) {
  std::set<std::string> services;
  for (Fault const& fault : scenario.faults)
    if (auto const* crash = std::get_if<CrashFault>(&fault.effect))
      services.merge(struck_services(scenario, crash->targets));
  return services;
}

}  // namespace

void find_too_few_slots(Design const& design, Findings& findings) {
  for_each_service(design, [&](std::size_t index, Service const& service) {
    if (service.concurrency == unlimited) return;
    double const share = admitted(service, design.traffic.arrivals(index));
    double const load = design.traffic.slots(index) * share;
    double const slots =
        static_cast<double>(most_replicas(service)) * static_cast<double>(service.concurrency);
    if (load < slots * nearly) return;
    findings.add(
        design.place(service, "concurrency"),
        fmt::format("{} is asked {} and would need {} slots on average, but has {}", service.name,
                    about_rate(design.traffic.arrivals(index) * share), about(load), about(slots)));
  });
}

void find_too_few_cores(Design const& design, Findings& findings) {
  for_each_service(design, [&](std::size_t index, Service const& service) {
    if (!service.cores && !service.speed) return;
    double const work =
        design.traffic.work(index) * admitted(service, design.traffic.arrivals(index));
    double const most = (service.cores ? *service.cores : highest_speed(service)) *
                        static_cast<double>(most_replicas(service));
    if (work < most * nearly) return;
    findings.add(design.place(service, service.cores ? "cores" : "speed"),
                 fmt::format("{} is sent {} seconds of work a second and can do {}", service.name,
                             about(work), about(most)));
  });
}

void find_too_low_limits(Design const& design, Findings& findings) {
  for_each_service(design, [&](std::size_t index, Service const& service) {
    double const arrivals = design.traffic.arrivals(index);
    double const share = admitted(service, arrivals);
    if (share >= 1.0) return;
    findings.add(design.place(service, "limit"),
                 fmt::format("{} is asked {}, of which its limit lets in {}", service.name,
                             about_rate(arrivals), about_rate(arrivals * share)));
  });
  for (Broker const& broker : design.scenario.brokers) {
    double published = 0.0;
    for (Channel const& channel : broker.channels)
      published += design.traffic.rate(design.graph.vertex(ChannelName{broker.name, channel.name}));
    if (!broker.throughput || !design.traffic.settled() || published < *broker.throughput * nearly)
      continue;
    findings.add(place_at(design.tree, {"brokers", broker.name, "throughput"}),
                 fmt::format("{} is sent {} and can take {}", broker.name, about_rate(published),
                             about_rate(*broker.throughput)));
  }
}

namespace {

bool is_bounded(Broker const& broker, Channel const& channel) {
  return channel.capacity != unlimited || channel.credit != unlimited || channel.ttl ||
         channel.retention.time || channel.retention.messages != unlimited ||
         broker.alarm.at != unlimited;
}

}  // namespace

void find_unbounded_queues(Design const& design, Findings& findings) {
  auto const feeds = feeders(design);
  for_each_service(design, [&](std::size_t index, Service const& service) {
    if (feeds[index].empty() || has_bound(service)) return;
    findings.add(
        design.place(service, "queue"),
        fmt::format("the queue of {} has no bound, and {} feeds it whether or not it keeps up",
                    service.name, feeds[index]));
  });
  for (std::size_t vertex = design.graph.operations(); vertex < design.graph.size(); ++vertex) {
    Channel const& channel = design.graph.channel(vertex);
    if (channel.is_outbox || is_bounded(design.graph.broker(vertex), channel) ||
        design.traffic.rate(vertex) <= 0.0)
      continue;
    findings.add(design.place(design.graph.broker(vertex), channel, "capacity"),
                 fmt::format("{} holds messages without a bound, and gets {} whether or not its "
                             "subscribers keep up",
                             design.graph.name(vertex), about_rate(design.traffic.rate(vertex))));
  }
}

void find_small_pools(Design const& design, Findings& findings) {
  for_each_service(design, [&](std::size_t index, Service const& service) {
    double const slots = design.traffic.slots(index);
    if (!service.blocking || service.concurrency == unlimited || slots <= 0.0) return;
    for (Pool const& pool : service.pools) {
      double const share = design.traffic.pool(index, pool.name) / slots;
      double const wanted = share * static_cast<double>(service.concurrency);
      if (!(wanted * nearly > static_cast<double>(pool.size))) continue;
      findings.add(
          place_at(design.tree, {"services", service.name, "pools", pool.name}),
          fmt::format("when all {} slots of {} are taken they want {} of its pool {} on "
                      "average, and there are {}",
                      service.concurrency, service.name, about(wanted), pool.name, pool.size));
    }
  });
}

void find_single_points_of_failure(Design const& design, Findings& findings) {
  auto const crashing = crashing_services(design.scenario);
  if (crashing.empty()) return;
  for (Workload const& workload : design.scenario.workloads) {
    if (!judges_availability(design.scenario, workload)) continue;
    for (std::size_t const index : certain_services(workload, design.graph)) {
      Service const& service = design.scenario.services[index];
      if (most_replicas(service) > 1 || crashing.count(service.name) > 0) continue;
      findings.add(design.place(service, "replicas"),
                   fmt::format("every request of {} needs the one replica of {}, whose crash is "
                               "not among the faults",
                               workload.name, service.name));
    }
  }
}

}  // namespace sojourn
