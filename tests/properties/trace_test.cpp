/// What holds of the traces of every scenario whatever.
#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "models/simulate.h"
#include "tests/properties/each_scenario.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace support;

constexpr TraceOptions all{.share = 1.0, .most_requests = 10'000'000};

/// A run in which every request is traced.
class TracingRun : public TestRun {
 public:
  explicit TracingRun(Scenario const& scenario) : TestRun(scenario, scenario.seed) {
    world().traces.turn_on(Streams(scenario.seed, 0), all);
  }
};

struct RequestsOf {
  std::uint64_t sent = 0, succeeded = 0;
  std::array<std::uint64_t, failure_causes.size()> failed{};
  double latencies = 0.0;  ///< Sum of those that succeeded, s.
};

std::vector<RequestsOf> requests_in(TracedRun const& run, std::size_t workloads) {
  std::vector<RequestsOf> requests(workloads);
  for (Span const& span : run.spans) {
    if (span.parent != nowhere) continue;
    RequestsOf& mine = requests.at(span.source);
    ++mine.sent;
    if (span.is_open) continue;
    if (span.outcome == Outcome::success) {
      ++mine.succeeded;
      mine.latencies += in_seconds(span.end - span.begin);
    } else {
      ++mine.failed[cause_index(span.outcome)];
    }
  }
  return requests;
}

TEST(TracePropertyTest, RequestsAreThoseThatAreCounted) {
  std::uint64_t sent = 0;
  for_each_scenario([&](Scenario const& scenario, RandomFile const&) {
    TracingRun run(scenario);
    run.result();
    TracedRun const traced = run.world().traces.collect(run.world());
    auto const requests = requests_in(traced, scenario.workloads.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      WorkloadMeasures const& measures = run.world().measures.workloads[i];
      EXPECT_EQ(requests[i].sent, measures.cohort);
      EXPECT_EQ(requests[i].succeeded, measures.cohort_succeeded);
      EXPECT_EQ(requests[i].failed, measures.cohort_failed);
      sent += requests[i].sent;
      if (requests[i].succeeded == 0) continue;
      double const mean = requests[i].latencies / static_cast<double>(requests[i].succeeded);
      EXPECT_NEAR(mean, measures.latency.of_cohort().mean(), 1e-9 * mean + 1e-12);
    }
    EXPECT_FALSE(traced.has_more);
  });
  EXPECT_GT(sent, 1000U);
}

TEST(TracePropertyTest, SpansAreTrees) {
  for_each_scenario([](Scenario const& scenario, RandomFile const&) {
    TracingRun run(scenario);
    run.result();
    TracedRun const traced = run.world().traces.collect(run.world());
    std::uint32_t requests = 0;
    for (std::uint32_t i = 0; i < traced.spans.size(); ++i) {
      Span const& span = traced.spans[i];
      EXPECT_GE(span.begin, Time{});
      EXPECT_LE(span.begin, span.end);
      EXPECT_LE(span.end, run.world().now());
      EXPECT_LT(span.source, traced.sources.size());
      auto const is_earlier = [](SpanEvent const& left, SpanEvent const& right) {
        return left.time < right.time;
      };
      EXPECT_TRUE(std::is_sorted(span.events.begin(), span.events.end(), is_earlier));
      if (span.parent == nowhere) {
        EXPECT_EQ(span.trace, requests++);
        continue;
      }
      ASSERT_LT(span.parent, i) << "parents come first";
      EXPECT_EQ(span.trace, traced.spans[span.parent].trace);
      EXPECT_GE(span.begin, traced.spans[span.parent].begin);
    }
    EXPECT_EQ(traced.requests, requests);
  });
}

/// Whoever is known to be traced is there, and what has ended is forgotten.
TEST(TracePropertyTest, WhatHasEndedIsForgotten) {
  for_each_scenario([](Scenario const& scenario, RandomFile const&) {
    TracingRun run(scenario);
    std::uint64_t events = 0;
    run.until(scenario.duration, [&](World const& world, Event const&) {
      if (++events % 16 != 0) return;
      std::size_t messages = world.channels.waiting();
      world.messages.for_each([&](Id, Message const& message) {
        messages += message.state == MessageState::ready ? 0 : 1;
      });
      EXPECT_LE(world.traces.open(), world.activities.size() + world.calls.size() +
                                         world.publications.size() + world.deliveries.size() +
                                         messages);
    });
  });
}

/// In the scenarios for which a world has shortcuts, too.
TEST(TracePropertyTest, WhoIsTracedFaresAsOthers) {
  std::uint64_t plain = 0;
  for_each_scenario([&](Scenario const& scenario, RandomFile const&) {
    auto const program = compile(scenario);
    plain += program->is_plain ? 1 : 0;
    Watch watch;
    TracedRun traced;
    Streams const streams(scenario.seed, 0);
    RunResult const untraced = simulate(*program, streams, watch);
    expect_same(untraced, simulate_traced(*program, streams, watch, {.share = 0.5}, traced));
  });
  EXPECT_GT(plain, 0U);
}

}  // namespace
}  // namespace sojourn
