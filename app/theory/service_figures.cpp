#include <array>
#include <cmath>

#include "analysis/theory/quantile.h"
#include "app/theory/parts.h"

namespace sojourn {

void FigureList::add(std::string metric, Unit unit, double value) {
  constexpr double too_long = 1e8;  // Beyond it a line grows without end.
  constexpr double nothing = 1e-9;  // Nobody could measure less.
  if (std::abs(value) < nothing) value = 0.0;
  if (std::isfinite(value) && std::abs(value) < too_long)
    figures_.push_back({std::move(metric), unit, value, exact_, model_});
}

void FigureList::add_percentiles(std::string const& metric, Tail const& above, double scale) {
  constexpr std::array<std::pair<char const*, double>, 5> shares = {
      {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}}};
  for (auto const& [name, share] : shares)
    add(metric + "." + name, Unit::second, theory::quantile(above, share, scale));
}

namespace {

/// Operations that are asked for.
std::vector<std::size_t> operations_of(StepGraph const& graph, Traffic const& traffic,
                                       std::size_t service) {
  std::vector<std::size_t> result;
  for (std::size_t operation = 0; operation < graph.operations(); ++operation)
    if (graph.service(operation) == service && traffic.rate(operation) > 0.0)
      result.push_back(operation);
  return result;
}

/// The one queue channel from which the service takes all its work, as "rabbit.charges".
std::string channel_of(Scenario const& scenario, Station const& station) {
  if (!station.shared_line) return {};
  for (Broker const& broker : scenario.brokers)
    for (Channel const& channel : broker.channels)
      for (Subscriber const& subscriber : channel.subscribers)
        if (subscriber.operation.service == station.name) return broker.name + "." + channel.name;
  return {};
}

/// A message is let into a service only when it has a slot: what waits, waits in the channel.
void add_channel(std::string const& name, StationSolution const& solution, FigureList& figures) {
  auto const& queue = solution.figures;
  figures.add(name + ".depth.mean", Unit::one, queue.mean_in_system);
  figures.add(name + ".age.mean", Unit::second, queue.mean_wait);
  figures.add(name + ".latency.mean", Unit::second, queue.mean_sojourn);
  if (solution.sojourn_above)
    figures.add_percentiles(name + ".latency", solution.sojourn_above, queue.mean_sojourn);
}

void add_waiting(Station const& station, StationSolution const& solution, FigureList& figures) {
  auto const& queue = solution.figures;
  std::string const& name = station.name;
  double const parts = solution.parts;
  figures.add(name + ".queue.mean", Unit::one, queue.mean_queue * parts);
  if (!station.patience && !interrupts(station.discipline)) {
    figures.add(name + ".wait.mean", Unit::second, queue.mean_wait);
    figures.add(name + ".waited", Unit::ratio, queue.probability_wait);
    if (solution.wait_above)
      figures.add_percentiles(name + ".wait", solution.wait_above, queue.mean_sojourn);
  }
}

void add_breakdown(Station const& station, StationSolution const& solution, FigureList& figures) {
  if (!station.breakdown) return;
  bool const crashes = station.breakdown->kind == Breakdown::Kind::crashes;
  if (!crashes && station.breakdown->kind != Breakdown::Kind::errors) return;
  double const served = 1.0 - solution.figures.loss_probability - solution.failed;
  figures.from(solution.model, solution.exact);
  figures.add(station.name + ".availability", Unit::ratio, served * (1.0 - solution.errors));
  figures.from("alternating renewal", true);
  if (crashes)
    figures.add(station.name + ".replicas", Unit::one,
                static_cast<double>(station.replicas) * (1.0 - station.breakdown->share()));
}

void add_service(Scenario const& scenario, StepGraph const& graph, Equilibrium const& equilibrium,
                 std::size_t index, FigureList& figures) {
  auto const& place = equilibrium.at(index);
  Service const& service = scenario.services[index];
  if (!place.station || !place.solution) return;
  Station const& station = *place.station;
  StationSolution const& solution = *place.solution;
  auto const& queue = solution.figures;
  std::string const& name = service.name;
  figures.from(solution.model, solution.exact);
  figures.add(name + ".arrivals", Unit::per_second, station.rate);
  if (station.slots != unlimited && !equilibrium.overloaded())
    figures.add(name + ".utilisation", Unit::ratio, queue.utilisation * station.usable);
  if (service.cores)
    figures.add(name + ".cpu", Unit::ratio,
                equilibrium.traffic().work(index) *
                    (1.0 - queue.loss_probability - solution.failed) /
                    (static_cast<double>(service.replicas) * *service.cores));
  auto const channel = channel_of(scenario, station);
  if (!channel.empty()) {
    add_channel(channel, solution, figures);
    return;
  }
  if (station.slots != unlimited) add_waiting(station, solution, figures);
  figures.add(name + ".in_flight.mean", Unit::one, queue.mean_in_system * solution.parts);
  auto const operations = operations_of(graph, equilibrium.traffic(), index);
  bool const here_only =
      operations.size() == 1 &&
      std::abs(equilibrium.traffic().means(operations[0]).response -
               equilibrium.traffic().means(operations[0]).held) <= 1e-9 * station.hold.mean &&
      equilibrium.traffic().means(operations[0]).succeeds > 1.0 - 1e-12;
  if (!here_only || station.patience) return;
  figures.add(name + ".latency.mean", Unit::second, queue.mean_sojourn);
  if (solution.sojourn_above)
    figures.add_percentiles(name + ".latency", solution.sojourn_above, queue.mean_sojourn);
}

}  // namespace

void add_service_figures(Scenario const& scenario, StepGraph const& graph,
                         Equilibrium const& equilibrium, FigureList& figures) {
  for (std::size_t i = 0; i < scenario.services.size(); ++i)
    add_service(scenario, graph, equilibrium, i, figures);
  for (std::size_t i = 0; i < scenario.services.size(); ++i)
    if (auto const& place = equilibrium.at(i); place.station && place.solution)
      add_breakdown(*place.station, *place.solution, figures);
}

void add_cache_figures(Scenario const& scenario, StepGraph const& graph, Traffic const& traffic,
                       FigureList& figures) {
  static_cast<void>(scenario);
  for (std::size_t operation = 0; operation < graph.operations(); ++operation) {
    auto const& caches = traffic.means(operation).caches;
    for (std::size_t i = 0; i < caches.size(); ++i) {
      bool const keys = std::holds_alternative<KeyCacheOptions>(caches[i].cache->contents);
      std::string name = graph.name(operation) + ".cache";
      if (i > 0) name += "-" + std::to_string(i + 1);
      double const misses = traffic.misses().of(*caches[i].cache);
      figures.from(keys ? "Che" : "by its hit ratio", !keys);
      figures.add(name + ".hits", Unit::ratio, 1.0 - misses);
      figures.add(name + ".misses", Unit::per_second,
                  traffic.rate(operation) * caches[i].asked * misses);
    }
  }
}

}  // namespace sojourn
