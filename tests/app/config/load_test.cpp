#include "app/config/load.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/app/config/reading_support.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

std::filesystem::path const scenarios = std::filesystem::path(SOJOURN_SOURCE_DIR) / "scenarios";

template <class S>
S const& as(Step const& step) {
  return std::get<S>(step.action);
}

LoadedScenario checkout() {
  auto result = load_scenario(scenarios / "checkout.yaml");
  if (!result.scenario) throw std::runtime_error(printed(result.diagnostics));
  return *std::move(result.scenario);
}

std::string const minimal = scenario_with_steps("[work: 5ms]");

TEST(LoadTest, ReadsTheCheckoutScenario) {
  LoadedScenario const loaded_file = checkout();
  ASSERT_EQ(loaded_file.variants.size(), 2U);
  EXPECT_EQ(loaded_file.variants[0].name, "sync");
  EXPECT_EQ(loaded_file.variants[1].name, "async");

  Scenario const& sync = loaded_file.variants[0].scenario;
  EXPECT_EQ(sync.duration, 15min);
  EXPECT_EQ(sync.warmup, 1min);
  EXPECT_EQ(sync.replications, 10);
  ASSERT_EQ(sync.workloads.size(), 1U);
  EXPECT_EQ(sync.workloads[0].name, "shoppers");
  EXPECT_EQ(sync.workloads[0].mix[0].operation, (OperationName{"web", "checkout"}));
  EXPECT_NEAR(std::get<OpenArrivals>(sync.workloads[0].arrivals).interarrival_time.mean(),
              1.0 / 120.0, 1e-12);
  ASSERT_EQ(sync.services.size(), 2U);
  EXPECT_EQ(sync.services[0].concurrency, 64);
  EXPECT_EQ(sync.services[0].queue.capacity, 128);
  auto const& call = as<CallStep>(sync.services[0].operations[0].steps[1]);
  EXPECT_EQ(call.target, (OperationName{"bank", "charge"}));
  EXPECT_EQ(call.options.timeout->mean(), 2.0);
  EXPECT_EQ(call.options.retry->backoff.first, 200ms);
  EXPECT_EQ(call.options.retry->backoff.jitter, Backoff::Jitter::full);
  EXPECT_EQ(sync.objectives.size(), 3U);
}

TEST(LoadTest, LaysAVariantOverTheScenario) {
  Scenario const async = checkout().variants[1].scenario;
  ASSERT_EQ(async.services.size(), 3U);
  EXPECT_EQ(async.services[2].name, "worker");
  EXPECT_EQ(as<PublishStep>(async.services[0].operations[0].steps[1]).channel,
            (ChannelName{"rabbit", "charges"}));
  EXPECT_EQ(async.services[0].concurrency, 64) << "what the variant does not say stays";
  Channel const& channel = async.brokers.at(0).channels.at(0);
  EXPECT_TRUE(channel.durable);
  EXPECT_EQ(channel.subscribers.at(0).operation, (OperationName{"worker", "charge"}));
  EXPECT_EQ(channel.subscribers.at(0).max_deliveries, 100);
  EXPECT_EQ(channel.subscribers.at(0).redelivery.max, 30s);
}

TEST(LoadTest, EveryScenarioThatIsShippedIsWithoutMistake) {
  for (auto const& entry : std::filesystem::directory_iterator(scenarios)) {
    if (entry.path().extension() != ".yaml") continue;
    EXPECT_EQ(printed(load_scenario(entry.path()).diagnostics), "") << entry.path();
  }
}

TEST(LoadTest, WhatIsAbsentHasItsDefault) {
  Scenario const scenario = loaded(minimal);
  EXPECT_EQ(scenario.name, "f");
  EXPECT_EQ(scenario.warmup, 0s);
  EXPECT_EQ(scenario.replications, 10);
  EXPECT_EQ(scenario.seed, 1U);
  Service const& web = scenario.services.at(0);
  EXPECT_EQ(web.replicas, 1);
  EXPECT_EQ(web.concurrency, 1);
  EXPECT_FALSE(web.cores);
  EXPECT_TRUE(web.blocking);
  EXPECT_EQ(web.queue.capacity, unlimited);
  EXPECT_EQ(web.balance, Balance::round_robin);
  EXPECT_FALSE(scenario.workloads.at(0).options.timeout);
}

