#include "app/lint/response_times.h"

#include <algorithm>
#include <cmath>

namespace sojourn {
namespace {

constexpr std::size_t most_draws = 4000;
constexpr std::int64_t most_steps = 4'000'000;

Edges waits_for(StepGraph const& graph) {
  Edges edges(graph.operations());
  for (std::size_t vertex = 0; vertex < graph.operations(); ++vertex)
    for_each_step(graph.operation(vertex).steps, false, [&](Step const& step) {
      if (auto const* call = std::get_if<CallStep>(&step.action))
        edges[vertex].push_back(graph.vertex(call->target));
      if (auto const* forward = std::get_if<ForwardStep>(&step.action))
        edges[vertex].push_back(graph.vertex(forward->target));
    });
  return edges;
}

}  // namespace

ResponseTimes::ResponseTimes(Scenario const& scenario, StepGraph const& graph, CacheMisses misses)
    : graph_(graph),
      misses_(std::move(misses)),
      random_(Streams(scenario.seed, 0).open("lint/response_times")),
      steps_left_(most_steps),
      draws_(graph.operations()) {
  for (std::size_t const operation : post_order(waits_for(graph)))
    draws_[operation] = draw(operation, most_draws);
}

std::vector<double> ResponseTimes::draw(std::size_t operation, std::size_t count) {
  std::vector<double> times;
  while (times.size() < count && --steps_left_ > 0) {
    Run one;
    run(graph_.operation(operation).steps, one);
    times.push_back(one.replied.value_or(one.elapsed));
  }
  std::sort(times.begin(), times.end());
  return times;
}

double ResponseTimes::reply_of(std::size_t operation) {
  auto const& times = draws_[operation];
  return times.empty() ? 0.0 : times[random_.below(times.size())];
}

void ResponseTimes::run(Steps const& steps, Run& now) {
  for (Step const& step : steps) {
    if (now.failed || --steps_left_ <= 0) return;
    if (auto const* work = std::get_if<WorkStep>(&step.action)) {
      now.elapsed += work->duration.sample(random_);
    } else if (auto const* wait = std::get_if<WaitStep>(&step.action)) {
      now.elapsed += wait->duration.sample(random_);
    } else if (auto const* call = std::get_if<CallStep>(&step.action)) {
      double const reply = reply_of(graph_.vertex(call->target));
      auto const& timeout = call->options.timeout;
      now.elapsed += timeout ? std::min(reply, timeout->sample(random_)) : reply;
    } else if (auto const* forward = std::get_if<ForwardStep>(&step.action)) {
      now.elapsed += reply_of(graph_.vertex(forward->target));
    } else if (auto const* parallel = std::get_if<ParallelStep>(&step.action)) {
      run(*parallel, now);
    } else if (auto const* choose = std::get_if<ChooseStep>(&step.action)) {
      run(*choose, now);
    } else if (auto const* repeat = std::get_if<RepeatStep>(&step.action)) {
      run(*repeat, now);
    } else if (auto const* use = std::get_if<UseStep>(&step.action)) {
      run(use->steps, now);
    } else if (auto const* cache = std::get_if<CacheStep>(&step.action)) {
      if (random_.happens(misses_.of(*cache))) run(cache->miss, now);
    } else if (auto const* saga = std::get_if<SagaStep>(&step.action)) {
      run(*saga, now);
    } else if (std::holds_alternative<RespondStep>(step.action)) {
      if (!now.replied) now.replied = now.elapsed;
    } else if (auto const* fail = std::get_if<FailStep>(&step.action)) {
      now.failed = random_.happens(fail->probability);
    }
  }
}

void ResponseTimes::run(ParallelStep const& parallel, Run& now) {
  std::vector<double> lengths;
  for (Steps const& branch : parallel.branches) {
    Run own;
    run(branch, own);
    lengths.push_back(own.elapsed);
  }
  std::sort(lengths.begin(), lengths.end());
  if (lengths.empty()) return;
  std::size_t const needed = std::clamp<std::size_t>(parallel.join, 1, lengths.size());
  now.elapsed += lengths[needed - 1];
}

void ResponseTimes::run(ChooseStep const& choose, Run& now) {
  double chance = random_.uniform();
  for (auto const& branch : choose.branches) {
    chance -= branch.probability;
    if (chance >= 0.0) continue;
    run(branch.steps, now);
    return;
  }
}

void ResponseTimes::run(RepeatStep const& repeat, Run& now) {
  auto const times = repeat.count.sample_count(random_);
  for (std::int64_t i = 0; i < times && !now.failed && --steps_left_ > 0; ++i)
    run(repeat.steps, now);
}

void ResponseTimes::run(SagaStep const& saga, Run& now) {
  std::size_t done = 0;
  for (; done < saga.parts.size(); ++done) {
    run(saga.parts[done].steps, now);
    if (now.failed) break;
  }
  if (!now.failed) return;
  while (done-- > 0) {
    now.failed = false;
    if (saga.parts[done].undo) run(*saga.parts[done].undo, now);
  }
  now.failed = true;
}

std::optional<double> ResponseTimes::quantile(std::size_t operation, double share) const {
  auto const& times = draws_[operation];
  if (times.size() < most_draws || steps_left_ <= 0) return std::nullopt;
  auto const rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(times.size())));
  return times[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace sojourn
