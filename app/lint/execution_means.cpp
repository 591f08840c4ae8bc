#include "app/lint/execution_means.h"

#include <algorithm>
#include <cmath>

namespace sojourn {
namespace {

/// Who goes round in a circle a hundred times is followed through it some thousand times; in large
/// scenarios less far, for each pass looks at all operations.
int most_passes(std::size_t operations) {
  constexpr std::size_t most = 20'000, least = 100, looks = 1'000'000;
  return static_cast<int>(std::clamp(looks / std::max<std::size_t>(1, operations), least, most));
}

constexpr double precision = 1e-12;

/// How far an execution has come: with which probability it is here, and still owes its reply.
struct Path {
  double reached = 1.0;
  double unanswered = 1.0;

  [[nodiscard]] Path with(double probability) const {
    return {reached * probability, unanswered * probability};
  }
};

/// Adds up the means of one operation from those of the operations that it calls.
class Adder {
 public:
  Adder(Scenario const& scenario, StepGraph const& graph, std::size_t vertex,
        std::vector<ExecutionMeans> const& known, CacheMisses const& misses,
        Congestion const& congestion)
      : graph_(graph),
        service_(scenario.services[graph.service(vertex)]),
        known_(known),
        misses_(misses),
        congestion_(congestion),
        stretch_(congestion.stretch_at(graph.service(vertex))) {
    Path path;
    add(graph.operation(vertex).steps, path);
    result.succeeds = path.reached;
  }

  ExecutionMeans result;

 private:
  void add(Steps const& steps, Path& path) {
    for (Step const& step : steps)
      std::visit([&](auto const& action) { add(action, step, path); }, step.action);
  }

  void pass(double seconds, bool holds_slot, Path const& path) {
    if (seconds <= 0.0 || path.reached <= 0.0) return;  // For nothing times a mean without bound.
    elapsed_ += path.reached * seconds;
    if (path.unanswered > 0.0) result.response += path.unanswered * seconds;
    if (holds_slot) result.held += path.reached * seconds;
  }

  void visit(Step const& step, std::size_t target, double times) {
    result.visits.push_back({&step, target, times});
  }

  [[nodiscard]] double reply_of(std::size_t target) const {
    return congestion_.wait_at(graph_.service(target)) + known_[target].response;
  }

  void add(WorkStep const& work, Step const&, Path& path) {
    if (path.reached > 0.0) result.work += path.reached * work.duration.mean();
    pass(work.duration.mean() * stretch_, true, path);
  }

  void add(WaitStep const& wait, Step const&, Path& path) {
    pass(wait.duration.mean(), service_.blocking, path);
  }

  void add(CallStep const& call, Step const& step, Path& path) {
    std::size_t const target = graph_.vertex(call.target);
    auto const expected = congestion_.of(call.options);
    visit(step, target, path.reached * expected.attempts);
    double const reply = reply_of(target);
    double const once =
        call.options.timeout ? std::min(reply, call.options.timeout->mean()) : reply;
    pass(once * expected.attempts + expected.pauses, service_.blocking, path);
    if (!call.fallback) path = path.with(1.0 - expected.failure);
  }

  void add(ForwardStep const& forward, Step const& step, Path& path) {
    std::size_t const target = graph_.vertex(forward.target);
    visit(step, target, path.reached);
    pass(reply_of(target), false, path);
  }

  void add(PublishStep const& publish, Step const& step, Path& path) {
    std::size_t const target = graph_.vertex(publish.channel);
    visit(step, target, path.reached * (publish.count ? publish.count->mean() : 1.0));
    auto const& latency = graph_.broker(target).latency;
    if (publish.confirm && latency) pass(latency->mean(), service_.blocking, path);
  }

  void add(ParallelStep const& parallel, Step const&, Path& path) {
    if (parallel.branches.empty()) return;
    double const before = elapsed_, held = result.held, response = result.response;
    double all_succeed = 1.0, longest_held = 0.0;
    std::vector<double> lengths;
    for (Steps const& branch : parallel.branches) {
      elapsed_ = result.held = 0.0;
      Path own = path;
      add(branch, own);
      lengths.push_back(elapsed_);
      longest_held = std::max(longest_held, result.held);
      if (path.reached > 0.0) all_succeed *= own.reached / path.reached;
    }
    std::sort(lengths.begin(), lengths.end());
    double const length = lengths[std::min(parallel.join, lengths.size()) - 1];
    elapsed_ = before + length;
    result.held = held + (service_.blocking ? length : std::min(length, longest_held));
    result.response = response;
    if (path.unanswered > 0.0) result.response += length * path.unanswered / path.reached;
    if (parallel.join == parallel.branches.size()) path = path.with(all_succeed);
  }

