#pragma once

#include <array>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "models/span.h"
#include "tests/support/run.h"

namespace sojourn::support {

/// Traces that can be read: a line for each span, those that it is the parent of below it and two
/// columns to the right. Times in ms, exact.
class Outline {
 public:
  explicit Outline(TracedRun const& run) : run_(run), children_(run.spans.size()) {
    for (std::uint32_t i = 0; i < run.spans.size(); ++i) {
      std::uint32_t const parent = run.spans[i].parent;
      if (parent != nowhere) children_[parent].push_back(i);
    }
    for (std::uint32_t i = 0; i < run.spans.size(); ++i) {
      if (run.spans[i].parent == nowhere) add(i, 0);
    }
  }

  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  void add(std::uint32_t place, std::size_t depth) {
    static constexpr std::array<char const*, 6> kinds{"",       "internal", "server",
                                                      "client", "producer", "consumer"};
    Span const& span = run_.spans[place];
    text_ << std::string(2 * depth, ' ') << kinds[static_cast<std::size_t>(span.kind)] << ' '
          << run_.sources[span.source] << " '" << span.name << "' " << in_ms(span.begin) << '-'
          << in_ms(span.end) << ' ' << (span.is_open ? "unfinished" : name_of(span.outcome));
    if (span.replica != nowhere && span.replica > 0) text_ << ", replica " << span.replica;
    if (span.attempt > 0) text_ << ", attempt " << span.attempt;
    if (span.delivery > 0) text_ << ", delivery " << span.delivery;
    if (span.messages > 1) text_ << ", messages " << span.messages;
    for (SpanEvent const& event : span.events)
      text_ << ", " << event.name << " at " << in_ms(event.time);
    for (std::uint32_t const sender : span.senders)
      text_ << ", follows trace " << run_.spans[sender].trace;
    text_ << '\n';
    for (std::uint32_t const child : children_[place]) add(child, depth + 1);
  }

  static std::string in_ms(Time time) {
    std::int64_t const nanoseconds = time.time_since_epoch().count();
    std::string const whole = std::to_string(nanoseconds / 1'000'000);
    std::int64_t const rest = nanoseconds % 1'000'000;
    return rest == 0 ? whole : whole + "+" + std::to_string(rest) + "ns";
  }

  TracedRun const& run_;
  std::vector<std::vector<std::uint32_t>> children_;
  std::ostringstream text_;
};

/// What is traced of a scenario if that is wanted of all requests.
inline std::string outline_of(ScenarioBuilder const& builder) {
  TestRun run(builder);
  run.world().traces.turn_on(Streams(1, 0), {.share = 1.0});
  run.result();
  return "\n" + Outline(run.world().traces.collect(run.world())).text();
}

}  // namespace sojourn::support
