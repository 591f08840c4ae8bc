#include "app/lint/cache_misses.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/lint/execution_means.h"

namespace sojourn {
namespace {

constexpr double for_ever = std::numeric_limits<double>::infinity();

/// Keys that are about as likely as each other.
struct KeyClass {
  double count = 1.0;
  double probability = 0.0;  ///< Of each.
};

/// One class for each of the first thousand keys, then of ranks that differ by a twentieth.
std::vector<KeyClass> classes_of(Distribution::Popularity const& keys) {
  constexpr double apart = 1000.0, growth = 1.05;
  if (keys.exponent == 0.0) return {{keys.values, 1.0 / keys.values}};
  std::vector<KeyClass> classes;
  double sum = 0.0;
  for (double rank = 1.0; rank <= keys.values;) {
    double const end =
        std::min(keys.values + 1.0, rank < apart ? rank + 1.0 : std::ceil(rank * growth));
    double const middle = (rank + end - 1.0) / 2.0;
    classes.push_back({end - rank, std::pow(middle, -keys.exponent)});
    sum += classes.back().count * classes.back().probability;
    rank = end;
  }
  for (KeyClass& each : classes) each.probability /= sum;
  return classes;
}

/// What the shares sum to over all keys, each weighed by `weight`.
template <class Share, class Weight>
double sum_over(std::vector<KeyClass> const& classes, Share const& share, Weight const& weight) {
  double sum = 0.0;
  for (KeyClass const& each : classes) sum += each.count * share(each) * weight(each);
  return sum;
}

double share_of_hits(double hits_for_each_miss) { return 1.0 - 1.0 / (1.0 + hits_for_each_miss); }

/// How likely it is that a key is there which is asked for `rate` times a second.
double presence(Eviction policy, double rate, double stays, double ttl) {
  if (rate <= 0.0) return 0.0;
  if (policy != Eviction::lru) return share_of_hits(rate * std::min(stays, ttl));
  return share_of_hits(std::min(rate * ttl, std::expm1(rate * stays)));
}

/// The most popular keys, as far as there is room.
double hits_of_most_popular(std::vector<KeyClass> const& classes, double capacity, double rate,
                            double ttl) {
  double hits = 0.0;
  for (KeyClass const& each : classes) {
    double const there = std::min(each.count, capacity);
    hits += there * each.probability * share_of_hits(each.probability * rate * ttl);
    capacity -= there;
  }
  return hits;
}

/// How long an unused key stays: the root of a sum that grows with it.
template <class Held>
double time_to_stay(double capacity, double keys, Held const& held) {
  if (keys <= capacity || held(for_ever) <= capacity) return for_ever;
  double low = 0.0, high = 1.0;
  while (held(high) < capacity) high *= 2.0;
  for (int i = 0; i < 60; ++i) {
    double const middle = (low + high) / 2.0;
    (held(middle) < capacity ? low : high) = middle;
  }
  return high;
}

}  // namespace

double hit_ratio(KeyCacheOptions const& cache, double capacity,
                 Distribution::Popularity const& keys, double rate) {
  // How often it is asked only matters where time does.
  double const ttl = cache.ttl && rate > 0.0 ? in_seconds(*cache.ttl) : for_ever;
  if (rate <= 0.0) rate = 1.0;
  auto const classes = classes_of(keys);
  if (cache.policy == Eviction::lfu) return hits_of_most_popular(classes, capacity, rate, ttl);
  auto const there = [&](double stays) {
    return [&, stays](KeyClass const& each) {
      return presence(cache.policy, each.probability * rate, stays, ttl);
    };
  };
  double const stays = time_to_stay(capacity, keys.values, [&](double time) {
    return sum_over(classes, there(time), [](KeyClass const&) { return 1.0; });
  });
  return sum_over(classes, there(stays), [](KeyClass const& each) { return each.probability; });
}

CacheMisses::CacheMisses(Scenario const& scenario, StepGraph const& graph) : laws_(graph.size()) {
  Law const same{1.0, 0.0, 0.0};  // the key 0 of those that have drawn none
  for (Workload const& workload : scenario.workloads)
    for (Workload::Target const& target : workload.mix)
      spread(graph, graph.vertex(target.operation),
             {workload.options.key ? law_of(*workload.options.key) : same});
  for (std::size_t vertex = graph.operations(); vertex < graph.size(); ++vertex)
    if (graph.channel(vertex).initial > 0) spread(graph, vertex, {same});
}

CacheMisses::Law CacheMisses::law_of(Distribution const& keys) {
  auto const law = keys.popularity();
  return law ? Law(law->values, law->exponent, keys.mean()) : Law(0.0, 0.0, keys.mean());
}

/// Requests with keys of these laws come to a vertex, and what they cause goes on from there.
void CacheMisses::spread(StepGraph const& graph, std::size_t from, std::set<Law> const& laws) {
  std::vector<std::pair<std::size_t, std::set<Law>>> coming{{from, laws}};
  while (!coming.empty()) {
    auto const [vertex, added] = coming.back();
    coming.pop_back();
    std::size_t const before = laws_[vertex].size();
    laws_[vertex].insert(added.begin(), added.end());
    if (laws_[vertex].size() == before) continue;
    std::set<Law> const all = laws_[vertex];
    if (!graph.is_operation(vertex)) {
      Channel const& channel = graph.channel(vertex);
      if (channel.dead_letter) coming.emplace_back(graph.vertex(*channel.dead_letter), all);
      for (Subscriber const& subscriber : channel.subscribers) {
        coming.emplace_back(graph.vertex(subscriber.operation), all);
        if (subscriber.dead_letter) coming.emplace_back(graph.vertex(*subscriber.dead_letter), all);
      }
      continue;
    }
    for_each_step(graph.operation(vertex).steps, true, [&](Step const& step) {
      if (auto const* call = std::get_if<CallStep>(&step.action))
        coming.emplace_back(graph.vertex(call->target),
                            call->options.key ? std::set{law_of(*call->options.key)} : all);
      if (auto const* forward = std::get_if<ForwardStep>(&step.action))
        coming.emplace_back(graph.vertex(forward->target), all);
      if (auto const* publish = std::get_if<PublishStep>(&step.action))
        coming.emplace_back(graph.vertex(publish->channel), all);
    });
  }
}

double CacheMisses::of(CacheStep const& cache) const {
  if (auto const* const hit_ratio = std::get_if<double>(&cache.contents)) return 1.0 - *hit_ratio;
  auto const found = misses_.find(&cache);
  return found == misses_.end() ? 0.0 : found->second;
}

std::optional<Distribution::Popularity> CacheMisses::popularity(KeyCacheOptions const& cache,
                                                                std::size_t operation) const {
  if (cache.keys) return cache.keys->popularity();
  std::set<Law> const& laws = laws_[operation];
  if (laws.size() != 1 || std::get<0>(*laws.begin()) == 0.0) return std::nullopt;
  return Distribution::Popularity{std::get<0>(*laws.begin()), std::get<1>(*laws.begin())};
}

bool CacheMisses::update(Scenario const& scenario, StepGraph const& graph,
                         std::vector<double> const& rates,
                         std::vector<ExecutionMeans> const& means) {
  constexpr double precision = 1e-6;
  bool changes = false;
  for (std::size_t vertex = 0; vertex < graph.operations(); ++vertex) {
    Service const& service = scenario.services[graph.service(vertex)];
    for (auto const& [step, times] : means[vertex].caches) {
      auto const* const cache = std::get_if<KeyCacheOptions>(&step->contents);
      auto const keys = cache ? popularity(*cache, vertex) : std::nullopt;
      if (!keys) continue;
      // With keys dealt out the caches of all replicas are one, else each sees all keys.
      bool const is_dealt_out = service.balance == Balance::key_hash && !cache->keys;
      auto const replicas = static_cast<double>(service.replicas);
      double const asked = rates[vertex] * times / (is_dealt_out ? 1.0 : replicas);
      double const capacity =
          static_cast<double>(cache->capacity) * (is_dealt_out ? replicas : 1.0);
      double const misses = 1.0 - hit_ratio(*cache, capacity, *keys, asked);
      changes = changes || std::abs(misses - of(*step)) > precision;
      misses_[step] = misses;
    }
  }
  return changes;
}

}  // namespace sojourn
