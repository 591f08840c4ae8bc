/// Every kind of figure, worked out by hand: what counts where, and over which window.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// Ten seconds after a warm-up of five. Requests take 1 s in one slot of two: one is sent in the
/// warm-up and ends in the measured time, two overlap, one is turned away and one is on its way at
/// the end.
struct Report {
  Report() : builder(10s, 5s) {
    builder.trace("clients", {-500ms, 2s, 2500ms, 2600ms, 9500ms}, "web.op");
    builder.service("web", {work(1s)}, 2).queue.capacity = 0;
    run.emplace(builder);
    result = run->result();
  }
  double operator[](char const* name) const { return metric(run->program(), result, name); }

  ScenarioBuilder builder;
  std::optional<TestRun> run;
  RunResult result;
};

TEST(ReportTest, FlowsCountWhatHappensInTheMeasuredTime) {
  Report const report;
  EXPECT_DOUBLE_EQ(report["clients.arrivals"], 0.4) << "four sent in 10 s";
  EXPECT_DOUBLE_EQ(report["clients.throughput"], 0.4) << "with the one of the warm-up";
  EXPECT_DOUBLE_EQ(report["clients.goodput"], 0.3);
  EXPECT_DOUBLE_EQ(report["web.arrivals"], 0.4);
  EXPECT_DOUBLE_EQ(report["web.throughput"], 0.3);
  EXPECT_DOUBLE_EQ(report["web.rejected"], 1.0);
}

TEST(ReportTest, CohortsAreWhoArrivedInTheMeasuredTime) {
  Report const report;
  EXPECT_DOUBLE_EQ(report["clients.availability"], 2.0 / 3.0) << "of those that have ended";
  EXPECT_DOUBLE_EQ(report["clients.failures.rejected"], 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(report["clients.failures.timeout"], 0.0);
  EXPECT_DOUBLE_EQ(report["clients.attempts"], 1.0);
  EXPECT_DOUBLE_EQ(report["clients.latency.mean"], 1.0);
  EXPECT_DOUBLE_EQ(report["clients.latency.max"], 1.0);
  EXPECT_DOUBLE_EQ(report["clients.failure_latency.max"], 0.0);
  EXPECT_DOUBLE_EQ(report["web.availability"], 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(report["web.op.latency.mean"], 1.0);
}

TEST(ReportTest, LevelsAreAveragedOverTheMeasuredTime) {
  Report const report;
  // Busy: 0.5 s of the first, 1 s each of the next two, 0.5 s of the last; two slots.
  EXPECT_DOUBLE_EQ(report["web.utilisation"], 3.0 / 20.0);
  EXPECT_DOUBLE_EQ(report["web.in_flight.mean"], 0.3);
  EXPECT_DOUBLE_EQ(report["web.in_flight.end"], 1.0);
  EXPECT_DOUBLE_EQ(report["clients.in_flight.mean"], 0.3);
  EXPECT_DOUBLE_EQ(report["web.replicas"], 1.0);
}

TEST(ReportTest, TheAccountNamesEachPlaceOnce) {
  Report const report;
  AccountDefinition const& account = layout_of(report.run->program()).accounts.at(0);
  RunResult::Account const& counts = report.result.accounts.at(0);
  EXPECT_EQ(counts.total, 4U);
  for (std::size_t i = 0; i < account.parts.size(); ++i) {
    std::uint64_t const expected = account.parts[i] == "succeeded"   ? 2
                                   : account.parts[i] == "rejected"  ? 1
                                   : account.parts[i] == "in_flight" ? 1
                                                                     : 0;
    EXPECT_EQ(counts.parts[i], expected) << account.parts[i];
  }
}

TEST(ReportTest, ServicesTellHowLongAndHowOftenOneWaits) {
  ScenarioBuilder builder(10s);
  builder.trace("clients", {0s, 500ms, 5s}, "web.op");
  builder.service("web", {work(1s)});
  TestRun run(builder);
  EXPECT_DOUBLE_EQ(run.metric("web.waited"), 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(run.metric("web.wait.mean"), 0.5 / 3.0);
  EXPECT_DOUBLE_EQ(run.metric("web.wait.max"), 0.5);
  EXPECT_DOUBLE_EQ(run.metric("web.queue.mean"), 0.05);
  EXPECT_DOUBLE_EQ(run.metric("web.queue.max"), 1.0);
}

TEST(ReportTest, ChannelsTellWhatBecameOfTheirMessages) {
  ScenarioBuilder builder(10s, 5s);
  builder.trace("clients", {-1s, 1s, 1s, 9500ms}, "front.op");
  builder.service("front", {publish("rabbit.jobs")}, unlimited);
  builder.service("worker", {work(1s)});
  builder.channel("rabbit.jobs").subscribers.push_back(subscriber("worker.op"));
  TestRun run(builder);
  RunResult const result = run.result();
  auto const value = [&](char const* name) {
    return metric(run.program(), result, std::string("rabbit.jobs.") + name);
  };
  EXPECT_EQ(value("published"), 3.0) << "the first was published in the warm-up";
  EXPECT_EQ(value("delivered"), 3.0);
  EXPECT_EQ(value("processed"), 2.0);
  EXPECT_DOUBLE_EQ(value("depth.mean"), (1.0 + 2.0 + 0.5) / 10.0);
  EXPECT_EQ(value("depth.max"), 2.0);
  EXPECT_EQ(value("depth.end"), 1.0);
  EXPECT_DOUBLE_EQ(value("age.max"), 1.0);
  EXPECT_DOUBLE_EQ(value("latency.mean"), 1.5);
}

TEST(ReportTest, SeriesAddUpToTheWhole) {
  ScenarioBuilder builder(60s, 10s);
  builder.open("clients", Distribution::exponential(0.02), "web.op");
  builder.service("web", {work(Distribution::exponential(0.015)), fail(0.1)});
  TestRun run(builder);
  RunResult const result = run.result();
  auto const mean_of = [&](std::string const& name) {
    auto const& series = layout_of(run.program()).series;
    auto const found = std::find_if(series.begin(), series.end(),
                                    [&](SeriesDefinition const& one) { return one.name == name; });
    auto const& cells = result.series.at(static_cast<std::size_t>(found - series.begin()));
    double sum = 0.0;
    for (double const cell : cells) sum += cell;
    return sum / static_cast<double>(cells.size());
  };
  auto const value = [&](char const* name) { return metric(run.program(), result, name); };
  EXPECT_NEAR(mean_of("clients.goodput"), value("clients.goodput"), 1e-9);
  EXPECT_NEAR(mean_of("clients.failures"), value("clients.throughput") - value("clients.goodput"),
              1e-9);
  EXPECT_NEAR(mean_of("clients.in_flight"), value("clients.in_flight.mean"), 1e-9);
  EXPECT_NEAR(mean_of("web.utilisation"), value("web.utilisation"), 1e-9);
  EXPECT_NEAR(mean_of("web.queue"), value("web.queue.mean"), 1e-9);
}

}  // namespace
}  // namespace sojourn
