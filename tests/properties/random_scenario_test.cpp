/// What holds in every scenario whatever, over scenarios drawn at random.
#include "tests/properties/random_scenario.h"

#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include "tests/properties/invariants.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

constexpr std::uint64_t seeds = 300;

/// Calls `check(scenario)` for each seed until one fails, and then tells the scenario.
template <class Check>
void for_each_scenario(Check&& check) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Scenario const scenario = random_scenario(seed);
    check(scenario, seed);
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << "\n" << describe(scenario);
  }
}

/// Bit for bit, NaN included.
bool same(std::vector<double> const& left, std::vector<double> const& right) {
  return left.size() == right.size() &&
         (left.empty() ||
          std::memcmp(left.data(), right.data(), left.size() * sizeof(double)) == 0);
}

void expect_same(RunResult const& left, RunResult const& right) {
  EXPECT_EQ(left.fingerprint, right.fingerprint);
  EXPECT_EQ(left.events, right.events);
  EXPECT_TRUE(same(left.values, right.values));
  ASSERT_EQ(left.series.size(), right.series.size());
  for (std::size_t i = 0; i < left.series.size(); ++i) {
    EXPECT_TRUE(same(left.series[i], right.series[i])) << i;
  }
}

TEST(RandomScenarioTest, TheGeneratorUsesTheWholeLanguage) {
  std::string all;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) all += describe(random_scenario(seed));
  for (
      auto const* word :
      {"open",         "trace",       "closed",   "patience", "attempts",       "budget",
       "non-blocking", "cores",       "startup",  "pool",     "call",           "forward",
       "publish",      "unconfirmed", "parallel", "choose",   "repeat",         "use",
       "respond",      "background",  "fail",     "latency",  "throughput",     "durable",
       "ttl",          "dead_letter", "batch",    "poll",     "ack_timeout",    "crash",
       "pause",        "slow",        "errors",   "surge",    "every",          "breaker",
       "bulkhead",     "fallback",    "cancel",   "deadline", "urgent-at-once", "newest-at-once",
       "table",        "usl",         "bursty",   "sine",     "rate-limit",     "concurrency-limit",
       "shapes",       "polices"}) {
    EXPECT_NE(all.find(word), std::string::npos) << word;
  }
}

TEST(RandomScenarioTest, WhatIsMeasuredIsWhatIsThereAtEveryMoment) {
  for_each_scenario([](Scenario const& scenario, std::uint64_t seed) {
    TestRun run(scenario, seed);
    std::uint64_t events = 0;
    run.until(scenario.duration, [&](World const& world, Event const&) {
      if (++events % 16 != 0) return;
      expect_levels_match(world);
      expect_no_idling(world);
      expect_ranks_kept(world);
      expect_balanced(world);
      expect_guards_match(world);
    });
    if (scenario.warmup == 0s) expect_little(run.world());
    EXPECT_FALSE(run.world().has_failed()) << run.world().failure;
    run.result();
  });
}

TEST(RandomScenarioTest, FiguresAreInTheirRange) {
  for_each_scenario([](Scenario const& scenario, std::uint64_t seed) {
    TestRun run(scenario, seed);
    RunResult const result = run.result();
    auto const& metrics = run.program().layout.metrics;
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      double const value = result.values[i];
      bool const may_be_missing = metrics[i].unit == Unit::second ||
                                  metrics[i].unit == Unit::ratio ||
                                  metrics[i].name.ends_with(".attempts");
      if (std::isnan(value)) {
        EXPECT_TRUE(may_be_missing) << metrics[i].name;
        continue;
      }
      EXPECT_GE(value, 0.0) << metrics[i].name;
      EXPECT_TRUE(std::isfinite(value) || metrics[i].name.ends_with(".recovery"))
          << metrics[i].name;
      if (metrics[i].unit == Unit::ratio) {
        EXPECT_LE(value, 1.0 + 1e-9) << metrics[i].name;
      }
    }
    for (Workload const& workload : scenario.workloads) {
      WorkloadMeasures const& measures = run.workload(workload.name);
      auto const value = [&](char const* name) {
        return metric(run.program(), result, workload.name + name);
      };
      EXPECT_EQ(std::isnan(value(".latency.mean")), measures.latency.count() == 0);
      EXPECT_EQ(std::isnan(value(".attempts")), measures.cohort == 0);
      // What the client's own breaker or limit stops is not sent.
      bool const sends_all = !workload.options.breaker && !workload.options.limit;
      if (measures.cohort > 0) {
        EXPECT_GE(value(".attempts"), sends_all ? 1.0 : 0.0);
      }
    }
  });
}

TEST(RandomScenarioTest, TheSameSeedIsTheSameRun) {
  for_each_scenario([](Scenario const& scenario, std::uint64_t seed) {
    TestRun once(scenario, seed), again(scenario, seed);
    expect_same(once.result(), again.result());
  });
}

TEST(RandomScenarioTest, AnotherSeedIsAnotherRun) {
  Scenario const scenario = random_scenario(3);
  EXPECT_NE(TestRun(scenario, 1).result().fingerprint, TestRun(scenario, 2).result().fingerprint);
  EXPECT_NE(TestRun(scenario, 1, 0).result().fingerprint,
            TestRun(scenario, 1, 1).result().fingerprint);
}

TEST(RandomScenarioTest, ACopiedWorldGoesOnAsTheOriginalDoes) {
  for_each_scenario([](Scenario const& scenario, std::uint64_t seed) {
    TestRun original(scenario, seed);
    original.until(scenario.duration / 2);
    TestRun copy = original;
    RunResult const first = original.result();
    expect_same(first, copy.result());
    expect_same(first, TestRun(scenario, seed).result());
  });
}

/// The same scenario with finite load, faults that come once, and no polls for ever.
Scenario ending(Scenario scenario) {
  for (Workload& workload : scenario.workloads) {
    std::vector<Duration> times;
    for (int i = 0; i < 60; ++i) times.push_back(10ms * (i + 1));
    workload.arrivals = TraceArrivals{std::move(times)};
    workload.profile.clear();
    workload.sine.reset();
  }
  for (Fault& fault : scenario.faults) {
    if (!fault.at) fault.at = 123ms;
    fault.every.reset();
  }
  for (Broker& broker : scenario.brokers) {
    for (Channel& channel : broker.channels) {
      for (Subscriber& subscriber : channel.subscribers) subscriber.poll.reset();
    }
  }
  return scenario;
}

TEST(RandomScenarioTest, WhenTheLoadEndsEverythingEnds) {
  for_each_scenario([](Scenario const& scenario, std::uint64_t seed) {
    TestRun run(ending(scenario), seed);
    run.until(1h);
    World const& world = run.world();
    EXPECT_EQ(world.sim.pending(), 0U);
    EXPECT_EQ(world.activities.size(), 0U);
    EXPECT_EQ(world.calls.size(), 0U);
    EXPECT_EQ(world.joins.size(), 0U);
    EXPECT_EQ(world.frames.size(), 0U);
    EXPECT_EQ(world.deliveries.size(), 0U);
    EXPECT_EQ(world.messages.size(), 0U);
    expect_balanced(world);
    for (std::uint32_t i = 0; i < world.program->replica_service.size(); ++i) {
      EXPECT_EQ(world.replicas[i].busy, 0);
      EXPECT_EQ(world.replicas[i].present, 0U);
    }
  });
}

}  // namespace
}  // namespace sojourn
