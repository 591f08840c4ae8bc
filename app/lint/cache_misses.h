#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "app/config/step_graph.h"
#include "sim/distribution.h"

namespace sojourn {

struct ExecutionMeans;

/// The share of those who find their key in a cache that has been asked for long, `rate` times a
/// second by independent requests:
///
///     sum over keys k of p(k) h(k),   h = m / (1 + m),   m = hits for each time that k is put in
///     lru           m = e^(r T) - 1, at most r ttl       r = p(k) rate
///     fifo, random  m = r min(T, ttl)
///     T, for which an unused key stays, solves: sum over keys of h(k) = capacity
///     lfu           the most popular keys, as many as there is room for; there m = r ttl
///
/// With both limits, lru is taken as the stricter one of them. Fetching takes no time.
/// Source: Che, Tung and Wang, "Hierarchical web caching systems", IEEE JSAC 20 (2002); for fifo
/// and random Martina, Garetto and Leonardi, "A unified approach to the performance analysis of
/// caching systems", INFOCOM (2014).
double hit_ratio(KeyCacheOptions const& cache, double capacity,
                 Distribution::Popularity const& keys, double rate);

/// Which share of those that ask each cache miss. Of a cache of keys that is not known before it is
/// known how often it is asked, and not at all where its keys follow no law that is known, or
/// several: then none do.
class CacheMisses {
 public:
  CacheMisses() = default;
  CacheMisses(Scenario const& scenario, StepGraph const& graph);

  [[nodiscard]] double of(CacheStep const& cache) const;

  /// Takes in how often operations run, in 1/s by vertex, and what they do. True if that changes
  /// something.
  bool update(Scenario const& scenario, StepGraph const& graph, std::vector<double> const& rates,
              std::vector<ExecutionMeans> const& means);

 private:
  /// Of keys: how many values, exponent, mean. No values: not known.
  using Law = std::tuple<double, double, double>;

  static Law law_of(Distribution const& keys);
  void spread(StepGraph const& graph, std::size_t from, std::set<Law> const& laws);
  [[nodiscard]] std::optional<Distribution::Popularity> popularity(KeyCacheOptions const& cache,
                                                                   std::size_t operation) const;

  std::vector<std::set<Law>> laws_;  // (vertices) of the keys of what comes there
  std::map<CacheStep const*, double> misses_;
};

}  // namespace sojourn
