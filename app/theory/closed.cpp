#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "analysis/theory/closed_network.h"
#include "analysis/theory/markov_station.h"
#include "app/theory/closed_parts.h"
#include "app/theory/holding.h"
#include "app/theory/streams.h"

namespace sojourn {
namespace {

double users_of(Scenario const& scenario) {
  double users = 0.0;
  for (Workload const& workload : scenario.workloads)
    if (auto const* closed = std::get_if<ClosedArrivals>(&workload.arrivals))
      users += static_cast<double>(closed->users);
  return users;
}

/// The time of one execution in which it neither works nor waits for those whom it calls, s.
double idle_time(ExecutionMeans const& means, std::vector<ExecutionMeans const*> const& all) {
  double rest = means.held - means.work;
  for (auto const& visit : means.visits)
    if (std::holds_alternative<CallStep>(visit.step->action))
      rest -= visit.times * all[visit.target]->response;
  return std::max(0.0, rest);
}

/// A scenario of closed workloads as a network with product form, as far as it is one.
class ProductForm {
 public:
  explicit ProductForm(Scenario const& scenario) : scenario_(scenario), users_(users_of(scenario)) {
    for (Workload const& workload : scenario.workloads) add_class(workload);
    for (auto const& service : scenario.services)
      network_.stations.push_back({service.name, servers_of(service)});
    for (std::size_t i = 0; i < scenario.services.size(); ++i) judge(i);
  }

  [[nodiscard]] std::vector<std::string> const& differences() const { return differences_; }
  [[nodiscard]] theory::ClosedNetwork const& network() const { return network_; }
  /// Visits of a class to a service in a round.
  [[nodiscard]] double visits(std::size_t index, std::size_t service) const {
    return views_[index]->traffic->arrivals(service);
  }
  [[nodiscard]] bool is_queue(std::size_t service) const {
    return network_.stations[service].servers > 0 && !scenario_.services[service].cores;
  }

 private:
  void add_class(Workload const& workload) {
    auto const& closed = std::get<ClosedArrivals>(workload.arrivals);
    views_.push_back(std::make_unique<OpenView>(scenario_, workload.name));
    OpenView const& view = *views_.back();
    theory::ClosedClass users{static_cast<int>(closed.users), closed.think.mean(), {}};
    std::vector<ExecutionMeans const*> means;
    for (std::size_t v = 0; v < view.graph->operations(); ++v)
      means.push_back(&view.traffic->means(v));
    for (std::size_t i = 0; i < scenario_.services.size(); ++i) {
      double demand = 0.0;
      bool const cores = scenario_.services[i].cores.has_value();
      for (std::size_t v = 0; v < view.graph->operations(); ++v) {
        if (view.graph->service(v) != i || view.traffic->rate(v) <= 0.0) continue;
        double const idle = idle_time(*means[v], means);
        demand += view.traffic->rate(v) * (means[v]->work + (cores ? 0.0 : idle));
        if (cores) users.think_time += view.traffic->rate(v) * idle;
      }
      users.demands.push_back(demand);
    }
    network_.classes.push_back(std::move(users));
    if (workload.options.timeout) differ(workload.name + " gives up after a while");
  }

  [[nodiscard]] static int servers_of(Service const& service) {
    if (service.cores) return static_cast<int>(std::max(1.0, *service.cores));
    return service.concurrency == unlimited
               ? 0
               : static_cast<int>(std::min<Limit>(service.concurrency, 1'000'000));
  }

  void judge(std::size_t index) {
    Service const& service = scenario_.services[index];
    std::vector<std::size_t> classes;
    for (std::size_t r = 0; r < views_.size(); ++r)
      if (visits(r, index) > 0.0) classes.push_back(r);
    if (classes.empty()) return;
    std::string const& name = service.name;
    bool const room =
        service.concurrency == unlimited || static_cast<double>(service.concurrency) >= users_;
    if (service.cores) {
      if (!room) differ("at " + name + " slots and cores are both limited");
      if (room && !service.blocking) return;
      if (room && *service.cores != std::floor(*service.cores))
        differ(name + " has a part of a core");
      return;
    }
    if (service.replicas != 1 && !room) differ(name + " has several replicas");
    if (service.concurrency == unlimited) return;
    double mean = -1.0;
    for (std::size_t const r : classes) {
      auto const holding =
          holding_of(views_[r]->scenario, *views_[r]->graph, *views_[r]->traffic, index);
      if (!holding.alone && !room)
        differ(name + ": " +
               (holding.differences.empty() ? "its slot is held in pieces"
                                            : holding.differences.front()));
      if (holding.alone && !holding.law.exponential())
        differ("the time in a slot of " + name + " is not exponential");
      if (mean >= 0.0 && std::abs(mean / holding.law.mean - 1.0) > 1e-9)
        differ(name + " serves some longer than others, in order");
      mean = holding.law.mean;
    }
    if (service.queue.capacity != unlimited &&
        static_cast<double>(service.queue.capacity + service.concurrency) < users_)
      differ("the line of " + name + " is limited");
    if (service.queue.discipline != Discipline::fifo) differ(name + " does not serve in order");
  }