TEST(LoadTest, AFileWithoutVariantsHasOneNamedBase) {
  auto const result = load_scenario_text(minimal, "f");
  ASSERT_TRUE(result.scenario);
  ASSERT_EQ(result.scenario->variants.size(), 1U);
  EXPECT_EQ(result.scenario->variants[0].name, "base");
}

TEST(LoadTest, ReadsEveryStep) {
  Steps const steps = loaded(R"(
duration: 1h
workloads: {shoppers: {request: web.checkout, arrivals: poisson(10/s)}}
services:
  bank: {operations: {charge: [work: 1ms]}}
  web:
    pools: {db: 3}
    operations:
      checkout:
        - wait: exponential(2ms)
        - publish: rabbit.mail
          confirm: false
          count: geometric(3)
        - parallel: [[work: 1ms], [work: 2ms], [work: 3ms]]
          join: 2
        - choose: [{p: 80%, steps: [work: 1ms]}, {p: 0.1, steps: []}]
        - repeat: 3
          steps: [work: 1ms]
        - use: db
          steps: [work: 1ms]
        - fail: 2%
        - respond
        - background: [{call: bank.charge, retry: {attempts: unlimited, backoff: 1s, budget: 10%}}]
        - forward: bank.charge
brokers: {rabbit: {channels: {mail: {}}}}
)")
                          .services.at(1)
                          .operations.at(0)
                          .steps;
  ASSERT_EQ(steps.size(), 10U);
  EXPECT_DOUBLE_EQ(as<WaitStep>(steps[0]).duration.mean(), 0.002);
  EXPECT_FALSE(as<PublishStep>(steps[1]).confirm);
  EXPECT_DOUBLE_EQ(as<PublishStep>(steps[1]).count->mean(), 3.0);
  EXPECT_EQ(as<ParallelStep>(steps[2]).branches.size(), 3U);
  EXPECT_EQ(as<ParallelStep>(steps[2]).join, 2U);
  EXPECT_EQ(as<ChooseStep>(steps[3]).branches.at(0).probability, 0.8);
  EXPECT_EQ(as<RepeatStep>(steps[4]).count.mean(), 3.0);
  EXPECT_EQ(as<UseStep>(steps[5]).pool, "db");
  EXPECT_EQ(as<FailStep>(steps[6]).probability, 0.02);
  EXPECT_TRUE(std::holds_alternative<RespondStep>(steps[7].action));
  auto const& retry = *as<CallStep>(as<BackgroundStep>(steps[8]).steps.at(0)).options.retry;
  EXPECT_EQ(retry.attempts, unlimited);
  EXPECT_EQ(retry.backoff.each->mean(), 1.0);
  EXPECT_EQ(retry.budget, 0.1);
  EXPECT_EQ(as<ForwardStep>(steps[9]).target, (OperationName{"bank", "charge"}));
}

TEST(LoadTest, JoinIsAllUnlessItIsSaid) {
  auto const join = [](std::string const& said) {
    Scenario const scenario =
        loaded(scenario_with_steps("[{parallel: [[work: 1ms], [work: 1ms]]" + said + "}]"));
    return as<ParallelStep>(scenario.services.at(0).operations.at(0).steps.at(0)).join;
  };
  EXPECT_EQ(join(""), 2U);
  EXPECT_EQ(join(", join: all"), 2U);
  EXPECT_EQ(join(", join: first"), 1U);
}

TEST(LoadTest, ReadsEveryKindOfArrivals) {
  auto const arrivals = [](std::string const& said) {
    return loaded("duration: 1h\nworkloads: {w: {request: s.o, arrivals: \"" + said +
                  "\"}}\nservices: {s: {operations: {o: [work: 1ms]}}}\n")
        .workloads.at(0)
        .arrivals;
  };
  auto const periodic = std::get<OpenArrivals>(arrivals("periodic(30/min)"));
  EXPECT_TRUE(periodic.interarrival_time.is_constant());
  EXPECT_DOUBLE_EQ(periodic.interarrival_time.mean(), 2.0);
  EXPECT_DOUBLE_EQ(
      std::get<OpenArrivals>(arrivals("renewal(erlang(8ms, k=2))")).interarrival_time.mean(),
      0.008);
  auto const batches = std::get<OpenArrivals>(arrivals("batches(40/s, size=geometric(3))"));
  EXPECT_DOUBLE_EQ(batches.interarrival_time.mean(), 0.025);
  EXPECT_DOUBLE_EQ(batches.batch->mean(), 3.0);
  auto const closed =
      std::get<ClosedArrivals>(arrivals("closed(users=500, think=exponential(2s))"));
  EXPECT_EQ(closed.users, 500);
  EXPECT_DOUBLE_EQ(closed.think.mean(), 2.0);
}

