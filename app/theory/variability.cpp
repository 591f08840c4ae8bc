#include "app/theory/variability.h"

#include <algorithm>
#include <cmath>

#include "analysis/theory/open_network.h"
#include "app/lint/arrival_rate.h"
#include "app/theory/streams.h"

namespace sojourn {
namespace {

/// Of each service: the variability of what comes to it from workloads, by their shares.
std::vector<double> outside_scvs(Scenario const& scenario, StepGraph const& graph) {
  std::vector<double> rates(scenario.services.size(), 0.0), sums(rates);
  for (Workload const& workload : scenario.workloads) {
    double const scv = variability_of(workload);
    for (auto const& target : workload.mix) {
      std::size_t const service = graph.service(graph.vertex(target.operation));
      double const rate = mean_rate(workload, scenario.duration) * target.share;
      rates[service] += rate;
      sums[service] += rate * (1.0 + target.share * (scv - 1.0));
    }
  }
  for (std::size_t i = 0; i < rates.size(); ++i)
    sums[i] = rates[i] > 0.0 ? sums[i] / rates[i] : 1.0;
  return sums;
}

/// Calls `visit(service, times)` for each service to which a visit of a step leads in the end.
template <class Visit>
void for_each_target(StepGraph const& graph, ExecutionMeans::Visit const& step,
                     Visit const& visit) {
  if (graph.is_operation(step.target)) {
    visit(graph.service(step.target), step.times);
    return;
  }
  Channel const& channel = graph.channel(step.target);
  double const share =
      channel.kind == Channel::Kind::queue
          ? 1.0 / std::max<double>(1.0, static_cast<double>(channel.subscribers.size()))
          : 1.0;
  for (Subscriber const& subscriber : channel.subscribers) {
    auto const batch = static_cast<double>(subscriber.batch ? subscriber.batch->max : 1);
    visit(graph.service(graph.vertex(subscriber.operation)), share * step.times / batch);
  }
}

/// From service to service: visits after one, row = from.
Eigen::MatrixXd routing_of(StepGraph const& graph, Traffic const& traffic, std::size_t services) {
  auto const n = static_cast<Eigen::Index>(services);
  Eigen::MatrixXd routing = Eigen::MatrixXd::Zero(n, n);
  for (std::size_t operation = 0; operation < graph.operations(); ++operation) {
    std::size_t const from = graph.service(operation);
    if (traffic.rate(operation) <= 0.0) continue;
    double const share = traffic.rate(operation) / traffic.arrivals(from);
    for (auto const& step : traffic.means(operation).visits)
      for_each_target(graph, step, [&](std::size_t to, double times) {
        routing(static_cast<Eigen::Index>(from), static_cast<Eigen::Index>(to)) += share * times;
      });
  }
  return routing;
}

theory::OpenStation open_station(std::optional<Station> const& station, std::string const& name) {
  theory::OpenStation open{name, 0.0, {1e-9, 1.0}, 0, 1.0};
  if (!station || !(station->hold.mean > 0.0) || !std::isfinite(station->hold.mean)) return open;
  open.service = station->hold.moments();
  if (!std::isfinite(open.service.scv)) open.service.scv = 1.0;
  if (station->slots != unlimited)
    open.servers = static_cast<int>(std::min<Limit>(station->slots * station->replicas, 1'000'000));
  return open;
}

}  // namespace

void add_variability(Scenario const& scenario, StepGraph const& graph, Traffic const& traffic,
                     std::vector<std::optional<Station>>& stations) {
  theory::OpenNetwork network;
  network.routing = routing_of(graph, traffic, stations.size());
  auto const outside = outside_scvs(scenario, graph);
  Eigen::VectorXd rates(static_cast<Eigen::Index>(stations.size()));
  for (std::size_t i = 0; i < stations.size(); ++i) {
    network.stations.push_back(open_station(stations[i], scenario.services[i].name));
    network.stations.back().outside_scv = std::isfinite(outside[i]) ? outside[i] : 1.0;
    rates(static_cast<Eigen::Index>(i)) = traffic.arrivals(i);
  }
  Eigen::VectorXd const inside = network.routing.transpose() * rates;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    auto const row = static_cast<Eigen::Index>(i);
    network.stations[i].outside_rate = std::max(0.0, rates(row) - inside(row));
  }
  auto const scvs = theory::arrival_scvs(network);
  if (!scvs) return;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    if (!stations[i] || stations[i]->stream.as_poisson()) continue;
    Stream& stream = stations[i]->stream;
    stream.scv = (*scvs)[i];
    stream.scv_from_network =
        stream.kind == Stream::Kind::other && inside(static_cast<Eigen::Index>(i)) > 1e-9;
  }
}

}  // namespace sojourn
