#include "analysis/theory/closed_network.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sojourn::theory {

using Eigen::Index;
using Eigen::MatrixXd;

namespace {

Requirements requirements_of(ClosedNetwork const& network) {
  Requirements needs;
  needs.that(!network.classes.empty(), "there is no class of users")
      .that(!network.stations.empty(), "there is no station");
  for (auto const& station : network.stations)
    needs.that(station.servers >= 0, station.name + " has fewer than no servers");
  for (auto const& each : network.classes) {
    needs.that(each.users >= 0, "there are fewer than no users")
        .not_negative("the think time", each.think_time)
        .that(each.demands.size() == network.stations.size(),
              "the demands are not of as many stations");
    double round = each.think_time;
    for (double const demand : each.demands) {
      needs.not_negative("a demand", demand);
      round += demand;
    }
    needs.that(round > 0.0, "a round takes no time at all");
  }
  return needs;
}

/// Of every population up to the whole one: how many are at each station, and with which chance
/// 0, 1, ..., servers-2 are.
class Populations {
 public:
  explicit Populations(ClosedNetwork const& network) : network_(network) {
    for (auto const& each : network.classes) {
      strides_.push_back(count_);
      count_ *= static_cast<std::size_t>(each.users) + 1;
    }
    for (auto const& station : network.stations) {
      offsets_.push_back(width_);
      width_ += 1 + static_cast<std::size_t>(std::max(0, station.servers - 1));
    }
  }

  /// Numbers to keep, in floating point, for it may be too large for a count.
  [[nodiscard]] static double cost(ClosedNetwork const& network) {
    double populations = 1.0, width = 0.0;
    for (auto const& each : network.classes) populations *= each.users + 1.0;
    for (auto const& station : network.stations) width += std::max(1, station.servers);
    return populations * width;
  }

  ClosedSolution solve() {
    std::size_t const classes = network_.classes.size();
    figures_.assign(count_ * width_, 0.0);
    std::vector<int> population(classes, 0);
    ClosedSolution solution;
    for (std::size_t index = 0; index < count_; ++index) {
      std::size_t rest = index;
      for (std::size_t r = classes; r-- > 0;) {
        population[r] = static_cast<int>(rest / strides_[r]);
        rest %= strides_[r];
      }
      step(index, population, solution);
    }
    return solution;
  }

 private:
  [[nodiscard]] double& queue(std::size_t population, std::size_t station) {
    return figures_[population * width_ + offsets_[station]];
  }
  [[nodiscard]] double& chance(std::size_t population, std::size_t station, int present) {
    return figures_[population * width_ + offsets_[station] + 1 +
                    static_cast<std::size_t>(present)];
  }

  /// Time at the station in a round, when an arrival sees that population.
  [[nodiscard]] double residence(double demand, std::size_t seen, std::size_t station) {
    int const servers = network_.stations[station].servers;
    if (servers == 0) return demand;
    double idle = 0.0;
    for (int j = 0; j + 2 <= servers; ++j) idle += (servers - 1 - j) * chance(seen, station, j);
    return demand / servers * (1.0 + queue(seen, station) + idle);
  }

  void step(std::size_t index, std::vector<int> const& population, ClosedSolution& solution) {
    auto const classes = static_cast<Index>(population.size());
    auto const stations = static_cast<Index>(network_.stations.size());
    solution = {};
    solution.residence = solution.present = MatrixXd::Zero(classes, stations);
    for (Index r = 0; r < classes; ++r) {
      auto const row = static_cast<std::size_t>(r);
      double response = 0.0, throughput = 0.0;
      if (population[row] > 0) {
        for (Index k = 0; k < stations; ++k) {
          auto const column = static_cast<std::size_t>(k);
          double const time =
              residence(network_.classes[row].demands[column], index - strides_[row], column);
          solution.residence(r, k) = time;
          response += time;
        }
        throughput = population[row] / (network_.classes[row].think_time + response);
        solution.present.row(r) = throughput * solution.residence.row(r);
      }
      solution.throughput.push_back(throughput);
      solution.response.push_back(response);
    }
    for (std::size_t k = 0; k < network_.stations.size(); ++k)
      settle(index, k, population, solution);
  }