TEST(LoadTest, ReadsEveryFault) {
  auto const faults = loaded(minimal + R"(
brokers: {rabbit: {channels: {}}}
faults:
  a: {at: 4min, for: 90s, crash: web}
  b: {at: 4min, crash: rabbit}
  c: {every: exponential(30d), for: exponential(1h), crash: {service: web, replicas: each}}
  d: {at: 1min, pause: {service: web, replicas: 1}}
  e: {at: 1min, slow: web, factor: 8}
  f: {at: 1min, errors: web, rate: 30%}
  g: {at: 1min, surge: shoppers, factor: 3}
)")
                          .faults;
  auto const crashed = [](Fault const& fault) {
    return std::get<ReplicaTarget>(std::get<CrashFault>(fault.effect).targets.front());
  };
  EXPECT_EQ(faults.at(0).at, 4min);
  EXPECT_EQ(faults.at(0).length->mean(), 90.0);
  EXPECT_EQ(crashed(faults.at(0)).service, "web");
  EXPECT_EQ(std::get<Limit>(crashed(faults.at(0)).replicas), unlimited);
  EXPECT_EQ(
      std::get<BrokerTarget>(std::get<CrashFault>(faults.at(1).effect).targets.front()).broker,
      "rabbit");
  EXPECT_FALSE(faults.at(1).length);
  EXPECT_TRUE(crashed(faults.at(2)).each);
  EXPECT_DOUBLE_EQ(faults.at(2).every->mean(), 30.0 * 86400.0);
  auto const& paused = std::get<PauseFault>(faults.at(3).effect).targets.front();
  EXPECT_EQ(std::get<Limit>(std::get<ReplicaTarget>(paused).replicas), 1);
  EXPECT_EQ(std::get<SlowFault>(faults.at(4).effect).factor, 8.0);
  EXPECT_EQ(std::get<ErrorsFault>(faults.at(5).effect).rate, 0.3);
  EXPECT_EQ(std::get<SurgeFault>(faults.at(6).effect).workload, "shoppers");
}

// --- Options -------------------------------------------------------------------------------------

TEST(LoadTest, KeepsTheVariantsThatAreAskedFor) {
  auto const result = load_scenario(scenarios / "checkout.yaml", {{}, {"async"}});
  ASSERT_TRUE(result.scenario);
  ASSERT_EQ(result.scenario->variants.size(), 1U);
  EXPECT_EQ(result.scenario->variants[0].name, "async");
}

TEST(LoadTest, SettingsWinOverVariants) {
  auto const text = minimal + "variants: {few: {services: {web: {replicas: 2}}}}\n";
  EXPECT_EQ(loaded(text).services.at(0).replicas, 2);
  EXPECT_EQ(loaded(text, {{"services.web.replicas=5"}, {}}).services.at(0).replicas, 5);
}

TEST(LoadTest, ASettingMayConcernOneVariantOnly) {
  auto const result =
      load_scenario(scenarios / "checkout.yaml", {{"services.worker.replicas=7"}, {}});
  ASSERT_TRUE(result.scenario) << printed(result.diagnostics);
  EXPECT_EQ(result.scenario->variants[1].scenario.services.at(2).replicas, 7);
}

TEST(LoadTest, ASettingMayConcernTheFirstVariantOnly) {
  auto const result = load_scenario_text(
      minimal + "variants: {a: {services: {extra: {operations: {o: []}}}}, b: {}}\n", "f",
      {{"services.extra.replicas=7"}, {}});
  ASSERT_TRUE(result.scenario) << printed(result.diagnostics);
  EXPECT_EQ(result.scenario->variants[0].scenario.services.at(1).replicas, 7);
}

