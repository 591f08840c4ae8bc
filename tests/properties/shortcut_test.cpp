/// What saves time changes nothing: plain worlds run as those do that ask for more, and direct
/// calls as those of which a record is kept.
#include <gtest/gtest.h>

#include "models/simulate.h"
#include "tests/properties/each_scenario.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

constexpr auto make_call_plain = [](auto& sender) {
  if constexpr (requires { sender.hedge; }) {
    sender.breaker.reset();
    sender.limit.reset();
    sender.hedge.reset();
    sender.key.reset();
  }
};

/// A scenario less what a plain one has not.
Scenario plain(Scenario scenario) {
  scenario.faults.clear();
  scenario.network = {};
  for (Workload& workload : scenario.workloads) {
    make_call_plain(workload.options);
    workload.patience.reset();
    workload.propagates_deadline = false;
  }
  for (Service& service : scenario.services) {
    service.cores.reset();
    service.speed.reset();
    service.hosts.clear();
    service.queue = {};
    service.limit.reset();
    service.autoscale.reset();
    service.hours.clear();
    for (Operation& operation : service.operations) change_calls(operation.steps, make_call_plain);
  }
  return scenario;
}

TEST(ShortcutTest, APlainWorldRunsAsOneThatAsksForMore) {
  for_each_scenario([](Scenario const& drawn, RandomFile const&) {
    Scenario const scenario = plain(drawn);
    auto const program = compile(scenario);
    ASSERT_TRUE(program->is_plain);
    Watch watch;
    RunResult const result = simulate(*program, Streams(scenario.seed, 0), watch);
    if (result.error.empty()) expect_same(result, TestRun(scenario, scenario.seed).result());
  });
}

/// Events are about records, which have other numbers then; so the fingerprint is another one.
TEST(ShortcutTest, DirectCallsEndAsOthersDo) {
  std::size_t with_direct_calls = 0;
  for_each_scenario([&](Scenario const& scenario, RandomFile const&) {
    Program program = *compile(scenario);
    auto const run = [&] {
      Watch watch;
      return simulate(program, Streams(scenario.seed, 0), watch);
    };
    RunResult const direct = run();
    for (CallSite& site : program.call_sites) {
      with_direct_calls += site.is_direct ? 1 : 0;
      site.is_direct = false;
    }
    RunResult recorded = run();
    EXPECT_EQ(direct.error.empty(), recorded.error.empty());
    recorded.fingerprint = direct.fingerprint;
    if (direct.error.empty()) expect_same(direct, recorded);
  });
  EXPECT_GE(with_direct_calls, 50U);
}

TEST(ShortcutTest, WhatARequestMayMeetMakesAProgramOutOfTheOrdinary) {
  auto const is_plain_with = [](auto const& change) {
    ScenarioBuilder builder(60s);
    builder.open("clients", Distribution::exponential(0.02), "web.op");
    builder.service("web", {work(Distribution::exponential(0.01))}, 1);
    Scenario scenario = builder.build();
    change(scenario, scenario.workloads.front(), scenario.services.front());
    return compile(scenario)->is_plain;
  };
  using S = Scenario;
  using W = Workload;
  using V = Service;
  EXPECT_TRUE(is_plain_with([](S&, W&, V&) {}));
  EXPECT_TRUE(is_plain_with([](S&, W& clients, V&) { clients.options.retry.emplace(); }));
  EXPECT_FALSE(is_plain_with([](S&, W& clients, V&) { clients.options.hedge.emplace(); }));
  EXPECT_FALSE(is_plain_with([](S&, W& clients, V&) { clients.options.limit.emplace(); }));
  EXPECT_FALSE(is_plain_with([](S&, W& clients, V&) { clients.propagates_deadline = true; }));
  EXPECT_FALSE(
      is_plain_with([](S&, W& clients, V&) { clients.patience = Distribution::constant(1.0); }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.queue.capacity = 3; }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.queue.discipline = Discipline::lifo; }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.queue.codel.emplace(); }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.cores = 1.0; }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.limit.emplace(); }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.autoscale.emplace(); }));
  EXPECT_FALSE(is_plain_with([](S& scenario, W&, V&) {
    scenario.network.standard.latency = Distribution::constant(0.001);
  }));
  EXPECT_FALSE(is_plain_with([](S& scenario, W&, V&) {
    Fault& fault = scenario.faults.emplace_back();
    fault.effect = CrashFault{{ReplicaTarget{"web", 1, false}}};
    fault.at = Duration::zero();
  }));
}

}  // namespace
}  // namespace sojourn
