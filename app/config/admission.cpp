/// Whom a service lets in, and who waits how.
#include <algorithm>

#include <fmt/format.h>

#include "app/config/arguments.h"
#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

Value<ControlledDelaySpec> codel_value() {
  Table<ControlledDelaySpec> table;
  table
      .optional("target", duration_value(Bound::positive), &ControlledDelaySpec::target, "5ms",
                "The wait that is good enough; some are shed when it is not met for a while.")
      .optional("interval", duration_value(Bound::positive), &ControlledDelaySpec::interval,
                "100ms", "For how long no wait must have met it before the first is shed.")
      .check([](Node const& node, ControlledDelaySpec& codel, Reading& reading) {
        if (codel.interval <= codel.target)
          reading.error_at(node.place(), "codel: the interval must be longer than the target");
      });
  return object(std::move(table));
}

/// Who has come last has not waited, however long the line; and who interrupts does not wait.
void check_codel(Node const& node, QueueSpec& queue, Reading& reading) {
  if (queue.codel && (queue.discipline == Discipline::lifo || interrupts(queue.discipline)))
    reading.error_at(node.find("codel")->place(),
                     "codel: does not go with lifo, preemptive-lifo or preemptive-priority, where "
                     "the wait of who is next says nothing about the line");
}

Value<QueueSpec> queue_mapping() {
  Table<QueueSpec> table;
  table
      .optional("capacity", limit_value(0), &QueueSpec::capacity, "unlimited",
                "How many requests may wait at one replica.")
      .optional("discipline",
                enumeration<Discipline>({{"fifo", Discipline::fifo},
                                         {"lifo", Discipline::lifo},
                                         {"random", Discipline::random},
                                         {"priority", Discipline::priority},
                                         {"preemptive-priority", Discipline::preemptive_priority},
                                         {"preemptive-lifo", Discipline::preemptive_lifo},
                                         {"shortest-first", Discipline::shortest_first},
                                         {"earliest-deadline", Discipline::earliest_deadline}}),
                &QueueSpec::discipline, "fifo",
                "Who is next: fifo, lifo, random, priority (most urgent first, then fifo), "
                "shortest-first (the least work) or earliest-deadline (whose caller gives up "
                "first); preemptive-priority and preemptive-lifo interrupt work that goes on "
                "later.")
      .optional("when_full",
                enumeration<QueueSpec::WhenFull>({{"reject", QueueSpec::WhenFull::reject},
                                                  {"drop-oldest", QueueSpec::WhenFull::drop_oldest},
                                                  {"block", QueueSpec::WhenFull::block}},
                                                 {{"wait", "block"}}),
                &QueueSpec::when_full, "reject",
                "Where there is no room: reject (an error at once), drop-oldest, or block (the "
                "sender waits, and keeps what it holds).")
      .optional("codel", codel_value(), &QueueSpec::codel, "none",
                "Sheds requests once even the shortest wait has been too long for a while.")
      .check(check_codel);
  return object(std::move(table));
}

}  // namespace

Value<QueueSpec> queue_value() {
  auto const capacity = converted<QueueSpec>(limit_value(0), [](Limit limit) {
    QueueSpec queue;
    queue.capacity = limit;
    return queue;
  });
  return scalar_or<QueueSpec>(capacity, queue_mapping());
}

namespace {

std::optional<AdmissionLimit> make_rate_limit(Arguments& arguments) {
  constexpr std::int64_t most_tokens = 1'000'000'000;
  RateLimit limit;
  limit.rate = arguments.rate("rate");
  if (arguments.has("burst")) limit.burst = arguments.count("burst", 1, most_tokens);
  constexpr double ten_years = 10 * 365.25 * 86400.0;
  if (arguments.good() && static_cast<double>(limit.burst) / limit.rate > ten_years)
    arguments.fail("burst", "burst of rate: would take more than 10 years to fill");
  if (!arguments.good()) return std::nullopt;
  return AdmissionLimit{limit, false};
}

std::optional<AdmissionLimit> make_concurrency_limit(Arguments& arguments) {
  constexpr std::int64_t most_requests = 1'000'000'000;
  ConcurrencyLimit const limit{arguments.count("most", 1, most_requests)};
  if (!arguments.good()) return std::nullopt;
  return AdmissionLimit{limit, false};
}

std::optional<AdmissionLimit> make_adaptive_limit(Arguments& arguments) {
  constexpr std::int64_t most_requests = 1'000'000'000;
  AdaptiveLimit limit;
  if (arguments.has("min")) limit.least = arguments.count("min", 1, most_requests);
  if (arguments.has("max")) limit.most = arguments.count("max", 1, most_requests);
  if (arguments.good() && limit.least > limit.most)
    arguments.fail("min", fmt::format("min of adaptive: is more than max, {}", limit.most));
  if (!arguments.good()) return std::nullopt;
  limit.initial = std::clamp(limit.initial, limit.least, limit.most);
  if (arguments.has("initial")) limit.initial = arguments.count("initial", limit.least, limit.most);
  if (!arguments.good()) return std::nullopt;
  return AdmissionLimit{limit, false};
}

using MakeLimit = std::optional<AdmissionLimit> (*)(Arguments&);

std::vector<Function<MakeLimit>> const& limit_functions() {
  static std::vector<Function<MakeLimit>> const functions = {
      {"rate", {"rate", "burst", "when_full"}, make_rate_limit},
      {"concurrency", {"most", "when_full"}, make_concurrency_limit},
      {"adaptive", {"initial", "min", "max", "when_full"}, make_adaptive_limit}};
  return functions;
}

std::optional<AdmissionLimit> read_limit(Node const& node, Reading& reading) {
  constexpr std::string_view form =
      "a limit such as rate(200/s, burst=50), concurrency(100) or adaptive(initial=20)";
  auto const expression = read_expression(node, form, reading);
  if (!expression) return std::nullopt;
  if (!expression->is_call) {
    reading.expected(node, form);
    return std::nullopt;
  }
  auto const* const function = find_function(limit_functions(), *expression, node, reading);
  if (function == nullptr) return std::nullopt;
  Arguments arguments(*expression, function->arguments, node, reading);
  auto limit = function->make(arguments);
  if (!limit || !arguments.has("when_full")) return limit;
  std::string const word = arguments.word("when_full");
  limit->waits = word == "wait";
  if (word != "wait" && word != "reject")
    arguments.fail("when_full",
                   "when_full: expected reject or wait, found " + in_quotes(word) +
                       did_you_mean(word == "block" ? "wait" : word, {"reject", "wait"}));
  return arguments.good() ? limit : std::nullopt;
}

}  // namespace

Value<AdmissionLimit> admission_value() {
  return {read_limit, [] { return pattern_schema("(rate|concurrency|adaptive) *\\(.*\\)"); }};
}

}  // namespace sojourn