TEST(LoadTest, SettingsReachParametersAndKeysWithDots) {
  auto const result =
      load_scenario(scenarios / "checkout.yaml",
                    {{"parameters.demand=200/s",
                      "brokers.rabbit.channels.charges.subscribers.worker.charge.prefetch=5"},
                     {"async"}});
  ASSERT_TRUE(result.scenario) << printed(result.diagnostics);
  Scenario const& async = result.scenario->variants[0].scenario;
  EXPECT_DOUBLE_EQ(std::get<OpenArrivals>(async.workloads.at(0).arrivals).interarrival_time.mean(),
                   0.005);
  EXPECT_EQ(async.brokers.at(0).channels.at(0).subscribers.at(0).prefetch, 5);
}

TEST(LoadTest, ASettingUnderVariantsConcernsTheFile) {
  auto const result = load_scenario_text(minimal + "variants: {a: {}, b: {}}\n", "f",
                                         {{"variants.b={services: {web: {replicas: 3}}}"}, {}});
  ASSERT_TRUE(result.scenario) << printed(result.diagnostics);
  EXPECT_EQ(result.scenario->variants[0].scenario.services.at(0).replicas, 1);
  EXPECT_EQ(result.scenario->variants[1].scenario.services.at(0).replicas, 3);
}

// --- Parameters ----------------------------------------------------------------------------------

TEST(LoadTest, ParametersStandAnywhereInAValueAndInOneAnother) {
  auto const scenario = loaded(
      "duration: 1h\nname: $$5 at $demand\n"
      "parameters: {demand: $rate/s, rate: 20, mean: 4ms}\n"
      "workloads: {w: {request: s.o, arrivals: poisson($demand)}}\n"
      "services: {s: {operations: {o: [work: \"lognormal($mean, cv=0.5)\"]}}}\n");
  EXPECT_EQ(scenario.name, "$5 at 20/s");
  EXPECT_DOUBLE_EQ(
      std::get<OpenArrivals>(scenario.workloads.at(0).arrivals).interarrival_time.mean(), 0.05);
  auto const& work = as<WorkStep>(scenario.services.at(0).operations.at(0).steps.at(0));
  EXPECT_NEAR(work.duration.mean(), 0.004, 1e-12);
}

TEST(LoadTest, AMistakeAfterAParameterStandsWhereTheFileHasIt) {
  EXPECT_EQ(mistakes_of("duration: 1h\nparameters: {mean: 4ms}\n"
                        "workloads: {w: {request: s.o, arrivals: poisson(1/s)}}\n"
                        "services: {s: {operations: {o: [work: \"lognormal($mean, vc=0.5)\"]}}}\n"),
            "f:4:57: work: unknown argument 'vc' of lognormal; did you mean 'cv'?\n");
}

TEST(LoadTest, AMistakeInAParameterNamesIt) {
  EXPECT_EQ(mistakes_of("duration: $length\nparameters: {length: 5}\n"
                        "workloads: {w: {request: s.o, arrivals: poisson(1/s)}}\n"
                        "services: {s: {operations: {o: []}}}\n"),
            "f:1:11: duration: expected a duration such as 250ms or 1.5s, found '5' (from "
            "'$length'), which has no unit\n");
}

TEST(LoadTest, ReadsTheSagaWithItsParts) {
  Scenario const scenario = loaded(scenario_with_steps(
      "[{saga: [{do: [work: 1ms], undo: [work: 2ms, work: 3ms]}, {undo: [], do: [fail: 1%]}, "
      "{do: [respond]}], durable: true, fallback: [work: 4ms]}, {saga: [{do: [work: 1ms]}]}]"));
  auto const& steps = scenario.services.at(0).operations.at(0).steps;
  auto const& saga = as<SagaStep>(steps.at(0));
  ASSERT_EQ(saga.parts.size(), 3U);
  EXPECT_EQ(saga.parts[0].steps.size(), 1U);
  EXPECT_EQ(saga.parts[0].undo.value().size(), 2U);
  EXPECT_TRUE(saga.parts[1].undo && saga.parts[1].undo->empty());
  EXPECT_FALSE(saga.parts[2].undo);
  EXPECT_TRUE(saga.durable);
  EXPECT_EQ(saga.fallback.value().size(), 1U);
  EXPECT_FALSE(as<SagaStep>(steps.at(1)).durable);
  EXPECT_FALSE(as<SagaStep>(steps.at(1)).fallback);
}

