#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/lint/places.h"
#include "app/lint/traffic.h"

namespace sojourn {

/// One place in the scenario from which requests are sent: a step that calls, or a workload.
struct CallPoint {
  std::string caller;                  ///< "shoppers" or "web.checkout".
  Workload const* workload = nullptr;  ///< Where that is who calls ...
  std::size_t operation = 0;           ///< ... else the vertex of the operation that does.
  Step const* step = nullptr;
  Node const* node = nullptr;  ///< The mapping with the keys of what the caller decides.
  CallOptions const* options = nullptr;
  std::size_t target = 0;  ///< The vertex of whom it asks.
  Circumstances circumstances;
  Place own;  ///< Where the site itself stands.

  /// The value under these keys of it, or the nearest that is there.
  [[nodiscard]] Place place(std::vector<std::string> const& keys) const {
    return node->find(keys.front()) == nullptr ? own : place_at(*node, keys);
  }
};

/// Calls `visit(operation, step, node, circumstances)` with every step of every operation that the
/// file spells out, in its order; `operation` is a vertex.
template <class Visit>
void for_each_step_of(Scenario const& scenario, Node const& tree, StepGraph const& graph,
                      Visit const& visit) {
  for (std::size_t operation = 0; operation < graph.operations(); ++operation) {
    Operation const& spec = graph.operation(operation);
    std::string const& service = scenario.services[graph.service(operation)].name;
    Node const* const list = find_node(tree, {"services", service, "operations", spec.name});
    if (list == nullptr) continue;
    for_each_step_at(spec.steps, *list, {},
                     [&](Step const& step, Node const& node, Circumstances now) {
                       visit(operation, step, node, now);
                     });
  }
}

/// A scenario as the rules look at it.
class Design {
 public:
  /// Both must outlive it.
  Design(Scenario const& of, Node const& read_from);
  Design(Design const&) = delete;
  Design& operator=(Design const&) = delete;

  Scenario const& scenario;
  Node const& tree;
  StepGraph const graph;
  Traffic const traffic;
  std::vector<CallPoint> const calls;  ///< Workloads first, then operations, in the file's order.

  /// The calls in the operation's steps.
  [[nodiscard]] std::vector<CallPoint const*> const& calls_of(std::size_t operation) const {
    return calls_of_[operation];
  }

  template <class Visit>
  void for_each_step(Visit const& visit) const {
    for_each_step_of(scenario, tree, graph, visit);
  }

  /// The value under that key, or the name of the thing itself.
  [[nodiscard]] Place place(Service const& service, std::string const& key = "") const;
  [[nodiscard]] Place place(Broker const& broker, Channel const& channel,
                            std::string const& key = "") const;
  [[nodiscard]] Place place(Broker const& broker, Channel const& channel,
                            Subscriber const& subscriber, std::string const& key) const;

 private:
  std::vector<std::vector<CallPoint const*>> calls_of_;
};

/// What the rules have to say, each under its own number.
class Findings {
 public:
  struct Finding {
    std::string rule;
    Place place;
    std::string text;
  };

  void begin(std::string_view rule) { rule_ = rule; }
  void add(Place const& place, std::string text) {
    all_.push_back({std::string(rule_), place, std::move(text)});
  }
  [[nodiscard]] std::vector<Finding> const& all() const { return all_; }

 private:
  std::string_view rule_;
  std::vector<Finding> all_;
};

/// How often it is tried at most.
inline Limit attempts(CallOptions const& options) {
  return options.retry ? options.retry->attempts : 1;
}

/// A time or a number for messages, to three digits: "412ms", "0.853".
std::string about_seconds(double seconds);
std::string about(double number);
/// "120/s", "75/h".
std::string about_rate(double per_second);

}  // namespace sojourn
