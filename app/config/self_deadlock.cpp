#include <algorithm>
#include <deque>
#include <set>

#include <fmt/format.h>

#include "app/config/scalars.h"
#include "app/config/step_graph.h"
#include "app/config/validate.h"

namespace sojourn {
namespace {

constexpr std::size_t most_named = 20;  ///< Of the members of one cycle.

/// Who waits for whose slots. A vertex is a request for an operation, by the operation's number, or
/// a service, by its number after those.
///
///     service -> request    one of its operations calls it and holds a slot meanwhile
///     request -> service    it needs a slot there
///     request -> request    the operation forwards it, so that its caller waits for the other too
class SlotGraph {
 public:
  SlotGraph(Scenario const& scenario, StepGraph const& graph)
      : scenario_(scenario), graph_(graph), edges_(graph.operations() + scenario.services.size()) {
    for (std::size_t operation = 0; operation < graph.operations(); ++operation)
      add_operation(operation);
  }

  /// A shortest cycle through the first service of each group that waits for itself.
  [[nodiscard]] std::vector<std::vector<std::size_t>> cycles() const {
    std::vector<std::vector<std::size_t>> result;
    std::vector<std::size_t> const component = components(edges_);
    std::set<std::size_t> reported;
    for (std::size_t service = graph_.operations(); service < edges_.size(); ++service) {
      if (reported.count(component[service]) > 0) continue;
      auto cycle = shortest_cycle(service, component);
      if (cycle.empty()) continue;
      reported.insert(component[service]);
      result.push_back(std::move(cycle));
    }
    return result;
  }

  /// The services of a cycle with the slots that all their replicas have.
  [[nodiscard]] std::string slots(std::vector<std::size_t> const& cycle) const {
    std::vector<std::string> texts;
    for (std::size_t const vertex : cycle) {
      if (vertex < graph_.operations() || texts.size() > most_named) continue;
      Service const& service = scenario_.services[vertex - graph_.operations()];
      std::string const replicas =
          service.replicas > 1 ? fmt::format("{} x ", service.replicas) : std::string{};
      texts.push_back(fmt::format("{}: {}{}", service.name, replicas, service.concurrency));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
  }

  /// "web.checkout -> bank.charge -> web.notify".
  [[nodiscard]] std::string in_words(std::vector<std::size_t> const& cycle) const {
    std::string text;
    std::size_t last = graph_.size();
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      if (i > most_named) return text + " -> ...";
      if (cycle[i] < graph_.operations()) {
        text += " -> " + graph_.name(cycle[i]);
        last = cycle[i];
        continue;
      }
      std::size_t const caller = caller_of(cycle[i], cycle[i + 1]);
      if (caller != last) text += (text.empty() ? "" : ", ") + graph_.name(caller);
    }
    return text;
  }

  /// The operation of the service that calls the request.
  [[nodiscard]] std::size_t caller_of(std::size_t service, std::size_t request) const {
    return callers_.at({service, request});
  }

 private:
  void add_operation(std::size_t operation) {
    std::size_t const service = graph_.operations() + graph_.service(operation);
    edges_[operation].push_back(service);
    Service const& spec = scenario_.services[graph_.service(operation)];
    bool const holds = spec.blocking && spec.concurrency != unlimited;
    for_each_step(graph_.operation(operation).steps, false, [&](Step const& step) {
      if (auto const* forward = std::get_if<ForwardStep>(&step.action))
        edges_[operation].push_back(graph_.vertex(forward->target));
      auto const* const call = std::get_if<CallStep>(&step.action);
      if (call == nullptr || !holds) return;
      std::size_t const request = graph_.vertex(call->target);
      if (callers_.try_emplace({service, request}, operation).second)
        edges_[service].push_back(request);
    });
  }

  /// From the service back to itself, breadth first; empty where there is no way.
  [[nodiscard]] std::vector<std::size_t> shortest_cycle(
      std::size_t start, std::vector<std::size_t> const& component) const {
    std::map<std::size_t, std::size_t> came_from;
    std::deque<std::size_t> waiting{start};
    while (!waiting.empty()) {
      std::size_t const vertex = waiting.front();
      waiting.pop_front();
      for (std::size_t const target : edges_[vertex]) {
        if (component[target] != component[start]) continue;
        if (!came_from.try_emplace(target, vertex).second) continue;
        if (target == start) return path_back(start, came_from);
        waiting.push_back(target);
      }
    }
    return {};
  }

  static std::vector<std::size_t> path_back(std::size_t start,
                                            std::map<std::size_t, std::size_t> const& came_from) {
    std::vector<std::size_t> path;
    std::size_t vertex = came_from.at(start);
    for (; vertex != start; vertex = came_from.at(vertex)) path.push_back(vertex);
    path.push_back(start);
    std::reverse(path.begin(), path.end());
    return path;
  }

  Scenario const& scenario_;
  StepGraph const& graph_;
  Edges edges_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> callers_;
};

}  // namespace

void check_self_deadlock(Scenario const& scenario, Names const& names, Diagnostics& diagnostics) {
  StepGraph const graph(scenario);
  SlotGraph const slots(scenario, graph);
  for (auto const& cycle : slots.cycles()) {
    std::string const& caller = graph.name(slots.caller_of(cycle[0], cycle[1]));
    diagnostics.warning(
        names.place_of(NameKind::operation, caller),
        fmt::format("self-deadlock: {}: each call holds a slot while it waits for the next, and "
                    "once all are taken ({}) none comes free",
                    slots.in_words(cycle), slots.slots(cycle)));
  }
}

}  // namespace sojourn
