/// What holds in every scenario whatever, over files drawn at random. `SOJOURN_SEEDS=5000` tries so
/// many, `SOJOURN_SEEDS=17-17` that one.
#include "tests/properties/random_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config/load.h"
#include "app/lint/lint.h"
#include "models/deadlock.h"
#include "tests/properties/each_scenario.h"
#include "tests/properties/invariants.h"
#include "tests/properties/schema_coverage.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// Of the language, but not of random files yet. It must shrink.
std::vector<std::string> const not_yet;

TEST(RandomFileTest, TheGeneratorUsesTheWholeLanguage) {
  SchemaCoverage coverage(scenario_schema());
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) coverage.add(random_file(seed).tree);
  std::set<std::string> missing = coverage.missing();
  for (std::string const& what : not_yet) {
    EXPECT_EQ(missing.erase(what), 1U) << what << " is used, or is no more: take it off the list";
  }
  EXPECT_THAT(missing, testing::IsEmpty()) << "tests/properties/random_*.cpp should use them";
}

TEST(RandomFileTest, WhatIsMeasuredIsWhatIsThereAtEveryMoment) {
  for_each_scenario([](Scenario const& scenario, RandomFile const&) {
    TestRun run(scenario, scenario.seed);
    std::uint64_t events = 0;
    run.until(scenario.duration, [&](World const& world, Event const&) {
      if (++events % 16 != 0) return;
      expect_levels_match(world);
      expect_no_idling(world);
      expect_ranks_kept(world);
      expect_balanced(world);
      expect_sagas_balanced(world);
      expect_guards_match(world);
    });
    if (scenario.warmup == 0s) expect_little(run.world());
    EXPECT_FALSE(run.world().has_failed()) << run.world().failure;
    run.result();
  });
}

TEST(RandomFileTest, FiguresAreInTheirRange) {
  for_each_scenario([](Scenario const& scenario, RandomFile const&) {
    TestRun run(scenario, scenario.seed);
    RunResult const result = run.result();
    auto const& metrics = run.program().layout.metrics;
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      double const value = result.values[i];
      bool const may_be_missing =
          metrics[i].unit == Unit::second || metrics[i].unit == Unit::ratio ||
          metrics[i].name.ends_with(".attempts") || metrics[i].name.ends_with(".copies") ||
          metrics[i].name == "cost.per_success";
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
      EXPECT_EQ(std::isnan(value(".latency.mean")), measures.latency.of_cohort().count() == 0);
      EXPECT_EQ(std::isnan(value(".attempts")), measures.cohort == 0);
      // What the client's own breaker or limit stops is not sent.
      bool const sends_all = !workload.options.breaker && !workload.options.limit;
      if (measures.cohort > 0) {
        EXPECT_GE(value(".attempts"), sends_all ? 1.0 : 0.0);
      }
    }
  });
}

TEST(RandomFileTest, StretchesOfARunAddUpToIt) {
  for_each_scenario([](Scenario scenario, RandomFile const&) {
    scenario.faults.clear();
    Watch watch;
    auto const parts =
        simulate_in_stretches(*compile(scenario), Streams(scenario.seed, 0), watch, 2);
    scenario.duration *= 2;
    RunResult const whole = simulate(*compile(scenario), Streams(scenario.seed, 0), watch);
    if (!whole.error.empty()) return;
    ASSERT_EQ(parts.size(), 2U) << parts.back().error;
    for (std::size_t i = 0; i < whole.accounts.size(); ++i) {
      RunResult::Account sum = parts[0].accounts[i];
      sum.total += parts[1].accounts[i].total;
      for (std::size_t part = 0; part < sum.parts.size(); ++part)
        sum.parts[part] += parts[1].accounts[i].parts[part];
      EXPECT_EQ(sum.total, whole.accounts[i].total);
      EXPECT_EQ(sum.parts, whole.accounts[i].parts);
    }
  });
}

TEST(RandomFileTest, EveryFindingHasItsPlace) {
  auto const [first, last] = seeds();
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    Lint lint({});
    LoadOptions options;
    options.inspect = [&](LoadedVariant const& variant, Node const& tree) {
      lint.inspect(variant, tree);
    };
    std::filesystem::current_path(SOJOURN_SOURCE_DIR "/tests/properties");
    load_scenario_text(random_file(seed).text, "random.yaml", options);
    Diagnostics const findings = lint.findings();
    for (Diagnostic const& finding : findings.all())
      EXPECT_GT(finding.place.line, 0) << "seed " << seed << ": " << finding.text;
  }
}

TEST(RandomFileTest, TheSameSeedIsTheSameRun) {
  for_each_scenario([](Scenario const& scenario, RandomFile const&) {
    TestRun once(scenario, scenario.seed), again(scenario, scenario.seed);
    expect_same(once.result(), again.result());
  });
}

TEST(RandomFileTest, AnotherSeedIsAnotherRun) {
  std::size_t other_seed = 0, other_replication = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto const scenario = read(random_file(seed));
    ASSERT_TRUE(scenario);
    std::uint64_t const fingerprint = TestRun(*scenario, 1).result().fingerprint;
    other_seed += TestRun(*scenario, 2).result().fingerprint != fingerprint ? 1 : 0;
    other_replication += TestRun(*scenario, 1, 1).result().fingerprint != fingerprint ? 1 : 0;
  }
  // In some nothing is left to chance.
  EXPECT_GE(other_seed, 15U);
  EXPECT_GE(other_replication, 15U);
}