  void differ(std::string why) {
    if (std::find(differences_.begin(), differences_.end(), why) == differences_.end())
      differences_.push_back(std::move(why));
  }

  Scenario const& scenario_;
  double users_;
  std::vector<std::unique_ptr<OpenView>> views_;  // (classes)
  theory::ClosedNetwork network_;
  std::vector<std::string> differences_;
};

void add_class_figures(Scenario const& scenario, theory::ClosedSolution const& solution,
                       FigureList& figures) {
  for (std::size_t r = 0; r < scenario.workloads.size(); ++r) {
    std::string const& name = scenario.workloads[r].name;
    figures.add(name + ".arrivals", Unit::per_second, solution.throughput[r]);
    figures.add(name + ".goodput", Unit::per_second, solution.throughput[r]);
    figures.add(name + ".availability", Unit::ratio, 1.0);
    figures.add(name + ".in_flight.mean", Unit::one, solution.throughput[r] * solution.response[r]);
    figures.add(name + ".latency.mean", Unit::second, solution.response[r]);
  }
}

void add_station_figures(Scenario const& scenario, ProductForm const& model,
                         theory::ClosedSolution const& solution, FigureList& figures) {
  for (std::size_t i = 0; i < scenario.services.size(); ++i) {
    auto const column = static_cast<Eigen::Index>(i);
    double arrivals = 0.0, busy = 0.0;
    for (std::size_t r = 0; r < scenario.workloads.size(); ++r) {
      arrivals += solution.throughput[r] * model.visits(r, i);
      busy += solution.throughput[r] * model.network().classes[r].demands[i];
    }
    if (arrivals <= 0.0) continue;
    std::string const& name = scenario.services[i].name;
    figures.add(name + ".arrivals", Unit::per_second, arrivals);
    if (scenario.services[i].cores)
      figures.add(name + ".cpu", Unit::ratio, solution.utilisation[i]);
    if (!model.is_queue(i)) continue;
    double const present = solution.present.col(column).sum();
    figures.add(name + ".utilisation", Unit::ratio, solution.utilisation[i]);
    figures.add(name + ".in_flight.mean", Unit::one, present);
    figures.add(name + ".queue.mean", Unit::one, std::max(0.0, present - busy));
    figures.add(name + ".wait.mean", Unit::second, std::max(0.0, present - busy) / arrivals);
  }
}

/// One station and users who think: the distribution too.
void add_finite_source(Scenario const& scenario, ProductForm const& model, FigureList& figures) {
  if (scenario.workloads.size() != 1 || scenario.services.size() != 1 || !model.is_queue(0)) return;
  auto const& users = model.network().classes.front();
  if (users.think_time <= 0.0 || std::abs(model.visits(0, 0) - 1.0) > 1e-12) return;
  auto const& station = model.network().stations.front();
  auto const solved = theory::MarkovStation::solve({.arrival_rate = 1.0 / users.think_time,
                                                    .service_rate = 1.0 / users.demands.front(),
                                                    .servers = station.servers,
                                                    .capacity = std::nullopt,
                                                    .sources = users.users});
  if (!solved) return;
  figures.from(fmt::format("M/M/{}//{}", station.servers, users.users), true);
  figures.add_percentiles(
      scenario.workloads.front().name + ".latency",
      [&](double t) { return solved->sojourn_above(t); }, solved->mean_sojourn_of_served());
  figures.add_percentiles(
      station.name + ".wait", [&](double t) { return solved->wait_above(t); },
      solved->mean_sojourn_of_served());
}

void add_bounds(Scenario const& scenario, ProductForm const& model,
                ScenarioExpectation& expectation) {
  if (scenario.workloads.size() != 1) return;
  auto const& users = model.network().classes.front();
  std::vector<double> demands;
  double think = users.think_time;
  for (std::size_t i = 0; i < users.demands.size(); ++i) {
    int const servers = model.network().stations[i].servers;
    if (servers > 1) return;  // The bounds are those of single servers.
    if (servers == 0)
      think += users.demands[i];
    else if (users.demands[i] > 0.0)
      demands.push_back(users.demands[i]);
  }
  if (demands.empty()) return;
  std::string const metric = scenario.workloads.front().name + ".goodput";
  if (auto const wide = theory::asymptotic_bounds(demands, think, users.users))
    expectation.bounds.push_back(
        {metric, Unit::per_second, wide->lower, wide->upper, "asymptotic"});
  if (auto const narrow = theory::balanced_job_bounds(demands, think, users.users))
    expectation.bounds.push_back(
        {metric, Unit::per_second, narrow->lower, narrow->upper, "balanced jobs"});
}

bool only_closed(Scenario const& scenario) {
  return std::all_of(scenario.workloads.begin(), scenario.workloads.end(), [](auto const& each) {
    return std::holds_alternative<ClosedArrivals>(each.arrivals);
  });
}

/// What is offered at the rates that were found.
void add_resources(Scenario const& scenario, std::vector<double> const& rates,
                   ScenarioExpectation& expectation) {
  OpenView const all(scenario, rates);
  expectation.resources = resource_loads(all.scenario, *all.graph, *all.traffic);
}

bool add_product_form(Scenario const& scenario, ScenarioExpectation& expectation,
                      std::vector<std::string>& differences) {
  ProductForm const model(scenario);
  differences = model.differences();
  if (!differences.empty()) return false;
  auto solution = theory::mean_value_analysis(model.network());
  bool const exact = static_cast<bool>(solution);
  if (!exact) solution = theory::approximate_mean_value_analysis(model.network());
  if (!solution) {
    differences.push_back(solution.reason());
    return false;
  }
  std::string const name = exact ? "mean value analysis" : "mean value analysis (Schweitzer)";
  FigureList figures(expectation);
  figures.from(name, exact);
  add_class_figures(scenario, *solution, figures);
  add_station_figures(scenario, model, *solution, figures);
  add_finite_source(scenario, model, figures);
  add_bounds(scenario, model, expectation);
  for (Service const& service : scenario.services)
    expectation.stations.push_back(
        {service.name, name, exact, exact ? "" : "mostly within 5 %", {}});
  add_resources(scenario, solution->throughput, expectation);
  return true;
}

}  // namespace

OpenView::OpenView(Scenario of, std::string const& only) : scenario(std::move(of)) {
  std::erase_if(scenario.workloads, [&](Workload const& each) { return each.name != only; });
  for (Workload& workload : scenario.workloads)
    workload.arrivals = OpenArrivals{Distribution::exponential(1.0), std::nullopt};
  look();
}

OpenView::OpenView(Scenario of, std::vector<double> const& rates) : scenario(std::move(of)) {
  for (std::size_t i = 0; i < rates.size(); ++i) {
    Workload& workload = scenario.workloads[i];
    if (std::holds_alternative<ClosedArrivals>(workload.arrivals) && rates[i] > 0.0)
      workload.arrivals = OpenArrivals{Distribution::exponential(1.0 / rates[i]), std::nullopt};
  }
  look();
}

void OpenView::look() {
  for (Workload& workload : scenario.workloads) {
    workload.profile.clear();
    workload.sine.reset();
  }
  graph = std::make_unique<StepGraph>(scenario);
  traffic = std::make_unique<Traffic>(scenario, *graph);
}

void add_closed(Scenario const& scenario, ScenarioExpectation& expectation) {
  std::vector<std::string> differences;
  if (only_closed(scenario) && add_product_form(scenario, expectation, differences)) return;
  if (!only_closed(scenario))
    differences.emplace_back("users who wait for their answers meet others who do not");
  auto const rates = add_layered(scenario, differences, expectation);
  if (!rates.empty()) add_resources(scenario, rates, expectation);
}

}  // namespace sojourn
