/// What saves time changes nothing: plain worlds run as those do that ask for more, and direct
/// calls as those of which a record is kept.
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <variant>

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

/// A scenario in which nothing vanishes.
Scenario heard(Scenario scenario) {
  scenario.network = {};
  std::erase_if(scenario.faults, [](Fault const& fault) {
    return std::holds_alternative<PartitionFault>(fault.effect) ||
           std::holds_alternative<LossFault>(fault.effect) ||
           std::holds_alternative<DelayFault>(fault.effect);
  });
  for (Fault& fault : scenario.faults) {
    if (auto* const crash = std::get_if<CrashFault>(&fault.effect)) crash->silent = false;
  }
  return scenario;
}

/// The same run with and without something.
template <class Without>
std::pair<RunResult, RunResult> with_and_without(Scenario const& scenario, Without const& without) {
  Program program = *compile(scenario);
  Watch watch;
  RunResult with = simulate(program, Streams(scenario.seed, 0), watch);
  without(program);
  return {std::move(with), simulate(program, Streams(scenario.seed, 0), watch)};
}

/// Events are about records, which have other numbers then; so the fingerprint is another one.
TEST(ShortcutTest, DirectCallsEndAsOthersDo) {
  std::uint64_t with_faults = 0;
  for_each_scenario([&](Scenario const& drawn, RandomFile const&) {
    Scenario const scenario = heard(drawn);
    std::size_t direct_calls = 0;
    auto [direct, recorded] = with_and_without(scenario, [&](Program& program) {
      for (CallSite& site : program.call_sites) {
        direct_calls += std::exchange(site.is_direct, false) ? 1 : 0;
      }
    });
    with_faults += direct_calls > 0 && !scenario.faults.empty() ? 1 : 0;
    EXPECT_EQ(direct.error.empty(), recorded.error.empty());
    recorded.fingerprint = direct.fingerprint;
    if (direct.error.empty()) expect_same(direct, recorded);
  });
  auto const [first, last] = seeds();
  EXPECT_GE(with_faults, (last - first) / 20);
}

TEST(ShortcutTest, TimeoutsInLanesComeWhenOthersDo) {
  std::uint64_t with_lanes = 0;
  for_each_scenario([&](Scenario const& scenario, RandomFile const&) {
    std::size_t lanes = 0;
    auto const [in_lanes, sorted] = with_and_without(scenario, [&](Program& program) {
      for (CallSite& site : program.call_sites) {
        lanes += std::exchange(site.timeout_lane, nowhere) != nowhere ? 1 : 0;
      }
    });
    with_lanes += lanes > 0 ? 1 : 0;
    expect_same(in_lanes, sorted);
  });
  auto const [first, last] = seeds();
  EXPECT_GE(with_lanes, (last - first) / 10);
}

TEST(ShortcutTest, OnlySixteenLengthsHaveLanes) {
  ScenarioBuilder builder(60s);
  for (int i = 0; i < 20; ++i) {
    builder.open("clients-" + std::to_string(i), Distribution::exponential(1.0), "web.op").options =
        within(std::chrono::seconds(1 + i / 2 + i % 2 * 10));
  }
  builder.service("web", {work(Distribution::exponential(0.01))}, 1);
  std::set<std::uint32_t> lanes;
  auto const program = compile(builder.build());
  for (CallSite const& site : program->call_sites) lanes.insert(site.timeout_lane);
  EXPECT_EQ(lanes.size(), 17U) << "and none";
  EXPECT_EQ(*std::next(lanes.rbegin()), 15U);
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
  EXPECT_FALSE(is_plain_with([](S&, W& clients, V&) { clients.options.breaker.emplace(); }));
  EXPECT_FALSE(is_plain_with(
      [](S&, W& clients, V&) { clients.options.key = Distribution::uniform_count(1, 9); }));
  EXPECT_FALSE(is_plain_with([](S&, W& clients, V&) { clients.propagates_deadline = true; }));
  EXPECT_FALSE(
      is_plain_with([](S&, W& clients, V&) { clients.patience = Distribution::constant(1.0); }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.queue.capacity = 3; }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.queue.discipline = Discipline::lifo; }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.queue.codel.emplace(); }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.cores = 1.0; }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.speed = SpeedTable{{1.0, 1.5}}; }));
  EXPECT_FALSE(is_plain_with([](S&, W&, V& web) { web.hours.emplace_back().days[0] = true; }));
  EXPECT_FALSE(is_plain_with([](S& scenario, W&, V& web) {
    scenario.hosts.emplace_back().name = "machine";
    web.hosts = {"machine"};
  }));
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