TEST(RandomFileTest, ACopiedWorldGoesOnAsTheOriginalDoes) {
  for_each_scenario([](Scenario const& scenario, RandomFile const&) {
    TestRun original(scenario, scenario.seed);
    original.until(scenario.duration / 2);
    TestRun copy = original;
    RunResult const first = original.result();
    expect_same(first, copy.result());
    expect_same(first, TestRun(scenario, scenario.seed).result());
  });
}

constexpr auto end_retries = [](auto& sender) {
  if (sender.retry) sender.retry->attempts = std::min<Limit>(sender.retry->attempts, 5);
};

/// Whether something may vanish of which nobody is told.
bool has_silence(Scenario const& scenario) {
  auto const loses = [](LinkSpec const& spec) { return spec.loss.has_value(); };
  auto const& links = scenario.network.links;
  bool const by_link =
      loses(scenario.network.standard) ||
      std::any_of(links.begin(), links.end(), [&](Link const& link) { return loses(link.spec); });
  return by_link ||
         std::any_of(scenario.faults.begin(), scenario.faults.end(), [](Fault const& fault) {
           auto const* const crash = std::get_if<CrashFault>(&fault.effect);
           return (crash && crash->silent) ||
                  std::holds_alternative<PartitionFault>(fault.effect) ||
                  std::holds_alternative<LossFault>(fault.effect);
         });
}

constexpr auto give_up_some_time = [](auto& sender) {
  bool waits = true;
  if constexpr (requires { sender.confirm; }) waits = sender.confirm;
  if (waits && !sender.timeout) sender.timeout = Distribution::constant(1.0);
};

/// Where something may vanish, everybody who waits gives up some time.
void end_silence(Scenario& scenario) {
  for (Workload& workload : scenario.workloads) give_up_some_time(workload.options);
  for (Service& service : scenario.services) {
    for (Operation& operation : service.operations) {
      change_calls(operation.steps, give_up_some_time);
    }
  }
  for (Broker& broker : scenario.brokers) {
    for (Channel& channel : broker.channels) {
      for (Subscriber& subscriber : channel.subscribers) {
        if (!subscriber.ack_timeout) subscriber.ack_timeout = 10s;
      }
    }
  }
}

/// The same scenario with finite load, faults that come once and end, and nothing that goes on for
/// ever.
Scenario ending(Scenario scenario) {
  for (Workload& workload : scenario.workloads) {
    std::vector<Duration> times;
    for (int i = 0; i < 60; ++i) times.push_back(10ms * (i + 1));
    workload.arrivals = TraceArrivals{std::move(times)};
    workload.profile.clear();
    workload.sine.reset();
    end_retries(workload.options);
  }
  for (Service& service : scenario.services) {
    service.autoscale.reset();
    service.hours.clear();
    for (Operation& operation : service.operations) change_calls(operation.steps, end_retries);
  }
  for (Fault& fault : scenario.faults) {
    if (!fault.at) fault.at = 123ms;
    fault.every.reset();
    if (!fault.length) fault.length = Distribution::constant(0.05);
  }
  for (Broker& broker : scenario.brokers) {
    for (Channel& channel : broker.channels) {
      for (Subscriber& subscriber : channel.subscribers) {
        subscriber.poll.reset();
        subscriber.commit.reset();
        subscriber.max_deliveries = std::min<Limit>(subscriber.max_deliveries, 5);
      }
    }
  }
  if (has_silence(scenario)) end_silence(scenario);
  return scenario;
}

/// Nobody is left, and nothing.
void expect_empty(World const& world) {
  EXPECT_EQ(world.activities.size(), 0U);
  EXPECT_EQ(world.calls.size(), 0U);
  EXPECT_EQ(world.joins.size(), 0U);
  EXPECT_EQ(world.frames.size(), 0U);
  for (SagaMeasures const& saga : world.measures.sagas) EXPECT_EQ(saga.in_progress.level(), 0.0);
  EXPECT_EQ(world.deliveries.size(), 0U);
  EXPECT_EQ(world.messages.size() + world.channels.waiting(), 0U);
  EXPECT_EQ(world.publications.size(), 0U);
  for (std::uint32_t i = 0; i < world.program->replica_service.size(); ++i) {
    EXPECT_EQ(world.replicas[i].busy, 0);
    EXPECT_EQ(world.replicas[i].present, 0U);
  }
}

TEST(RandomFileTest, WhenTheLoadEndsEverythingEndsOrIsInADeadlock) {
  for_each_scenario([](Scenario const& scenario, RandomFile const& file) {
    TestRun run(ending(scenario), scenario.seed);
    run.until(24h);
    World const& world = run.world();
    EXPECT_EQ(world.sim.pending(), 0U);
    expect_balanced(world);
    if (file.has_circles && world.activities.size() > 0) {
      EXPECT_EQ(find_standstill(world).activities.size(), world.activities.size());
    } else {
      expect_empty(world);
    }
  });
}

TEST(RandomFileTest, WhoIsStuckIsStuckForEver) {
  std::uint64_t with_stuck = 0;
  for_each_scenario([&](Scenario const& scenario, RandomFile const&) {
    TestRun run(scenario, scenario.seed);
    std::set<std::pair<std::uint32_t, std::uint32_t>> stuck;
    for (Duration moment = 50ms; moment < scenario.duration; moment += 50ms) {
      for (Id const id : find_standstill(run.until(moment).world()).activities) {
        stuck.emplace(id.index, id.generation);
      }
    }
    run.until(3 * scenario.duration);
    for (auto const& [index, generation] : stuck) {
      EXPECT_TRUE(run.world().activities.alive({index, generation})) << index;
    }
    with_stuck += stuck.empty() ? 0 : 1;
  });
  auto const [first, last] = seeds();
  EXPECT_GE(with_stuck, (last - first) / 50);
}

}  // namespace
}  // namespace sojourn
