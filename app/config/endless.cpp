#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "app/config/scalars.h"
#include "app/config/step_graph.h"
#include "app/config/validate.h"

namespace sojourn {
namespace {

constexpr double certain = 1.0 - 1e-9;

bool is_zero(Distribution const& distribution) {
  return distribution.is_constant() && distribution.mean() == 0.0;
}

bool always_hits(CacheStep const& cache) {
  auto const* const ratio = std::get_if<double>(&cache.contents);
  return ratio != nullptr && *ratio >= certain;
}

bool always_misses(CacheStep const& cache) {
  auto const* const ratio = std::get_if<double>(&cache.contents);
  return ratio != nullptr && *ratio <= 1.0 - certain;
}

bool takes_time(Step const& step) {
  if (auto const* work = std::get_if<WorkStep>(&step.action)) return !is_zero(work->duration);
  if (auto const* wait = std::get_if<WaitStep>(&step.action)) return !is_zero(wait->duration);
  return false;
}

/// It, or a step inside it.
bool may_take_time(Step const& step) {
  bool found = false;
  visit_step(step, false, [&](Step const& inner) {
    found = found || takes_time(inner) || std::holds_alternative<CallStep>(inner.action);
  });
  return found;
}

bool certainly_fails(Step const& step) {
  auto const* const fail = std::get_if<FailStep>(&step.action);
  return fail != nullptr && fail->probability >= certain;
}

bool runs_at_least_once(Distribution const& count) {
  return count.is_constant() && count.mean() >= 1.0;
}

/// Finds what running some steps is sure to lead to, among the vertices that are `endless`.
///
/// An operation is endless if it is sure to lead to one that is: the greatest set that agrees with
/// itself, found by removing those that do not from the set of all.
class Endless {
 public:
  /// By calls alone, however long they take; or at one instant, by messages too.
  enum class Cause { calls, one_instant };

  Endless(StepGraph const& graph, Cause cause)
      : graph_(graph), cause_(cause), endless_(graph.size(), true) {
    reduce(post_order(all_edges()));
  }

  /// The cycles, each from its first operation in the order of the file.
  [[nodiscard]] std::vector<std::vector<std::size_t>> cycles() const {
    std::vector<std::vector<std::size_t>> result;
    std::vector<std::size_t> walk_of(graph_.size(), 0);
    for (std::size_t start = 0; start < graph_.size(); ++start) {
      std::size_t vertex = start;
      std::vector<std::size_t> path;
      while (endless_[vertex] && walk_of[vertex] == 0) {
        walk_of[vertex] = start + 1;
        path.push_back(vertex);
        vertex = *next(vertex);
      }
      if (!endless_[vertex] || walk_of[vertex] != start + 1 || path.empty()) continue;
      std::vector<std::size_t> cycle(std::find(path.begin(), path.end(), vertex), path.end());
      std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
      result.push_back(std::move(cycle));
    }
    return result;
  }

 private:
  [[nodiscard]] bool instant() const { return cause_ == Cause::one_instant; }

  [[nodiscard]] Edges all_edges() const {
    Edges edges(graph_.size());
    for (std::size_t vertex = 0; vertex < graph_.size(); ++vertex) {
      auto const add = [&](auto const& name) { edges[vertex].push_back(graph_.vertex(name)); };
      if (!graph_.is_operation(vertex)) {
        for (Subscriber const& subscriber : graph_.channel(vertex).subscribers)
          add(subscriber.operation);
        continue;
      }
      for_each_step(graph_.operation(vertex).steps, true, [&](Step const& step) {
        if (auto const* call = std::get_if<CallStep>(&step.action)) add(call->target);
        if (auto const* forward = std::get_if<ForwardStep>(&step.action)) add(forward->target);
        if (auto const* publish = std::get_if<PublishStep>(&step.action)) add(publish->channel);
      });
    }
    return edges;
  }

  void reduce(std::vector<std::size_t> const& order) {
    constexpr int most_passes = 200;
    for (int pass = 0; pass < most_passes; ++pass) {
      bool changed = false;
      for (std::size_t const vertex : order) {
        if (!endless_[vertex] || next(vertex)) continue;
        endless_[vertex] = false;
        changed = true;
      }
      if (!changed) return;
    }
    // Too entangled to be judged: better to say nothing than something false.
    std::fill(endless_.begin(), endless_.end(), false);
  }

