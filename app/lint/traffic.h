#pragma once

#include <cstddef>
#include <vector>

#include "app/lint/execution_means.h"

namespace sojourn {

/// The traffic equations of a scenario: who is asked how often, where every request is answered.
///
///     rate(v) = from outside(v) + sum over u of rate(u) * visits(u, v)
///
/// Caches of keys miss as often as hit_ratio in cache_misses.h says: a fixed point with the rates.
/// Retries are those of `congestion`, none without it; redeliveries, faults and what is turned away
/// are left out. Subscribers of one channel
/// share it equally, each run taking a full batch.
/// Source: Jackson, "Jobshop-like queueing systems", Management Science 10 (1963).
class Traffic {
 public:
  enum class Demand { mean, peak };  ///< Of the workloads, as in arrival_rate.h.

  Traffic(Scenario const& scenario, StepGraph const& graph, Demand demand = Demand::mean,
          Congestion const& congestion = {});

  /// Executions of an operation or messages into a channel, in 1/s.
  [[nodiscard]] double rate(std::size_t vertex) const { return rates_[vertex]; }
  [[nodiscard]] ExecutionMeans const& means(std::size_t operation) const {
    return means_[operation];
  }
  [[nodiscard]] CacheMisses const& misses() const { return misses_; }
  /// False where what calls itself would never come to an end; the rates are then too low.
  [[nodiscard]] bool settled() const { return settled_; }

  // Sums over the operations of a service.

  /// Requests and deliveries that ask for a slot, in 1/s.
  [[nodiscard]] double arrivals(std::size_t service) const;
  /// Slots that would be taken on average if there were enough of them.
  [[nodiscard]] double slots(std::size_t service) const;
  /// Cores that would work on average, or the speed that would be used.
  [[nodiscard]] double work(std::size_t service) const;
  /// So many of one of its pools would be in use.
  [[nodiscard]] double pool(std::size_t service, std::string const& name) const;

 private:
  struct Edge {
    std::size_t target;
    double weight;
  };

  [[nodiscard]] std::vector<std::vector<Edge>> edges(Congestion const& congestion) const;
  [[nodiscard]] double copies(Channel const& channel, std::size_t subscriber) const;
  void solve(std::vector<double> const& outside, Congestion const& congestion);

  Scenario const& scenario_;
  StepGraph const& graph_;
  CacheMisses misses_;
  std::vector<ExecutionMeans> means_;  // (operations)
  std::vector<double> rates_;          // (vertices)
  std::vector<std::vector<std::size_t>> operations_of_;
  bool settled_ = false;
};

}  // namespace sojourn
