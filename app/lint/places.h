#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config/document.h"
#include "models/scenario.h"

/// Where things of a scenario stand in the tree that it was read from.
namespace sojourn {

/// The node under these keys, from the root on, or null.
Node const* find_node(Node const& root, std::vector<std::string> const& path);

/// The value under these keys; where it is absent, the nearest of the keys that is there.
Place place_at(Node const& root, std::vector<std::string> const& path);

/// Under which circumstances a step runs.
struct Circumstances {
  bool waited_for = true;  ///< The operation's caller waits for it: no `respond` before it. What
                           ///< undoes something is done whoever waits.
  bool in_background = false;  ///< Then nobody waits for it, and it holds no slot.
};

/// Calls `visit(step, node, circumstances)` with every step of the list and its node, those inside
/// other steps included, each before what is in it.
template <class Visit>
void for_each_step_at(Steps const& steps, Node const& list, Circumstances now, Visit const& visit) {
  auto const inside = [&](Steps const& inner, Node const* node) {
    if (node != nullptr) for_each_step_at(inner, *node, now, visit);
  };
  if (steps.size() != list.items.size()) return;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    auto const& action = steps[i].action;
    Node const& node = list.items[i];
    visit(steps[i], node, now);
    if (auto const* parallel = std::get_if<ParallelStep>(&action))
      if (Node const* const lists = node.find("parallel"))
        for (std::size_t b = 0; b < parallel->branches.size() && b < lists->items.size(); ++b)
          inside(parallel->branches[b], &lists->items[b]);
    if (auto const* choose = std::get_if<ChooseStep>(&action))
      if (Node const* const branches = node.find("choose"))
        for (std::size_t b = 0; b < choose->branches.size() && b < branches->items.size(); ++b)
          inside(choose->branches[b].steps, branches->items[b].find("steps"));
    if (auto const* repeat = std::get_if<RepeatStep>(&action))
      inside(repeat->steps, node.find("steps"));
    if (auto const* use = std::get_if<UseStep>(&action)) inside(use->steps, node.find("steps"));
    if (auto const* cache = std::get_if<CacheStep>(&action)) inside(cache->miss, node.find("miss"));
    if (auto const* saga = std::get_if<SagaStep>(&action)) {
      if (Node const* const parts = node.find("saga"))
        for (std::size_t p = 0; p < saga->parts.size() && p < parts->items.size(); ++p) {
          inside(saga->parts[p].steps, parts->items[p].find("do"));
          Node const* const undo = parts->items[p].find("undo");
          if (saga->parts[p].undo && undo != nullptr)
            for_each_step_at(*saga->parts[p].undo, *undo, {false, now.in_background}, visit);
        }
      if (saga->fallback) inside(*saga->fallback, node.find("fallback"));
    }
    if (auto const* call = std::get_if<CallStep>(&action); call != nullptr && call->fallback)
      inside(*call->fallback, node.find("fallback"));
    if (auto const* publish = std::get_if<PublishStep>(&action); publish && publish->fallback)
      inside(*publish->fallback, node.find("fallback"));
    if (auto const* background = std::get_if<BackgroundStep>(&action))
      if (Node const* const list_of_it = node.find("background"))
        for_each_step_at(background->steps, *list_of_it, {false, true}, visit);
    if (std::holds_alternative<RespondStep>(action)) now.waited_for = false;
  }
}

}  // namespace sojourn
