#include <algorithm>

#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/quantity.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

enum class RetryCause { error, timeout, rejected };

Value<Backoff> exponential_backoff() {
  Table<Backoff> table;
  table
      .required("first", duration_value(Bound::positive), &Backoff::first,
                "The wait before the first retry.")
      .optional("factor", number_value(Bound::positive, 1000.0), &Backoff::factor, "2",
                "By what the wait grows from one retry to the next, at least 1.")
      .optional("max", duration_value(Bound::positive), &Backoff::max, "no limit",
                "The wait grows to this and no further.")
      .optional(
          "jitter",
          enumeration<Backoff::Jitter>({{"none", Backoff::Jitter::none},
                                        {"full", Backoff::Jitter::full},
                                        {"equal", Backoff::Jitter::equal},
                                        {"decorrelated", Backoff::Jitter::decorrelated}}),
          &Backoff::jitter, "none",
          "How the wait is drawn: none, full (from zero to it), equal (from half of it to it) "
          "or decorrelated (from `first` to three times the previous wait).")
      .check([](Node const& node, Backoff& backoff, Reading& reading) {
        if (backoff.factor < 1.0)
          reading.error_at(node.find("factor")->place(), "factor: must be at least 1");
        if (backoff.max < backoff.first && node.find("max") != nullptr)
          reading.error_at(node.find("max")->place(), "max: must be at least as long as first");
      });
  return object(std::move(table));
}

Backoff drawn_backoff(Distribution each) {
  Backoff backoff;
  backoff.each = std::move(each);
  return backoff;
}

bool waits_for_nothing(Backoff const& backoff) {
  if (backoff.each) return backoff.each->is_constant() && backoff.each->mean() == 0.0;
  return backoff.first == Duration::zero();
}

void set_causes(Retry& retry, std::vector<RetryCause> const& causes) {
  auto const has = [&](RetryCause cause) {
    return std::find(causes.begin(), causes.end(), cause) != causes.end();
  };
  retry.on_error = has(RetryCause::error);
  retry.on_timeout = has(RetryCause::timeout);
  retry.on_rejected = has(RetryCause::rejected);
}

void check_retry(Node const& node, Retry& retry, Reading& reading) {
  Node const* const attempts = node.find("attempts");
  if (attempts != nullptr && retry.attempts == unlimited && waits_for_nothing(retry.backoff))
    reading.error_at(attempts->place(),
                     "attempts: unlimited attempts need a backoff of more than zero");
  Node const* const on = node.find("on");
  if (on != nullptr && !retry.on_error && !retry.on_timeout && !retry.on_rejected &&
      on->is(Node::Kind::sequence) && on->items.empty())
    reading.error_at(on->place(), "on: expected at least one of error, timeout, rejected");
}

}  // namespace

Value<Backoff> backoff_value() {
  return scalar_or<Backoff>(
      converted<Backoff>(distribution_value(Bound::not_negative), drawn_backoff),
      exponential_backoff());
}

Value<Retry> retry_value() {
  Table<Retry> table;
  auto const causes = list_of(enumeration<RetryCause>({{"error", RetryCause::error},
                                                       {"timeout", RetryCause::timeout},
                                                       {"rejected", RetryCause::rejected}}),
                              "error, timeout and rejected");
  table
      .optional("attempts", limit_value(1), &Retry::attempts, "3",
                "How often it is tried at most, the first time included; or unlimited.")
      .optional("backoff", backoff_value(), &Retry::backoff, "0s",
                "The wait before a retry: a duration, a distribution drawn anew each time, or "
                "exponential growth.")
      .optional("on", causes, set_causes, "[error, timeout, rejected]",
                "After which failures it is tried again.")
      .optional("budget", ratio_value(Bound::positive), &Retry::budget, "no limit",
                "Retries at most, as a share of first attempts.")
      .check(check_retry);
  return object(std::move(table));
}

