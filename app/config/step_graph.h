#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/scenario.h"

namespace sojourn {

/// The operations and channels of a scenario as the vertices of a graph: first all operations, in
/// the order of the file, then all channels.
class StepGraph {
 public:
  explicit StepGraph(Scenario const& scenario);

  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] std::size_t operations() const { return operations_.size(); }
  [[nodiscard]] bool is_operation(std::size_t vertex) const { return vertex < operations_.size(); }

  [[nodiscard]] std::size_t vertex(OperationName const& name) const;
  [[nodiscard]] std::size_t vertex(ChannelName const& name) const;
  [[nodiscard]] std::string const& name(std::size_t vertex) const { return names_[vertex]; }
  [[nodiscard]] Operation const& operation(std::size_t vertex) const {
    return *operations_[vertex];
  }
  /// The index of the service of an operation.
  [[nodiscard]] std::size_t service(std::size_t vertex) const { return services_[vertex]; }
  [[nodiscard]] Broker const& broker(std::size_t vertex) const;
  [[nodiscard]] Channel const& channel(std::size_t vertex) const;

 private:
  std::vector<Operation const*> operations_;
  std::vector<std::size_t> services_;  // (operations)
  std::vector<std::pair<Broker const*, Channel const*>> channels_;
  std::vector<std::string> names_;
  std::map<std::string, std::size_t> operation_index_, channel_index_;
};

template <class Visit>
void for_each_step(Steps const& steps, bool with_background, Visit const& visit);

/// Calls `visit` with the step and those inside it, each before what is in it. Steps inside a
/// `background` are left out unless `with_background`.
template <class Visit>
void visit_step(Step const& step, bool with_background, Visit const& visit) {
  auto const inside = [&](Steps const& inner) { for_each_step(inner, with_background, visit); };
  visit(step);
  if (auto const* parallel = std::get_if<ParallelStep>(&step.action))
    for (Steps const& branch : parallel->branches) inside(branch);
  if (auto const* choose = std::get_if<ChooseStep>(&step.action))
    for (auto const& branch : choose->branches) inside(branch.steps);
  if (auto const* repeat = std::get_if<RepeatStep>(&step.action)) inside(repeat->steps);
  if (auto const* use = std::get_if<UseStep>(&step.action)) inside(use->steps);
  if (auto const* cache = std::get_if<CacheStep>(&step.action)) inside(cache->miss);
  if (auto const* saga = std::get_if<SagaStep>(&step.action)) {
    for (auto const& part : saga->parts) {
      inside(part.steps);
      if (part.undo) inside(*part.undo);
    }
    if (saga->fallback) inside(*saga->fallback);
  }
  if (auto const* call = std::get_if<CallStep>(&step.action))
    if (call->fallback) inside(*call->fallback);
  if (auto const* publish = std::get_if<PublishStep>(&step.action))
    if (publish->fallback) inside(*publish->fallback);
  if (auto const* background = std::get_if<BackgroundStep>(&step.action))
    if (with_background) inside(background->steps);
}

/// The same for every step of a list.
template <class Visit>
void for_each_step(Steps const& steps, bool with_background, Visit const& visit) {
  for (Step const& step : steps) visit_step(step, with_background, visit);
}

/// For each vertex those that it has an edge to.
using Edges = std::vector<std::vector<std::size_t>>;

/// All vertices, each after those that it leads to as far as there is no cycle. Cost: linear.
std::vector<std::size_t> post_order(Edges const& edges);

/// The number of the strongly connected component of each vertex.
/// Source: Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972).
std::vector<std::size_t> components(Edges const& edges);

}  // namespace sojourn
