#include "app/lint/traffic.h"

#include <algorithm>
#include <cmath>

#include "app/lint/arrival_rate.h"

namespace sojourn {

Traffic::Traffic(Scenario const& scenario, StepGraph const& graph, Demand demand,
                 Congestion const& congestion)
    : scenario_(scenario),
      graph_(graph),
      misses_(scenario, graph),
      operations_of_(scenario.services.size()) {
  for (std::size_t vertex = 0; vertex < graph.operations(); ++vertex)
    operations_of_[graph.service(vertex)].push_back(vertex);
  std::vector<double> outside(graph.size(), 0.0);
  for (Workload const& workload : scenario.workloads) {
    double const first =
        demand == Demand::mean ? mean_rate(workload, scenario.duration) : peak_rate(workload);
    double const rate = first * congestion.of(workload.options).attempts;
    for (auto const& target : workload.mix)
      outside[graph.vertex(target.operation)] += rate * target.share;
  }
  // How often a cache is asked may hang on what another one misses.
  constexpr int most_passes = 50;
  for (int pass = 0; pass < most_passes; ++pass) {
    means_ = execution_means(scenario, graph, misses_, congestion);
    solve(outside, congestion);
    if (!misses_.update(scenario, graph, rates_, means_)) break;
  }
}

std::vector<std::vector<Traffic::Edge>> Traffic::edges(Congestion const& congestion) const {
  std::vector<std::vector<Edge>> result(graph_.size());
  for (std::size_t vertex = 0; vertex < graph_.operations(); ++vertex) {
    double const let_in = 1.0 - congestion.loss_at(graph_.service(vertex));
    for (auto const& visit : means_[vertex].visits)
      if (visit.times > 0.0) result[vertex].push_back({visit.target, let_in * visit.times});
  }
  for (std::size_t vertex = graph_.operations(); vertex < graph_.size(); ++vertex) {
    Channel const& channel = graph_.channel(vertex);
    for (Subscriber const& subscriber : channel.subscribers) {
      auto const batch = static_cast<double>(subscriber.batch ? subscriber.batch->max : 1);
      std::size_t const target = graph_.vertex(subscriber.operation);
      result[vertex].push_back({target, copies(channel, target) / batch});
    }
  }
  return result;
}

/// How many of a channel's messages, each counted once, a subscriber gets.
double Traffic::copies(Channel const& channel, std::size_t subscriber) const {
  switch (channel.kind) {
    case Channel::Kind::queue:
      return 1.0 / static_cast<double>(channel.subscribers.size());
    case Channel::Kind::pub_sub:
      return static_cast<double>(scenario_.services[graph_.service(subscriber)].replicas);
    case Channel::Kind::topic:
    case Channel::Kind::log:
      break;
  }
  return 1.0;
}

/// Gauss and Seidel's iteration, callers before those they call: one pass where there is no circle.
void Traffic::solve(std::vector<double> const& outside, Congestion const& congestion) {
  constexpr int most_passes = 20'000;
  constexpr double precision = 1e-12;
  auto const weighted = edges(congestion);
  Edges plain(graph_.size());
  for (std::size_t vertex = 0; vertex < plain.size(); ++vertex)
    for (Edge const& edge : weighted[vertex]) plain[vertex].push_back(edge.target);
  auto order = post_order(plain);
  std::reverse(order.begin(), order.end());
  std::vector<std::size_t> position(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) position[order[i]] = i;

  settled_ = false;
  rates_.assign(graph_.size(), 0.0);
  std::vector<double> from_before(graph_.size(), 0.0);
  for (int pass = 0; pass < most_passes && !settled_; ++pass) {
    std::vector<double> incoming = outside, for_next(graph_.size(), 0.0);
    for (std::size_t i = 0; i < incoming.size(); ++i) incoming[i] += from_before[i];
    settled_ = true;
    for (std::size_t const vertex : order) {
      bool const same = incoming[vertex] == rates_[vertex] ||
                        std::abs(incoming[vertex] - rates_[vertex]) <= precision * incoming[vertex];
      settled_ = settled_ && same;
      rates_[vertex] = incoming[vertex];
      for (Edge const& edge : weighted[vertex]) {
        bool const later = position[edge.target] > position[vertex];
        (later ? incoming : for_next)[edge.target] += rates_[vertex] * edge.weight;
      }
    }
    from_before = std::move(for_next);
  }
  // What grows in every round ends at infinity, where nothing changes any more.
  for (double const rate : rates_) settled_ = settled_ && std::isfinite(rate);
}

double Traffic::arrivals(std::size_t service) const {
  double sum = 0.0;
  for (std::size_t const vertex : operations_of_[service]) sum += rates_[vertex];
  return sum;
}

double Traffic::slots(std::size_t service) const {
  double sum = 0.0;
  for (std::size_t const vertex : operations_of_[service])
    if (rates_[vertex] > 0.0) sum += rates_[vertex] * means_[vertex].held;
  return sum;
}

double Traffic::work(std::size_t service) const {
  double sum = 0.0;
  for (std::size_t const vertex : operations_of_[service])
    if (rates_[vertex] > 0.0) sum += rates_[vertex] * means_[vertex].work;
  return sum;
}

double Traffic::pool(std::size_t service, std::string const& name) const {
  double sum = 0.0;
  for (std::size_t const vertex : operations_of_[service])
    for (auto const& use : means_[vertex].pools)
      if (use.pool == name && rates_[vertex] > 0.0) sum += rates_[vertex] * use.held;
  return sum;
}

}  // namespace sojourn
