/// What a timeline worked out by hand costs.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

constexpr double exact = 1e-12;

bool has_metric(TestRun const& run, std::string const& name) {
  auto const& metrics = run.program().layout.metrics;
  return std::any_of(metrics.begin(), metrics.end(),
                     [&](Metric const& metric) { return metric.name == name; });
}

/// `a` leaves before its work of 10 ms is done, `b` waits for its own.
ScenarioBuilder one_in_vain() {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = within(4ms);
  builder.request("b", 5ms, "web.op");
  return builder;
}

TEST(CostTest, WorkInVainCostsItsShareOfWhatIsUsed) {
  ScenarioBuilder builder = one_in_vain();
  builder.service("web", {work(10ms)}).cost = 3.6;
  TestRun run(builder);
  run.until(1s);
  EXPECT_NEAR(run.metric("web.cost.per_hour"), 3.6, exact);
  EXPECT_NEAR(run.metric("web.cost.wasted"), 3.6 * 0.02 * 0.5, exact);
  EXPECT_NEAR(run.metric("cost.per_hour"), 3.6, exact);
  EXPECT_NEAR(run.metric("cost.wasted"), 3.6 * 0.02 * 0.5, exact);
  EXPECT_NEAR(run.metric("cost.per_success"), 0.001, exact) << "a second, and one success";
}

TEST(CostTest, WhereThereAreCoresTheyAreWhatIsUsed) {
  ScenarioBuilder builder = one_in_vain();
  Service& web = builder.service("web", {work(10ms)}, unlimited);
  web.cost = 1.0;
  web.cores = 4.0;
  TestRun run(builder);
  run.until(1s);
  EXPECT_NEAR(run.metric("web.cost.wasted"), 0.005 * 0.5, exact);
}

TEST(CostTest, WhatHasNoLimitHasNoShareThatIsUsed) {
  ScenarioBuilder builder = one_in_vain();
  builder.service("web", {work(10ms)}, unlimited).cost = 1.0;
  TestRun run(builder);
  run.until(1s);
  EXPECT_TRUE(has_metric(run, "cost.per_hour"));
  EXPECT_FALSE(has_metric(run, "web.cost.wasted"));
  EXPECT_FALSE(has_metric(run, "cost.wasted"));
}

TEST(CostTest, AReplicaThatIsDownCostsAsMuch) {
  ScenarioBuilder builder = one_in_vain();
  Service& web = builder.service("web", {work(10ms)});
  web.cost = 2.0;
  web.replicas = 3;
  builder.fault("crash", CrashFault{{ReplicaTarget{"web"}}}, 100ms, 500ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_NEAR(run.metric("web.cost.per_hour"), 6.0, exact);
  EXPECT_NEAR(run.metric("web.replicas"), 1.5, exact);
}

TEST(CostTest, MessagesCostWhereTheyArePublished) {
  ScenarioBuilder builder(1s);
  builder.trace("a", {0ms, 1ms, 2ms, 3ms}, "web.op");
  builder.service("web", {publish("rabbit.jobs")}, unlimited).cost = 1.0;
  builder.channel("rabbit.jobs");
  builder.channel("free.jobs");
  builder.broker("rabbit").cost = 500.0;
  TestRun run(builder);
  run.until(1s);
  EXPECT_NEAR(run.metric("rabbit.cost.per_hour"), 500.0 * 4.0 * 3600.0 / 1e6, exact);
  EXPECT_NEAR(run.metric("cost.per_hour"), 1.0 + 7.2, exact);
  EXPECT_NEAR(run.metric("cost.per_success"), 8.2 / 3600.0 / 4.0, exact);
  EXPECT_FALSE(has_metric(run, "free.cost.per_hour"));
}

/// The client gives up at 4 ms. At 5 ms `web` asks `bank` for it, which answers at once.
TEST(CostTest, BytesCostWhereTheyAreSentAndInVainWhenNobodyWaits) {
  ScenarioBuilder builder(1s);
  CallOptions& client = builder.request("a", 0ms, "web.op").options;
  client = within(4ms);
  client.payload = {1e6, 7e6};
  CallOptions to_bank;
  to_bank.payload = {2e6, 5e6};
  builder.service("web", {call("bank.op", to_bank), work(5ms), call("bank.op", to_bank)});
  builder.service("bank", {});
  builder.network().cost = 0.5;
  builder.link("web", "bank").cost = 2.0;
  builder.link("bank", "web").cost = 10.0;
  TestRun run(builder);
  run.until(1s);
  double const an_hour = 3600.0 * 1e-9;
  EXPECT_NEAR(run.metric("network.a.web.cost.per_hour"), 0.5 * 1e6 * an_hour, exact);
  EXPECT_NEAR(run.metric("network.a.web.cost.wasted"), 0.0, exact);
  EXPECT_NEAR(run.metric("network.web.a.cost.per_hour"), 0.0, exact) << "nobody heard it";
  EXPECT_NEAR(run.metric("network.web.bank.cost.per_hour"), 2.0 * 4e6 * an_hour, exact);
  EXPECT_NEAR(run.metric("network.web.bank.cost.wasted"), 2.0 * 2e6 * an_hour, exact);
  EXPECT_NEAR(run.metric("network.bank.web.cost.wasted"), 10.0 * 5e6 * an_hour, exact);
  EXPECT_NEAR(run.metric("cost.per_hour"), (0.5e6 + 8e6 + 100e6) * an_hour, exact);
  EXPECT_NEAR(run.metric("cost.wasted"), (4e6 + 50e6) * an_hour, exact);
}

TEST(CostTest, WhatIsLostCosts) {
  ScenarioBuilder builder(1s);
  CallOptions& options = builder.trace("a", {0ms, 1ms}, "web.op").options;
  options = within(1ms);
  options.payload = {3e6, 0.0};
  builder.service("web", {}, unlimited).cost = 1.0;
  LinkSpec& link = builder.link("a", "web");
  link.cost = 1.0;
  link.loss = 1.0;
  TestRun run(builder);
  run.until(1s);
  EXPECT_NEAR(run.metric("network.a.web.cost.per_hour"), 6e6 * 3600.0 * 1e-9, exact);
  EXPECT_NEAR(run.metric("cost.per_hour"), 1.0 + 6e6 * 3600.0 * 1e-9, exact);
}

TEST(CostTest, ALinkMayBeFreeWhereOthersAreNot) {
  ScenarioBuilder builder(1s);
  builder.trace("a", {0ms, 1ms}, "web.op").options.payload = {3e6, 0.0};
  builder.trace("b", {0ms, 1ms}, "web.op").options.payload = {3e6, 0.0};
  builder.service("web", {}, unlimited);
  builder.network().cost = 4.0;
  builder.link("a", "web").cost = 0.0;
  TestRun run(builder);
  run.until(1s);
  EXPECT_NEAR(run.metric("network.a.web.cost.per_hour"), 0.0, exact);
  EXPECT_NEAR(run.metric("cost.per_hour"), 4.0 * 6e6 * 3600.0 * 1e-9, exact);
}

TEST(CostTest, WithoutAnyThereAreNoSuchFigures) {
  ScenarioBuilder builder = one_in_vain();
  builder.service("web", {work(10ms)});
  TestRun run(builder);
  EXPECT_FALSE(has_metric(run, "cost.per_hour"));
}

}  // namespace
}  // namespace sojourn