  void settle(std::size_t index, std::size_t k, std::vector<int> const& population,
              ClosedSolution& solution) {
    queue(index, k) = solution.present.col(static_cast<Index>(k)).sum();
    int const servers = network_.stations[k].servers;
    double busy = 0.0;
    for (std::size_t r = 0; r < population.size(); ++r)
      busy += solution.throughput[r] * network_.classes[r].demands[k];
    solution.utilisation.push_back(busy / std::max(1, servers));
    if (servers < 2) return;
    double partly = 0.0;
    for (int j = 1; j < servers; ++j) {
      double sum = 0.0;
      for (std::size_t r = 0; r < population.size(); ++r)
        if (population[r] > 0)
          sum += network_.classes[r].demands[k] * solution.throughput[r] *
                 chance(index - strides_[r], k, j - 1);
      double const here = sum / j;
      if (j + 1 < servers) chance(index, k, j) = here;
      partly += (servers - j) * here;
    }
    // Cancels at high loads, where it is next to nothing.
    chance(index, k, 0) = std::max(0.0, 1.0 - (busy + partly) / servers);
  }

  ClosedNetwork const& network_;
  std::vector<std::size_t> strides_, offsets_;
  std::size_t count_ = 1, width_ = 0;
  std::vector<double> figures_;
};

}  // namespace

Answer<ClosedSolution> mean_value_analysis(ClosedNetwork const& network) {
  auto needs = requirements_of(network);
  if (!needs.broken())
    needs.that(Populations::cost(network) <= 5e7, "there are too many users for an exact solution");
  if (needs.broken()) return needs.failure();
  return Populations(network).solve();
}

Answer<ClosedSolution> approximate_mean_value_analysis(ClosedNetwork const& network) {
  auto const needs = requirements_of(network);
  if (needs.broken()) return needs.failure();
  auto const classes = static_cast<Index>(network.classes.size());
  auto const stations = static_cast<Index>(network.stations.size());
  MatrixXd present = MatrixXd::Zero(classes, stations);
  for (Index r = 0; r < classes; ++r)
    present.row(r).setConstant(network.classes[static_cast<std::size_t>(r)].users /
                               static_cast<double>(stations));
  ClosedSolution solution;
  for (int pass = 0; pass < 100'000; ++pass) {
    solution = {};
    solution.residence = solution.present = MatrixXd::Zero(classes, stations);
    solution.utilisation.assign(network.stations.size(), 0.0);
    for (Index r = 0; r < classes; ++r) {
      ClosedClass const& own = network.classes[static_cast<std::size_t>(r)];
      double response = 0.0;
      for (Index k = 0; k < stations; ++k) {
        auto const column = static_cast<std::size_t>(k);
        int const servers = network.stations[column].servers;
        double time = own.demands[column];
        if (servers > 0 && own.users > 0) {
          double const seen = present.col(k).sum() - present(r, k) / own.users;
          time = time * (servers - 1.0) / servers + time / servers * (1.0 + seen);
        }
        solution.residence(r, k) = time;
        response += time;
      }
      double const throughput = own.users / (own.think_time + response);
      solution.throughput.push_back(throughput);
      solution.response.push_back(response);
      solution.present.row(r) = throughput * solution.residence.row(r);
      for (std::size_t k = 0; k < network.stations.size(); ++k)
        solution.utilisation[k] +=
            throughput * own.demands[k] / std::max(1, network.stations[k].servers);
    }
    double const change = (solution.present - present).cwiseAbs().maxCoeff();
    present = solution.present;
    if (change < 1e-10) break;
  }
  return solution;
}

