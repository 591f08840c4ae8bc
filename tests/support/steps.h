#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/scenario.h"

/// Steps and durations of scenarios in a notation short enough to be read in a test. Operations
/// and channels are named as in a file: "web.checkout".
namespace sojourn::support {

/// A distribution, or a duration that is meant as a constant.
struct Length {
  Length(Duration constant)  // NOLINT(google-explicit-constructor)
      : distribution(Distribution::constant(in_seconds(constant))) {}
  template <class Rep, class Period>
  Length(std::chrono::duration<Rep, Period> constant)  // NOLINT(google-explicit-constructor)
      : Length(Duration(constant)) {}
  Length(Distribution drawn)  // NOLINT(google-explicit-constructor)
      : distribution(std::move(drawn)) {}

  Distribution distribution;
};

inline std::pair<std::string, std::string> split(std::string const& name) {
  auto const dot = name.find('.');
  return {name.substr(0, dot), name.substr(dot + 1)};
}
inline OperationName operation(std::string const& name) {
  auto const [service, operation] = split(name);
  return {service, operation};
}
inline ChannelName channel(std::string const& name) {
  auto const [broker, channel] = split(name);
  return {broker, channel};
}

inline Step work(Length const& length) { return {WorkStep{length.distribution}}; }
inline Step wait(Length const& length) { return {WaitStep{length.distribution}}; }
inline Step call(std::string const& target, CallOptions options = {}) {
  return {CallStep{operation(target), std::move(options), {}}};
}
/// What is run instead if the call, publish or saga fails.
inline Step or_else(Step step, Steps fallback) {
  if (auto* const called = std::get_if<CallStep>(&step.action)) {
    called->fallback = std::move(fallback);
  } else if (auto* const run = std::get_if<SagaStep>(&step.action)) {
    run->fallback = std::move(fallback);
  } else {
    std::get<PublishStep>(step.action).fallback = std::move(fallback);
  }
  return step;
}
inline Step forward(std::string const& target) { return {ForwardStep{operation(target)}}; }
inline Step publish(std::string const& target, bool confirm = true) {
  PublishStep step;
  step.channel = channel(target);
  step.confirm = confirm;
  return {std::move(step)};
}
inline Step publish_within(std::string const& target, Length const& timeout) {
  PublishStep step;
  step.channel = channel(target);
  step.timeout = timeout.distribution;
  return {std::move(step)};
}
inline Step publish_many(std::string const& target, int count) {
  PublishStep step;
  step.channel = channel(target);
  step.count = Distribution::constant(count);
  return {std::move(step)};
}
inline Step parallel(std::vector<Steps> branches, std::size_t join) {
  return {ParallelStep{std::move(branches), join}};
}
inline Step repeat(int count, Steps steps) {
  return {RepeatStep{Distribution::constant(count), std::move(steps)}};
}
inline Step use(std::string pool, Steps steps) {
  return {UseStep{std::move(pool), std::move(steps)}};
}
/// Hits with that probability.
inline Step cache(double hits, Steps miss) { return {CacheStep{hits, std::move(miss)}}; }
inline Step cache(KeyCacheOptions keys, Steps miss) {
  return {CacheStep{std::move(keys), std::move(miss)}};
}
/// A part of a saga; without `undo` there is nothing to undo.
inline SagaStep::Part part(Steps steps, std::optional<Steps> undo = {}) {
  return {std::move(steps), std::move(undo)};
}
inline Step saga(std::vector<SagaStep::Part> parts) {
  return {SagaStep{std::move(parts), false, {}}};
}
inline Step durable_saga(std::vector<SagaStep::Part> parts) {
  return {SagaStep{std::move(parts), true, {}}};
}
inline Step respond() { return {RespondStep{}}; }
inline Step background(Steps steps) { return {BackgroundStep{std::move(steps)}}; }
inline Step fail(double probability = 1.0) { return {FailStep{probability}}; }

inline CallOptions within(Length const& timeout) {
  CallOptions options;
  options.timeout = timeout.distribution;
  return options;
}

/// `attempts` in all, `backoff` between them.
inline Retry retry(Limit attempts, Duration backoff) {
  Retry retry;
  retry.attempts = attempts;
  retry.backoff.first = backoff;
  retry.backoff.factor = 1.0;
  return retry;
}

}  // namespace sojourn::support
