#include "analysis/theory/layered.h"

#include <algorithm>
#include <cmath>

#include "app/lint/arrival_rate.h"
#include "app/theory/closed_parts.h"

namespace sojourn {
namespace {

constexpr char const* model_name = "layered mean value analysis";

/// The network, and where in it each workload is: operations come first, in the order of the graph.
struct Translation {
  theory::LayeredNetwork network;
  std::vector<std::size_t> entry_of;  ///< (workloads): of a closed one.
};

std::int64_t cores_of(double cores) {
  return static_cast<std::int64_t>(std::max(1.0, std::round(cores)));
}

std::size_t processor_of(Service const& service, Scenario const& scenario,
                         theory::LayeredNetwork& network) {
  if (!service.hosts.empty()) {
    auto const found =
        std::find_if(network.processors.begin(), network.processors.end(),
                     [&](auto const& each) { return each.name == service.hosts.front(); });
    if (found != network.processors.end())
      return static_cast<std::size_t>(found - network.processors.begin());
    for (Host const& host : scenario.hosts)
      if (host.name == service.hosts.front())
        network.processors.push_back(
            {host.name, cores_of(host.cores), host.scheduling == Host::Scheduling::sharing});
    return network.processors.size() - 1;
  }
  std::int64_t cores = 0;
  if (service.cores) cores = cores_of(static_cast<double>(service.replicas) * *service.cores);
  network.processors.push_back({service.name, cores, true});
  return network.processors.size() - 1;
}

theory::LayeredEntry entry_of(StepGraph const& graph, Traffic const& traffic,
                              std::size_t operation) {
  auto const& means = traffic.means(operation);
  theory::LayeredEntry::Phase phase;
  phase.demand = means.work;
  phase.delay = means.held - means.work;
  for (auto const& visit : means.visits) {
    if (!graph.is_operation(visit.target)) continue;
    phase.calls.push_back({visit.target, visit.times});
    if (std::holds_alternative<CallStep>(visit.step->action))
      phase.delay -= visit.times * traffic.means(visit.target).response;
  }
  phase.delay = std::max(0.0, phase.delay);
  return {graph.name(operation), graph.service(operation), {phase}, 0.0};
}

Translation translate(Scenario const& scenario, OpenView const& view) {
  Translation result;
  auto& network = result.network;
  for (Service const& service : scenario.services) {
    bool const limited = service.concurrency != unlimited && service.blocking;
    network.tasks.push_back({service.name, processor_of(service, scenario, network),
                             limited ? service.replicas * service.concurrency : 0, false, 0.0});
  }
  for (std::size_t v = 0; v < view.graph->operations(); ++v)
    network.entries.push_back(entry_of(*view.graph, *view.traffic, v));
  network.processors.push_back({"users", 0, false});
  for (Workload const& workload : scenario.workloads) {
    result.entry_of.push_back(network.entries.size());
    if (auto const* closed = std::get_if<ClosedArrivals>(&workload.arrivals)) {
      theory::LayeredEntry::Phase phase;
      for (auto const& target : workload.mix)
        phase.calls.push_back({view.graph->vertex(target.operation), target.share});
      network.tasks.push_back({workload.name, network.processors.size() - 1, closed->users, true,
                               closed->think.mean()});
      network.entries.push_back({workload.name, network.tasks.size() - 1, {phase}, 0.0});
      continue;
    }
    double const rate = mean_rate(workload, scenario.duration);
    for (auto const& target : workload.mix)
      network.entries[view.graph->vertex(target.operation)].open_rate += rate * target.share;
  }
  return result;
}

void add_figures(Scenario const& scenario, Translation const& translation,
                 theory::LayeredSolution const& solution, FigureList& figures) {
  figures.from(model_name, false);
  for (std::size_t i = 0; i < scenario.workloads.size(); ++i) {
    if (!std::holds_alternative<ClosedArrivals>(scenario.workloads[i].arrivals)) continue;
    std::string const& name = scenario.workloads[i].name;
    std::size_t const entry = translation.entry_of[i];
    figures.add(name + ".arrivals", Unit::per_second, solution.throughput[entry]);
    figures.add(name + ".goodput", Unit::per_second, solution.throughput[entry]);
    figures.add(name + ".latency.mean", Unit::second, solution.holding[entry]);
  }
  for (std::size_t s = 0; s < scenario.services.size(); ++s) {
    std::string const& name = scenario.services[s].name;
    double arrivals = 0.0;
    for (std::size_t e = 0; e < translation.network.entries.size(); ++e)
      if (translation.network.entries[e].task == s) arrivals += solution.throughput[e];
    if (arrivals <= 0.0) continue;
    figures.add(name + ".arrivals", Unit::per_second, arrivals);
    if (translation.network.tasks[s].threads > 0) {
      figures.add(name + ".utilisation", Unit::ratio, solution.thread_utilisation[s]);
      figures.add(name + ".wait.mean", Unit::second, solution.wait[s]);
      figures.add(name + ".queue.mean", Unit::one, arrivals * solution.wait[s]);
    }
    if (scenario.services[s].cores)
      figures.add(name + ".cpu", Unit::ratio,
                  solution.processor_utilisation[translation.network.tasks[s].processor]);
  }
}

}  // namespace

std::vector<double> add_layered(Scenario const& scenario,
                                std::vector<std::string> const& differences,
                                ScenarioExpectation& expectation) {
  std::vector<double> rates(scenario.workloads.size(), 1.0);
  OpenView const view(scenario, rates);
  auto const translation = translate(scenario, view);
  auto const solution = theory::layered_mean_value_analysis(translation.network);
  for (Service const& service : scenario.services) {
    StationExpectation station{service.name, solution ? model_name : "", false,
                               solution ? "mostly 5 to 15 % too low a throughput" : "",
                               differences};
    if (!solution) station.differences.push_back(solution.reason());
    expectation.stations.push_back(std::move(station));
  }
  if (!solution) {
    expectation.remarks.push_back("No steady state was found: " + solution.reason() + ".");
    return {};
  }
  FigureList figures(expectation);
  add_figures(scenario, translation, *solution, figures);
  for (std::size_t i = 0; i < rates.size(); ++i)
    if (std::holds_alternative<ClosedArrivals>(scenario.workloads[i].arrivals))
      rates[i] = solution->throughput[translation.entry_of[i]];
  return rates;
}

}  // namespace sojourn
