#include <algorithm>

#include <fmt/format.h>

#include "app/config/step_graph.h"
#include "app/config/validate.h"

namespace sojourn {
namespace {

/// Where requests come that have drawn no key, from the workloads on.
class Keyless {
 public:
  Keyless(Scenario const& scenario, StepGraph const& graph)
      : graph_(graph), asked_(graph.size(), false), reached_(graph.size(), false) {
    for (Workload const& workload : scenario.workloads)
      if (!workload.options.key)
        for (Workload::Target const& target : workload.mix) ask(target.operation);
    for (std::size_t vertex = graph.operations(); vertex < graph.size(); ++vertex)
      if (graph.channel(vertex).initial > 0) reach(vertex);
    // Going on from one may find others.
    std::size_t next = 0;
    while (next < found_.size()) go_on_from(found_[next++]);
  }

  /// By a request, which the balancer sends to a replica.
  [[nodiscard]] bool is_asked(std::size_t operation) const { return asked_[operation]; }
  /// By a request or a message.
  [[nodiscard]] bool is_reached(std::size_t operation) const { return reached_[operation]; }

 private:
  void ask(OperationName const& name) {
    asked_[graph_.vertex(name)] = true;
    reach(graph_.vertex(name));
  }

  void reach(std::size_t vertex) {
    if (reached_[vertex]) return;
    reached_[vertex] = true;
    found_.push_back(vertex);
  }

  void go_on_from(std::size_t vertex) {
    if (!graph_.is_operation(vertex)) return deliver(graph_.channel(vertex));
    for_each_step(graph_.operation(vertex).steps, true, [&](Step const& step) {
      auto const* const call = std::get_if<CallStep>(&step.action);
      if (call != nullptr && !call->options.key) ask(call->target);
      if (auto const* forward = std::get_if<ForwardStep>(&step.action)) ask(forward->target);
      if (auto const* publish = std::get_if<PublishStep>(&step.action))
        reach(graph_.vertex(publish->channel));
    });
  }

  void deliver(Channel const& channel) {
    if (channel.dead_letter) reach(graph_.vertex(*channel.dead_letter));
    for (Subscriber const& subscriber : channel.subscribers) {
      reach(graph_.vertex(subscriber.operation));
      if (subscriber.dead_letter) reach(graph_.vertex(*subscriber.dead_letter));
    }
  }

  StepGraph const& graph_;
  std::vector<bool> asked_, reached_;  // (vertices)
  std::vector<std::size_t> found_;
};

bool caches_by_request(Operation const& operation) {
  bool found = false;
  for_each_step(operation.steps, true, [&](Step const& step) {
    auto const* const cache = std::get_if<CacheStep>(&step.action);
    auto const* const keys = cache ? std::get_if<KeyCacheOptions>(&cache->contents) : nullptr;
    found = found || (keys != nullptr && !keys->keys);
  });
  return found;
}

}  // namespace

void check_keys(Scenario const& scenario, Names const& names, Diagnostics& diagnostics) {
  StepGraph const graph(scenario);
  Keyless const keyless(scenario, graph);
  for (std::size_t operation = 0; operation < graph.operations(); ++operation) {
    Service const& service = scenario.services[graph.service(operation)];
    std::string const& name = graph.name(operation);
    if (service.balance == Balance::key_hash && keyless.is_asked(operation))
      diagnostics.warning(
          names.place_of(NameKind::operation, name),
          fmt::format("balance: key-hash: requests come to {} without a 'key' of their workload or "
                      "of a call; they all have the key 0 and go to one replica",
                      name));
    if (caches_by_request(graph.operation(operation)) && keyless.is_reached(operation))
      diagnostics.warning(
          names.place_of(NameKind::operation, name),
          fmt::format("keys: request: requests come to {} without a 'key' of their workload or of "
                      "a call; they all have the key 0",
                      name));
  }
}

}  // namespace sojourn