  /// An endless vertex that this one is sure to lead to.
  [[nodiscard]] std::optional<std::size_t> next(std::size_t vertex) const {
    if (graph_.is_operation(vertex)) return sure(graph_.operation(vertex).steps);
    if (!instant() || !hands_over_at_once(vertex)) return std::nullopt;
    auto const& subscribers = graph_.channel(vertex).subscribers;
    for (Subscriber const& subscriber : subscribers)
      if (!endless_[graph_.vertex(subscriber.operation)]) return std::nullopt;
    return graph_.vertex(subscribers.front().operation);
  }

  [[nodiscard]] bool hands_over_at_once(std::size_t vertex) const {
    Broker const& broker = graph_.broker(vertex);
    if (broker.throughput || (broker.latency && !is_zero(*broker.latency))) return false;
    auto const& subscribers = graph_.channel(vertex).subscribers;
    bool const pushed = std::all_of(
        subscribers.begin(), subscribers.end(),
        [](Subscriber const& subscriber) { return !subscriber.poll && !subscriber.batch; });
    return pushed && !subscribers.empty();
  }

  [[nodiscard]] std::optional<std::size_t> sure(Steps const& steps) const {
    for (Step const& step : steps) {
      if (auto const found = sure(step)) return found;
      if (certainly_fails(step) || std::holds_alternative<ForwardStep>(step.action)) break;
      // A call that is not endless may take its time.
      if (instant() && may_take_time(step)) break;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::size_t> sure(Step const& step) const {
    if (auto const* call = std::get_if<CallStep>(&step.action))
      return if_endless(graph_.vertex(call->target));
    if (auto const* forward = std::get_if<ForwardStep>(&step.action))
      return if_endless(graph_.vertex(forward->target));
    if (auto const* publish = std::get_if<PublishStep>(&step.action))
      return publish->count && !runs_at_least_once(*publish->count)
                 ? std::nullopt
                 : if_endless(graph_.vertex(publish->channel));
    if (auto const* parallel = std::get_if<ParallelStep>(&step.action)) return sure(*parallel);
    if (auto const* choose = std::get_if<ChooseStep>(&step.action)) return sure(*choose);
    if (auto const* repeat = std::get_if<RepeatStep>(&step.action))
      return runs_at_least_once(repeat->count) ? sure(repeat->steps) : std::nullopt;
    if (auto const* use = std::get_if<UseStep>(&step.action)) return sure(use->steps);
    // What one request has put into a cache of keys may end what the next would go on with.
    if (auto const* cache = std::get_if<CacheStep>(&step.action))
      return always_misses(*cache) ? sure(cache->miss) : std::nullopt;
    // Whether a part is done that comes later depends on those before it.
    if (auto const* saga = std::get_if<SagaStep>(&step.action))
      return sure(saga->parts.front().steps);
    if (auto const* background = std::get_if<BackgroundStep>(&step.action))
      return sure(background->steps);
    return std::nullopt;
  }

  /// Once enough branches are done the others are cancelled, so one endless branch is enough only
  /// where all are waited for.
  [[nodiscard]] std::optional<std::size_t> sure(ParallelStep const& parallel) const {
    std::optional<std::size_t> first;
    std::size_t endless = 0;
    for (Steps const& branch : parallel.branches) {
      auto const found = sure(branch);
      if (!found) continue;
      ++endless;
      if (!first) first = found;
    }
    bool const all = parallel.join == parallel.branches.size();
    return all || endless == parallel.branches.size() ? first : std::nullopt;
  }

  [[nodiscard]] std::optional<std::size_t> sure(ChooseStep const& choose) const {
    std::optional<std::size_t> first;
    double probability = 0.0;
    for (auto const& branch : choose.branches) {
      auto const found = sure(branch.steps);
      if (!found) return std::nullopt;
      if (!first) first = found;
      probability += branch.probability;
    }
    return probability >= certain ? first : std::nullopt;
  }

  [[nodiscard]] std::optional<std::size_t> if_endless(std::size_t vertex) const {
    return endless_[vertex] ? std::optional(vertex) : std::nullopt;
  }

  StepGraph const& graph_;
  Cause cause_;
  std::vector<bool> endless_;
};

std::string in_words(std::vector<std::size_t> const& cycle, StepGraph const& graph) {
  constexpr std::size_t most_named = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(cycle.size(), most_named); ++i)
    text += graph.name(cycle[i]) + " -> ";
  return text + (cycle.size() > most_named ? "... -> " : "") + graph.name(cycle.front());
}

void report_cycles(StepGraph const& graph, Endless::Cause cause, Names const& names,
                   Diagnostics& diagnostics) {
  bool const by_calls = cause == Endless::Cause::calls;
  for (auto const& cycle : Endless(graph, cause).cycles()) {
    bool const has_channel = std::any_of(cycle.begin(), cycle.end(), [&](std::size_t vertex) {
      return !graph.is_operation(vertex);
    });
    if (!by_calls && !has_channel) continue;  // It has been reported as one of calls.
    std::string const& first = graph.name(cycle.front());
    diagnostics.error(names.place_of(NameKind::operation, first),
                      (by_calls ? "endless: always calls itself again: "
                                : "endless: each message leads to the next at the same instant: ") +
                          in_words(cycle, graph));
  }
}

/// Whether the steps are over at the instant at which they begin.
bool over_at_once(Steps const& steps) {
  return std::all_of(steps.begin(), steps.end(), [](Step const& step) {
    if (auto const* cache = std::get_if<CacheStep>(&step.action))
      return always_hits(*cache) || over_at_once(cache->miss);
    return !takes_time(step) && (std::holds_alternative<WorkStep>(step.action) ||
                                 std::holds_alternative<WaitStep>(step.action) ||
                                 std::holds_alternative<FailStep>(step.action) ||
                                 std::holds_alternative<RespondStep>(step.action));
  });
}

bool fails_at_once(Steps const& steps) {
  auto const failure = std::find_if(steps.begin(), steps.end(), certainly_fails);
  return failure != steps.end() && over_at_once(Steps(steps.begin(), failure));
}

bool redelivers_at_once(Subscriber const& subscriber) {
  Backoff const& wait = subscriber.redelivery;
  bool const at_once = wait.each ? is_zero(*wait.each) : wait.first == Duration::zero();
  return at_once && subscriber.max_deliveries == unlimited && !subscriber.poll;
}

void check_redelivery(StepGraph const& graph, Names const& names, Diagnostics& diagnostics) {
  for (std::size_t vertex = graph.operations(); vertex < graph.size(); ++vertex) {
    Channel const& channel = graph.channel(vertex);
    if (channel.delivery == Channel::Delivery::at_most_once) continue;
    for (Subscriber const& subscriber : channel.subscribers) {
      std::size_t const operation = graph.vertex(subscriber.operation);
      if (!redelivers_at_once(subscriber) || !fails_at_once(graph.operation(operation).steps))
        continue;
      diagnostics.error(
          names.place_of(NameKind::channel, graph.name(vertex)),
          fmt::format("endless: {} always fails at once, and its message is redelivered at once; "
                      "give 'redelivery' a wait or 'max_deliveries' a limit",
                      graph.name(operation)));
    }
  }
}

void check_users(Scenario const& scenario, StepGraph const& graph, Names const& names,
                 Diagnostics& diagnostics) {
  for (Workload const& workload : scenario.workloads) {
    auto const* const closed = std::get_if<ClosedArrivals>(&workload.arrivals);
    if (closed == nullptr || !is_zero(closed->think)) continue;
    bool const all_at_once =
        std::all_of(workload.mix.begin(), workload.mix.end(), [&](auto const& target) {
          return over_at_once(graph.operation(graph.vertex(target.operation)).steps);
        });
    if (all_at_once)
      diagnostics.error(names.place_of(NameKind::workload, workload.name),
                        "endless: its users think for no time, and what they ask for takes none");
  }
}

}  // namespace

void check_endless(Scenario const& scenario, Names const& names, Diagnostics& diagnostics) {
  StepGraph const graph(scenario);
  report_cycles(graph, Endless::Cause::calls, names, diagnostics);
  report_cycles(graph, Endless::Cause::one_instant, names, diagnostics);
  check_redelivery(graph, names, diagnostics);
  check_users(scenario, graph, names, diagnostics);
}

}  // namespace sojourn
