#include "analysis/theory/open_network.h"

#include <algorithm>
#include <cmath>

#include "analysis/theory/approximations.h"
#include "analysis/theory/mg1.h"
#include "analysis/theory/mmc.h"

namespace sojourn::theory {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

VectorXd outside_of(OpenNetwork const& network) {
  VectorXd outside(static_cast<Index>(network.stations.size()));
  for (Index i = 0; i < outside.size(); ++i)
    outside(i) = network.stations[static_cast<std::size_t>(i)].outside_rate;
  return outside;
}

Requirements requirements_of(OpenNetwork const& network) {
  auto const n = static_cast<Index>(network.stations.size());
  Requirements needs;
  needs.that(n > 0, "there is no station")
      .that(network.routing.rows() == n && network.routing.cols() == n,
            "the routing is not of as many stations");
  for (auto const& station : network.stations)
    needs.not_negative("arrivals from outside at " + station.name, station.outside_rate)
        .positive("the service time at " + station.name, station.service.mean)
        .that(station.servers >= 0, station.name + " has fewer than no servers");
  if (needs.broken()) return needs;
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j)
      needs.not_negative("the visits after " + network.stations[static_cast<std::size_t>(i)].name,
                         network.routing(i, j));
  return needs;
}

std::string endless(OpenNetwork const& network) {
  Eigen::EigenSolver<MatrixXd> const solver(network.routing.transpose());
  Index largest = 0, station = 0;
  solver.eigenvalues().cwiseAbs().maxCoeff(&largest);
  solver.eigenvectors().col(largest).cwiseAbs().maxCoeff(&station);
  return "what goes round by " + network.stations[static_cast<std::size_t>(station)].name +
         " never comes to an end";
}

OpenSolution summed_up(OpenNetwork const& network, std::vector<double> const& rates,
                       std::vector<StationFigures> stations) {
  OpenSolution solution;
  double const outside = outside_of(network).sum();
  for (std::size_t i = 0; i < stations.size(); ++i) {
    solution.visits.push_back(rates[i] / outside);
    solution.mean_in_network += stations[i].mean_in_system;
  }
  solution.mean_time_in_network = solution.mean_in_network / outside;
  solution.stations = std::move(stations);
  return solution;
}

Unsolvable at(OpenStation const& station, Unsolvable const& why) {
  return {"at " + station.name + " " + why.reason};
}

/// How much less than M/M/c's the wait is where arrivals are regular.
/// Source: Kraemer and Langenbach-Belz (1976), as in Whitt (1983), equation (45).
double regular_arrivals(double load, double arrival_scv, double service_scv) {
  if (arrival_scv >= 1.0 || arrival_scv + service_scv <= 0.0) return 1.0;
  double const off = 1.0 - arrival_scv;
  return std::exp(-2.0 * (1.0 - load) * off * off / (3.0 * load * (arrival_scv + service_scv)));
}

/// The scv of arrivals at each station.
/// Source: Whitt (1983), equations (24) to (29).
class Variability {
 public:
  Variability(OpenNetwork const& network, std::vector<double> const& rates)
      : network_(network), rates_(rates), n_(static_cast<Index>(rates.size())) {}

  [[nodiscard]] VectorXd solve() const {
    MatrixXd equations = MatrixXd::Identity(n_, n_);
    VectorXd right = VectorXd::Ones(n_);
    for (Index j = 0; j < n_; ++j) add_station(j, equations, right);
    return equations.partialPivLu().solve(right).cwiseMax(0.0);
  }

 private:
  [[nodiscard]] OpenStation const& station(Index i) const {
    return network_.stations[static_cast<std::size_t>(i)];
  }
  [[nodiscard]] double rate(Index i) const { return rates_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] double load(Index i) const {
    if (station(i).servers == 0) return 0.0;
    return std::min(1.0, rate(i) * station(i).service.mean / station(i).servers);
  }
  /// Share of the arrivals at j that come from i.
  [[nodiscard]] double share(Index i, Index j) const {
    return rate(i) * network_.routing(i, j) / rate(j);
  }

