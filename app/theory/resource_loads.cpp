#include <algorithm>

#include "app/theory/parts.h"

namespace sojourn {
namespace {

void add(std::vector<ResourceLoad>& all, ResourceLoad load) {
  if (load.offered > 0.0) all.push_back(std::move(load));
}

double published(Broker const& broker, StepGraph const& graph, Traffic const& traffic) {
  double sum = 0.0;
  for (Channel const& channel : broker.channels)
    sum += traffic.rate(graph.vertex(ChannelName{broker.name, channel.name}));
  return sum;
}

}  // namespace

std::vector<ResourceLoad> resource_loads(Scenario const& scenario, StepGraph const& graph,
                                         Traffic const& traffic) {
  std::vector<ResourceLoad> all;
  for (std::size_t i = 0; i < scenario.services.size(); ++i) {
    Service const& service = scenario.services[i];
    auto const replicas = static_cast<double>(service.replicas);
    double const arrivals = traffic.arrivals(i);
    ResourceLoad slots{service.name, "slots", arrivals, traffic.slots(i)};
    if (service.concurrency != unlimited)
      slots.available = replicas * static_cast<double>(service.concurrency);
    add(all, slots);
    if (service.cores)
      add(all, {service.name, "cores", arrivals, traffic.work(i), replicas * *service.cores});
    for (Pool const& pool : service.pools)
      add(all, {service.name, "pool " + pool.name, arrivals, traffic.pool(i, pool.name),
                replicas * static_cast<double>(pool.size)});
  }
  for (Host const& host : scenario.hosts) {
    ResourceLoad load{host.name, "cores", 0.0, 0.0, host.cores};
    for (std::size_t i = 0; i < scenario.services.size(); ++i) {
      auto const& hosts = scenario.services[i].hosts;
      auto const mine = static_cast<double>(std::count(hosts.begin(), hosts.end(), host.name));
      if (mine == 0.0) continue;
      double const share = mine / static_cast<double>(hosts.size());
      load.arrivals += share * traffic.arrivals(i);
      load.offered += share * traffic.work(i);
    }
    add(all, load);
  }
  for (Broker const& broker : scenario.brokers)
    if (broker.throughput) {
      double const rate = published(broker, graph, traffic);
      add(all, {broker.name, "throughput", rate, rate, *broker.throughput});
    }
  return all;
}

}  // namespace sojourn