// --- Keys and caches -----------------------------------------------------------------------------

TEST(LoadTest, ReadsBothFormsOfACache) {
  Scenario const scenario = loaded(scenario_with_steps(
      "[{cache: 90%, miss: [work: 5ms]}, {miss: [work: 5ms, work: 6ms], cache: {capacity: 10, "
      "keys: 'zipf(n=5, s=1)', ttl: 60s, policy: lfu}}, {cache: {capacity: 3, keys: request}, "
      "miss: []}]"));
  auto const& steps = scenario.services.at(0).operations.at(0).steps;
  auto const& chance = as<CacheStep>(steps.at(0));
  EXPECT_DOUBLE_EQ(std::get<double>(chance.contents), 0.9);
  EXPECT_EQ(chance.miss.size(), 1U);
  auto const& keys = std::get<KeyCacheOptions>(as<CacheStep>(steps.at(1)).contents);
  EXPECT_EQ(keys.capacity, 10);
  EXPECT_EQ(keys.ttl, Duration(60s));
  EXPECT_EQ(keys.policy, Eviction::lfu);
  ASSERT_TRUE(keys.keys);
  EXPECT_EQ(as<CacheStep>(steps.at(1)).miss.size(), 2U);
  auto const& by_request = std::get<KeyCacheOptions>(as<CacheStep>(steps.at(2)).contents);
  EXPECT_FALSE(by_request.keys);
  EXPECT_FALSE(by_request.ttl);
  EXPECT_EQ(by_request.policy, Eviction::lru);
}

TEST(LoadTest, ReadsTheKeysOfRequestsAndWhatIsChosenByThem) {
  Scenario const scenario = loaded(
      "duration: 1h\n"
      "workloads: {w: {request: a.x, arrivals: poisson(1/s), key: 7}}\n"
      "services: {a: {balance: key-hash, operations: {x: [{call: b.y, key: 'uniform(1, 3)'}"
      ", {call: b.y}]}}, b: {operations: {y: []}}}\n");
  EXPECT_EQ(scenario.workloads.at(0).options.key->mean(), 7.0);
  EXPECT_EQ(scenario.services.at(0).balance, Balance::key_hash);
  auto const& steps = scenario.services.at(0).operations.at(0).steps;
  EXPECT_EQ(as<CallStep>(steps.at(0)).options.key->mean(), 2.0);
  EXPECT_FALSE(as<CallStep>(steps.at(1)).options.key);
}

// --- Data files ----------------------------------------------------------------------------------

class DataFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    auto const* const test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("sojourn_") + test->name());
    std::filesystem::create_directories(folder_ / "data");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(std::string const& name, std::string const& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

TEST_F(DataFilesTest, AreFoundBesideTheScenario) {
  write("data/work.csv", "# measured\n1ms\n2ms,\n\n6ms # slow\n");
  auto const file = write("scenario.yaml", scenario_with_steps("[work: empirical(data/work.csv)]"));
  auto const result = load_scenario(file);
  ASSERT_TRUE(result.scenario) << printed(result.diagnostics);
  auto const& steps = result.scenario->variants[0].scenario.services.at(0).operations.at(0).steps;
  EXPECT_NEAR(as<WorkStep>(steps.at(0)).duration.mean(), 0.003, 1e-12);
}

TEST_F(DataFilesTest, HoldTheTimesOfATrace) {
  write("data/times.csv", "1s\n1s\n2500ms\n");
  auto const file = write("scenario.yaml",
                          "duration: 1h\n"
                          "workloads: {w: {request: s.o, arrivals: trace(data/times.csv)}}\n"
                          "services: {s: {operations: {o: [work: 1ms]}}}\n");
  auto const result = load_scenario(file);
  ASSERT_TRUE(result.scenario) << printed(result.diagnostics);
  auto const& arrivals = result.scenario->variants[0].scenario.workloads.at(0).arrivals;
  EXPECT_EQ(std::get<TraceArrivals>(arrivals).times, (std::vector<Duration>{1s, 1s, 2500ms}));
}

}  // namespace
}  // namespace sojourn