  void add_station(Index j, MatrixXd& equations, VectorXd& right) const {
    if (rate(j) <= 0.0) return;
    double const outside = station(j).outside_rate / rate(j);
    double squares = outside * outside;
    for (Index i = 0; i < n_; ++i) squares += share(i, j) * share(i, j);
    double const idle = 1.0 - load(j);
    double const weight = 1.0 / (1.0 + 4.0 * idle * idle * (1.0 / squares - 1.0));
    double sum = outside * station(j).outside_scv - 1.0;
    for (Index i = 0; i < n_; ++i) {
      if (share(i, j) <= 0.0) continue;
      double const q = std::min(1.0, network_.routing(i, j));
      double const busy = load(i) * load(i);
      double const servers = std::max(1, station(i).servers);
      double const served =
          1.0 + (std::max(station(i).service.scv, 0.2) - 1.0) / std::sqrt(servers);
      sum += share(i, j) * ((1.0 - q) + q * busy * served);
      equations(j, i) -= weight * share(i, j) * q * (1.0 - busy);
    }
    right(j) = 1.0 + weight * sum;
  }

  OpenNetwork const& network_;
  std::vector<double> const& rates_;
  Index n_;
};

}  // namespace

Answer<std::vector<double>> traffic(OpenNetwork const& network) {
  auto const needs = requirements_of(network);
  if (needs.broken()) return needs.failure();
  auto const n = static_cast<Index>(network.stations.size());
  auto const solver = (MatrixXd::Identity(n, n) - network.routing.transpose()).fullPivLu();
  if (!solver.isInvertible()) return Unsolvable{endless(network)};
  VectorXd const rates = solver.solve(outside_of(network));
  // Where more comes back than was sent, the equations have a solution that means nothing.
  if (network.routing.eigenvalues().cwiseAbs().maxCoeff() >= 1.0)
    return Unsolvable{endless(network)};
  std::vector<double> result;
  for (Index i = 0; i < n; ++i) result.push_back(std::max(0.0, rates(i)));
  return result;
}

Answer<OpenSolution> jackson(OpenNetwork const& network) {
  auto const rates = traffic(network);
  if (!rates) return rates.failure();
  std::vector<StationFigures> stations;
  for (std::size_t i = 0; i < rates->size(); ++i) {
    OpenStation const& station = network.stations[i];
    double const rate = (*rates)[i];
    StationFigures figures;
    if (rate > 0.0 && station.servers > 0) {
      auto const queue = Mmc::solve(rate, 1.0 / station.service.mean, station.servers);
      if (!queue) return at(station, queue.failure());
      figures = queue->figures();
    } else if (rate > 0.0) {
      figures = *mg_infinity(rate, station.service.mean);
    }
    stations.push_back(figures);
  }
  return summed_up(network, *rates, std::move(stations));
}

namespace {

std::vector<double> arrival_scvs(OpenNetwork const& network, std::vector<double> const& rates) {
  VectorXd const found = Variability(network, rates).solve();
  return {found.data(), found.data() + found.size()};
}

Requirements variability_of(OpenNetwork const& network) {
  Requirements needs;
  for (auto const& station : network.stations)
    needs.not_negative("the variability of service at " + station.name, station.service.scv)
        .not_negative("the variability of arrivals at " + station.name, station.outside_scv);
  return needs;
}

}  // namespace

Answer<std::vector<double>> arrival_scvs(OpenNetwork const& network) {
  auto const needs = variability_of(network);
  if (needs.broken()) return needs.failure();
  auto const rates = traffic(network);
  if (!rates) return rates.failure();
  return arrival_scvs(network, *rates);
}

Answer<StationFigures> two_moment_station(TwoMoments const& interarrival, TwoMoments const& service,
                                          int servers) {
  auto const near = allen_cunneen(interarrival, service, servers);
  if (!near) return near;
  StationFigures figures = *near;
  figures.mean_wait *= regular_arrivals(figures.utilisation, interarrival.scv, service.scv);
  figures.mean_sojourn = figures.mean_wait + service.mean;
  figures.mean_queue = figures.throughput * figures.mean_wait;
  figures.mean_in_system = figures.throughput * figures.mean_sojourn;
  return figures;
}

Answer<OpenSolution> queueing_network_analyzer(OpenNetwork const& network) {
  auto const needs = variability_of(network);
  if (needs.broken()) return needs.failure();
  auto const markov = jackson(network);
  if (!markov) return markov.failure();
  auto const rates = traffic(network);
  auto const scvs = arrival_scvs(network, *rates);
  std::vector<StationFigures> stations = markov->stations;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    OpenStation const& station = network.stations[i];
    if (stations[i].throughput <= 0.0 || station.servers == 0) continue;
    auto const near =
        two_moment_station({1.0 / (*rates)[i], scvs[i]}, station.service, station.servers);
    if (!near) return at(station, near.failure());
    stations[i] = *near;
  }
  return summed_up(network, *rates, std::move(stations));
}

}  // namespace sojourn::theory
