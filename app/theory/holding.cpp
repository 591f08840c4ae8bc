#include "app/theory/holding.h"

#include <algorithm>

namespace sojourn {
namespace {

/// Adds up what is done from a step on to the end; a failure ends it there.
class Walk {
 public:
  Walk(StepGraph const& graph, CacheMisses const& misses, bool blocking)
      : graph_(graph), misses_(misses), blocking_(blocking) {}

  TimeLaw from(Steps const& steps, std::size_t index) {
    if (index >= steps.size()) return {};
    auto const& action = steps[index].action;
    if (auto const* work = std::get_if<WorkStep>(&action)) {
      if (freed_) differs("it takes a slot again after it has waited");
      return TimeLaw::of(work->duration).then(from(steps, index + 1));
    }
    if (auto const* wait = std::get_if<WaitStep>(&action)) {
      if (!blocking_) {
        freed_ = true;
        return from(steps, index + 1);
      }
      return TimeLaw::of(wait->duration).then(from(steps, index + 1));
    }
    if (auto const* fail = std::get_if<FailStep>(&action))
      return TimeLaw{}.or_else(fail->probability, from(steps, index + 1));
    if (auto const* choose = std::get_if<ChooseStep>(&action))
      return chosen(*choose).then(from(steps, index + 1));
    if (auto const* cache = std::get_if<CacheStep>(&action))
      return from(cache->miss, 0).or_else(misses_.of(*cache), {}).then(from(steps, index + 1));
    if (std::holds_alternative<ForwardStep>(action) || std::holds_alternative<RespondStep>(action))
      return from(steps, index + 1);
    return other(action).then(from(steps, index + 1));
  }

  bool whole = true;
  std::vector<std::string> differences;

 private:
  TimeLaw chosen(ChooseStep const& choose) {
    TimeLaw law;
    double rest = 1.0;
    for (auto const& branch : choose.branches) rest -= branch.probability;
    double known = std::max(0.0, rest);
    for (auto const& branch : choose.branches) {
      if (branch.probability <= 0.0) continue;
      known += branch.probability;
      law = from(branch.steps, 0).or_else(branch.probability / known, law);
    }
    return law;
  }

  /// A step of which the time in the slot is not known by itself.
  TimeLaw other(decltype(Step::action) const& action) {
    if (auto const* call = std::get_if<CallStep>(&action)) {
      auto const name = graph_.name(graph_.vertex(call->target));
      if (blocking_)
        differs("a slot is held while " + name + " answers");
      else
        freed_ = true;
      return {};
    }
    if (auto const* publish = std::get_if<PublishStep>(&action)) {
      auto const vertex = graph_.vertex(publish->channel);
      if (publish->reply) differs("a slot is held until " + graph_.name(vertex) + " replies");
      if (publish->confirm && graph_.broker(vertex).latency)
        differs("a slot is held until " + graph_.broker(vertex).name + " confirms");
      return {};
    }
    if (std::holds_alternative<BackgroundStep>(action)) return {};
    if (std::holds_alternative<ParallelStep>(action)) differs("branches run at once");
    if (std::holds_alternative<RepeatStep>(action)) differs("steps are repeated");
    if (std::holds_alternative<UseStep>(action)) differs("a slot is held while a pool is in use");
    if (std::holds_alternative<SagaStep>(action)) differs("a saga runs");
    return {};
  }

  void differs(std::string why) {
    whole = false;
    if (std::find(differences.begin(), differences.end(), why) == differences.end())
      differences.push_back(std::move(why));
  }

  StepGraph const& graph_;
  CacheMisses const& misses_;
  bool blocking_;
  bool freed_ = false;  // It has given its slot back, and takes one again if it works.
};

}  // namespace

Holding holding_of(StepGraph const& graph, std::size_t operation, ExecutionMeans const& means,
                   CacheMisses const& misses, bool blocking) {
  Walk walk(graph, misses, blocking);
  Holding holding;
  holding.law = walk.from(graph.operation(operation).steps, 0);
  holding.alone = walk.whole;
  holding.differences = std::move(walk.differences);
  // What is not known by itself is taken as exponential beside what is.
  double const rest = std::max(0.0, means.held - holding.law.mean);
  if (!holding.alone)
    holding.law = TimeLaw::estimate(means.held, holding.law.variance + rest * rest);
  return holding;
}

Holding holding_of(Scenario const& scenario, StepGraph const& graph, Traffic const& traffic,
                   std::size_t service) {
  Holding all;
  double known = 0.0;
  for (std::size_t operation = 0; operation < graph.operations(); ++operation) {
    double const rate = traffic.rate(operation);
    if (graph.service(operation) != service || rate <= 0.0) continue;
    auto const own = holding_of(graph, operation, traffic.means(operation), traffic.misses(),
                                scenario.services[service].blocking);
    known += rate;
    all.law = own.law.or_else(rate / known, all.law);
    all.alone = all.alone && own.alone;
    for (auto const& why : own.differences)
      if (std::find(all.differences.begin(), all.differences.end(), why) == all.differences.end())
        all.differences.push_back(why);
  }
  return all;
}

}  // namespace sojourn
