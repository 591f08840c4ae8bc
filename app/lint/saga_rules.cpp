#include <algorithm>

#include <fmt/format.h>

#include "app/lint/rules.h"

namespace sojourn {
namespace {

template <class Test>
bool has_step(Steps const& steps, Test const& test) {
  bool found = false;
  for_each_step(steps, true, [&](Step const& step) { found = found || test(step); });
  return found;
}

/// A call may only have read something; nothing here says so.
bool leaves_traces(Step const& step) {
  return std::holds_alternative<CallStep>(step.action) ||
         std::holds_alternative<PublishStep>(step.action);
}

bool may_fail(Step const& step) {
  if (auto const* call = std::get_if<CallStep>(&step.action)) return !call->fallback;
  if (auto const* publish = std::get_if<PublishStep>(&step.action))
    return publish->confirm && !publish->fallback;
  auto const* const fail = std::get_if<FailStep>(&step.action);
  return fail != nullptr && fail->probability > 0.0;
}

/// The parts that leave something behind where a later one fails.
std::vector<std::size_t> parts_not_undone(SagaStep const& saga) {
  std::vector<std::size_t> found;
  bool later_may_fail = false;
  for (std::size_t i = saga.parts.size(); i-- > 0;) {
    SagaStep::Part const& part = saga.parts[i];
    if (later_may_fail && !part.undo && has_step(part.steps, leaves_traces)) found.push_back(i);
    later_may_fail = later_may_fail || has_step(part.steps, may_fail);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace

void find_parts_not_undone(Design const& design, Findings& findings) {
  design.for_each_step([&](std::size_t operation, Step const& step, Node const& node,
                           Circumstances) {
    auto const* const saga = std::get_if<SagaStep>(&step.action);
    Node const* const parts = node.find("saga");
    if (saga == nullptr || parts == nullptr) return;
    for (std::size_t const part : parts_not_undone(*saga))
      findings.add(parts->items[part].place(),
                   fmt::format("nothing undoes part {} of a saga of {} where a later part fails",
                               part + 1, design.graph.name(operation)));
  });
}

}  // namespace sojourn
