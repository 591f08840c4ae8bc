#include "app/config/distribution_reader.h"
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

}  // namespace sojourn