Answer<ClosedSolution> convolution(ClosedNetwork const& network) {
  auto needs = requirements_of(network);
  needs.that(network.classes.size() == 1, "it is of one class of users");
  if (needs.broken()) return needs.failure();
  ClosedClass const& users = network.classes.front();
  auto const n = static_cast<std::size_t>(users.users);
  // In units of the longest demand, so that constants stay near one for many users.
  double unit = users.think_time;
  for (double const demand : users.demands) unit = std::max(unit, demand);

  auto const factors = [&](double demand, int servers) {
    std::vector<double> f{1.0};
    for (std::size_t j = 1; j <= n; ++j) {
      auto const busy =
          static_cast<double>(servers == 0 ? j : std::min(j, static_cast<std::size_t>(servers)));
      f.push_back(f.back() * demand / unit / busy);
    }
    return f;
  };
  auto const convolved = [&](std::vector<double> const& a, std::vector<double> const& b) {
    std::vector<double> sum(n + 1, 0.0);
    for (std::size_t i = 0; i <= n; ++i)
      for (std::size_t j = 0; j <= i; ++j) sum[i] += a[j] * b[i - j];
    return sum;
  };
  std::size_t const stations = network.stations.size();
  auto const without = [&](std::size_t left_out) {
    auto g = factors(users.think_time, 0);
    for (std::size_t k = 0; k < stations; ++k)
      if (k != left_out) g = convolved(g, factors(users.demands[k], network.stations[k].servers));
    return g;
  };

  auto const g = without(stations);
  if (!(g[n] > 0.0) || !std::isfinite(g[n]))
    return Unsolvable{"its normalising constant is beyond what can be written down"};
  ClosedSolution solution;
  double const throughput = n == 0 ? 0.0 : g[n - 1] / g[n] / unit;
  solution.throughput.push_back(throughput);
  solution.residence = solution.present = MatrixXd::Zero(1, static_cast<Index>(stations));
  for (std::size_t k = 0; k < stations; ++k) {
    auto const others = without(k);
    auto const own = factors(users.demands[k], network.stations[k].servers);
    double mean = 0.0;
    for (std::size_t j = 1; j <= n; ++j) mean += static_cast<double>(j) * own[j] * others[n - j];
    auto const column = static_cast<Index>(k);
    solution.present(0, column) = mean / g[n];
    if (throughput > 0.0) solution.residence(0, column) = mean / g[n] / throughput;
    solution.utilisation.push_back(throughput * users.demands[k] /
                                   std::max(1, network.stations[k].servers));
  }
  solution.response.push_back(solution.residence.sum());
  return solution;
}

namespace {

Requirements requirements_of(std::vector<double> const& demands, double think_time, int users) {
  Requirements needs;
  needs.not_negative("the think time", think_time).at_least("the number of users", users, 1);
  for (double const demand : demands) needs.not_negative("a demand", demand);
  needs.positive("the sum of the demands", std::accumulate(demands.begin(), demands.end(), 0.0));
  return needs;
}

}  // namespace

Answer<Bounds> asymptotic_bounds(std::vector<double> const& demands, double think_time, int users) {
  auto const needs = requirements_of(demands, think_time, users);
  if (needs.broken()) return needs.failure();
  double const sum = std::accumulate(demands.begin(), demands.end(), 0.0);
  double const most = *std::max_element(demands.begin(), demands.end());
  return Bounds{users / (users * sum + think_time),
                std::min(1.0 / most, users / (sum + think_time))};
}

Answer<Bounds> balanced_job_bounds(std::vector<double> const& demands, double think_time,
                                   int users) {
  auto const needs = requirements_of(demands, think_time, users);
  if (needs.broken()) return needs.failure();
  double const sum = std::accumulate(demands.begin(), demands.end(), 0.0);
  double const most = *std::max_element(demands.begin(), demands.end());
  double const mean = sum / static_cast<double>(demands.size());
  double const others = users - 1.0;
  double const slowest = sum + think_time + others * most / (1.0 + think_time / (users * sum));
  double const fastest = sum + think_time + others * mean / (1.0 + think_time / sum);
  return Bounds{users / slowest, std::min(1.0 / most, users / fastest)};
}

}  // namespace sojourn::theory