namespace {

/// The last so long or the last so many.
Value<std::variant<Duration, std::int64_t>> window_value() {
  using Window = std::variant<Duration, std::int64_t>;
  constexpr std::int64_t most_outcomes = 1'000'000;
  auto const length = converted<Window>(duration_value(Bound::positive),
                                        [](Duration value) { return Window(value); });
  auto const count = converted<Window>(count_value(1, most_outcomes),
                                       [](std::int64_t value) { return Window(value); });
  auto read = [length, count](Node const& node, Reading& reading) {
    bool const is_count = node.is(Node::Kind::scalar) && !node.text.empty() &&
                          node.text.find_first_not_of("0123456789") == std::string::npos;
    if (is_count) return count.read(node, reading);
    bool const is_length = node.is(Node::Kind::scalar) && parse_duration(node.text).value;
    if (is_length) return length.read(node, reading);
    reading.expected(node, "a duration such as 10s or a number of outcomes such as 100");
    return std::optional<Window>{};
  };
  return {std::move(read), [length, count] {
            return Json{{"anyOf", Json::array({length.schema(), count.schema()})}};
          }};
}

/// A breaker as it is written.
struct BreakerKeys {
  std::optional<std::variant<Duration, std::int64_t>> window;
  std::optional<std::int64_t> calls, consecutive;
  std::optional<double> failures;
  Breaker breaker;
};

void check_breaker(Node const& node, BreakerKeys& keys, Reading& reading) {
  if (keys.consecutive) {
    for (char const* const key : {"calls", "failures"})
      if (Node const* const foreign = node.find(key))
        reading.error_at(foreign->place(), fmt::format("{}: belongs to 'window'", key));
    keys.breaker.trip = FailuresInARow{*keys.consecutive};
    return;
  }
  if (!keys.window) return;
  FailureRate rate;
  rate.window = *keys.window;
  if (auto const* const count = std::get_if<std::int64_t>(&*keys.window)) {
    rate.calls = std::min(rate.calls, *count);
    if (keys.calls && *keys.calls > *count)
      reading.error_at(node.find("calls")->place(),
                       fmt::format("calls: the window holds only {}", *count));
  }
  rate.calls = keys.calls.value_or(rate.calls);
  rate.failures = keys.failures.value_or(rate.failures);
  keys.breaker.trip = rate;
}

Value<Breaker> breaker_value() {
  constexpr std::int64_t most = 1'000'000;
  Table<BreakerKeys> table;
  table
      .optional("window", window_value(), &BreakerKeys::window, "",
                "Over which outcomes the share of failures is taken: the last so long, such as "
                "10s, or the last so many, such as 100.")
      .optional("calls", count_value(1, most), &BreakerKeys::calls, "20",
                "With `window`: how many outcomes there must be in it.")
      .optional("failures", ratio_value(Bound::positive), &BreakerKeys::failures, "50%",
                "With `window`: the share of failures at which it opens.")
      .optional("consecutive", count_value(1, most), &BreakerKeys::consecutive, "",
                "It opens after so many failures in a row.")
      .required(
          "open", duration_value(Bound::positive),
          [](BreakerKeys& keys, Duration open) { keys.breaker.open = open; },
          "How long it lets nothing through.")
      .optional(
          "probes", count_value(1, most),
          [](BreakerKeys& keys, std::int64_t probes) { keys.breaker.probes = probes; }, "1",
          "How many attempts must then succeed in a row until it closes; one that fails opens it "
          "again.")
      .exactly_one({"window", "consecutive"})
      .check(check_breaker);
  return converted<Breaker>(object(std::move(table)),
                            [](BreakerKeys const& keys) { return keys.breaker; });
}

Value<CallLimit> call_limit_value() {
  constexpr std::int64_t most = 1'000'000'000;
  Table<CallLimit> table;
  table
      .required("calls", count_value(1, most), &CallLimit::calls,
                "How many attempts one replica may have in flight.")
      .optional("when_full",
                enumeration<bool>({{"reject", false}, {"block", true}}, {{"wait", "block"}}),
                &CallLimit::waits, "reject",
                "One too many fails at once (reject) or waits in line (block).");
  auto const count = converted<CallLimit>(count_value(1, most), [](std::int64_t calls) {
    return CallLimit{calls, false};
  });
  return scalar_or<CallLimit>(count, object(std::move(table)));
}

Value<Hedge> hedge_value() {
  Table<Hedge> table;
  table
      .required("after", duration_value(Bound::not_negative), &Hedge::after,
                "How long it waits for an answer before it sends the next copy.")
      .optional(
          "attempts", count_value(2, Hedge::most_copies),
          [](Hedge& hedge, std::int64_t copies) {
            hedge.copies = static_cast<std::uint32_t>(copies);
          },
          "2", "How many copies it sends at most, the first included.");
  return object(std::move(table));
}

Value<Payload> payload_value() {
  Table<Payload> table;
  table.optional("request", size_value(), &Payload::request, "0B", "Of the request.")
      .optional("reply", size_value(), &Payload::reply, "0B", "Of a reply that is no error.");
  return object(std::move(table));
}

}  // namespace

template <class S>
void add_call_options(Table<S>& table) {
  table
      .optional(
          "timeout", distribution_value(Bound::positive),
          [](S& caller, Distribution timeout) { caller.options.timeout = std::move(timeout); },
          "none", "After it an attempt has failed for the caller; the callee works on.")
      .optional(
          "cancel", flag_value(), [](S& caller, bool cancel) { caller.options.cancel = cancel; },
          "false", "Whether the callee is told when nobody waits any longer, and stops.")
      .optional(
          "hedge", hedge_value(), [](S& caller, Hedge hedge) { caller.options.hedge = hedge; },
          "none",
          "Further copies of an attempt, sent when its answer takes long; first reply wins.")
      .optional(
          "payload", payload_value(),
          [](S& caller, Payload payload) { caller.options.payload = payload; }, "nothing",
          "The sizes of request and reply, for links with a bandwidth.")
      .optional(
          "retry", retry_value(),
          [](S& caller, Retry retry) { caller.options.retry = std::move(retry); }, "one attempt",
          "Whether it is tried again after a failure.")
      .optional(
          "breaker", breaker_value(),
          [](S& caller, Breaker breaker) { caller.options.breaker = breaker; }, "none",
          "A circuit breaker: after too many failures nothing is sent for a while.")
      .optional(
          "limit", call_limit_value(),
          [](S& caller, CallLimit limit) { caller.options.limit = limit; }, "none",
          "A bulkhead: how many attempts may be in flight at once.")
      .optional(
          "key", count_distribution_value(),
          [](S& caller, Distribution key) { caller.options.key = std::move(key); },
          "that of the request it is part of, if any",
          "What it is about, drawn once and carried by all that it causes: a distribution of "
          "counts such as zipf(n=1000, s=1.1). Used by `balance: key-hash` and by a cache with "
          "`keys: request`.");
}

template void add_call_options(Table<CallStep>& table);
template void add_call_options(Table<Workload>& table);

}  // namespace sojourn