  void add(ChooseStep const& choose, Step const&, Path& path) {
    double rest = 1.0;
    for (auto const& branch : choose.branches) rest -= branch.probability;
    Path after = path.with(std::max(0.0, rest));
    for (auto const& branch : choose.branches) {
      Path own = path.with(branch.probability);
      add(branch.steps, own);
      after.reached += own.reached;
      after.unanswered += own.unanswered;
    }
    path = after;
  }

  void add(CacheStep const& cache, Step const&, Path& path) {
    result.caches.push_back({&cache, path.reached});
    double const misses = misses_.of(cache);
    Path own = path.with(misses);
    add(cache.miss, own);
    Path const hit = path.with(1.0 - misses);
    path = {hit.reached + own.reached, hit.unanswered + own.unanswered};
  }

  /// What is repeated counts as often as it is begun, and its failures as often as that.
  void add(RepeatStep const& repeat, Step const&, Path& path) {
    double const times = repeat.count.mean();
    Path own = path.with(times);
    Path const begun = own;
    add(repeat.steps, own);
    auto const survived = [&](double before, double after) {
      return before > 0.0 ? std::pow(after / before, times) : 1.0;
    };
    path = {path.reached * survived(begun.reached, own.reached),
            path.unanswered * survived(begun.unanswered, own.unanswered)};
  }

  void add(UseStep const& use, Step const&, Path& path) {
    double const before = elapsed_;
    add(use.steps, path);
    result.pools.push_back({use.pool, elapsed_ - before});
  }

  /// What was done is undone as often as a later part fails.
  void add(SagaStep const& saga, Step const&, Path& path) {
    std::vector<Path> done;
    for (auto const& part : saga.parts) {
      add(part.steps, path);
      done.push_back(path);
    }
    for (std::size_t i = 0; i < done.size(); ++i) {
      Path undone{done[i].reached - path.reached, done[i].unanswered - path.unanswered};
      if (saga.parts[i].undo) add(*saga.parts[i].undo, undone);
    }
  }

  void add(RespondStep const&, Step const&, Path& path) { path.unanswered = 0.0; }

  /// It runs beside: its work and its calls count, its time does not.
  void add(BackgroundStep const& background, Step const&, Path& path) {
    double const elapsed = elapsed_, held = result.held, response = result.response;
    Path own = path;
    add(background.steps, own);
    elapsed_ = elapsed;
    result.held = held;
    result.response = response;
  }

  void add(FailStep const& fail, Step const&, Path& path) {
    path = path.with(1.0 - fail.probability);
  }

  StepGraph const& graph_;
  Service const& service_;
  std::vector<ExecutionMeans> const& known_;
  CacheMisses const& misses_;
  Congestion const& congestion_;
  double stretch_;
  double elapsed_ = 0.0;
};

Edges calls_of(StepGraph const& graph) {
  Edges edges(graph.operations());
  for (std::size_t vertex = 0; vertex < graph.operations(); ++vertex)
    for_each_step(graph.operation(vertex).steps, true, [&](Step const& step) {
      if (auto const* call = std::get_if<CallStep>(&step.action))
        edges[vertex].push_back(graph.vertex(call->target));
      if (auto const* forward = std::get_if<ForwardStep>(&step.action))
        edges[vertex].push_back(graph.vertex(forward->target));
    });
  return edges;
}

}  // namespace

std::vector<ExecutionMeans> execution_means(Scenario const& scenario, StepGraph const& graph,
                                            CacheMisses const& misses,
                                            Congestion const& congestion) {
  std::vector<ExecutionMeans> means(graph.operations());
  auto const order = post_order(calls_of(graph));
  for (int pass = 0; pass < most_passes(order.size()); ++pass) {
    bool settled = true;
    for (std::size_t const vertex : order) {
      double const before = means[vertex].response;
      means[vertex] = Adder(scenario, graph, vertex, means, misses, congestion).result;
      double const change = std::abs(means[vertex].response - before);
      if (change > precision * means[vertex].response) settled = false;
    }
    if (settled) break;
  }
  return means;
}

}  // namespace sojourn
