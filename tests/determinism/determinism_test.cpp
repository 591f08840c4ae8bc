/// Same seed, same bytes: on any number of threads, whatever else is in the scenario, and under
/// every compiler.
#include <cstring>

#include <gtest/gtest.h>

#include "analysis/replicate.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

// --- Scenarios -----------------------------------------------------------------------------------

ScenarioBuilder synchronous() {
  ScenarioBuilder builder(60s, 5s);
  CallOptions impatient = within(300ms);
  impatient.retry = retry(3, 20ms);
  impatient.retry->backoff.factor = 2.0;
  impatient.retry->backoff.jitter = Backoff::Jitter::full;
  builder.open("shoppers", Distribution::exponential(0.010), "web.op").options = within(1s);
  builder.service("web", {work(Distribution::lognormal(0.008, 0.6)), call("bank.op", impatient)},
                  64);
  Service& bank = builder.service("bank", {work(Distribution::gamma(0.050, 0.5))}, 4);
  bank.replicas = 2;
  bank.balance = Balance::power_of_two;
  bank.queue.capacity = 20;
  builder.fault("slow", SlowFault{{ReplicaTarget{"bank", 1, false}}, 4.0}, 20s, 10s);
  return builder;
}

ScenarioBuilder asynchronous() {
  ScenarioBuilder builder(60s, 5s);
  builder.open("shoppers", Distribution::exponential(0.010), "web.op");
  builder.service("web", {work(Distribution::weibull(0.004, 0.7)), publish("rabbit.jobs")}, 8);
  builder.service("worker", {work(Distribution::hyperexponential(0.030, 2.0)), fail(0.05)}, 4);
  Channel& jobs = builder.channel("rabbit.jobs");
  jobs.durable = true;
  jobs.ttl = 5s;
  Subscriber to_worker = subscriber("worker.op", 8);
  to_worker.max_deliveries = 3;
  to_worker.redelivery.first = 100ms;
  to_worker.redelivery.jitter = Backoff::Jitter::decorrelated;
  jobs.subscribers.push_back(to_worker);
  builder.broker("rabbit").latency = Distribution::uniform(0.0005, 0.002);
  builder.crash_broker("rabbit", 20s, 2s);
  builder.crash("worker", 40s, 5s);
  return builder;
}

ScenarioBuilder shared_cores() {
  ScenarioBuilder builder(60s, 5s);
  builder.closed("users", 40, Distribution::erlang(0.5, 3), "web.op");
  Steps const lookup{use("db", {wait(Distribution::triangular(0.001, 0.003, 0.02))})};
  Service& web = builder.service(
      "web", {work(Distribution::normal(0.010, 0.003)), parallel({lookup, {call("cache.op")}}, 2)},
      16);
  web.blocking = false;
  web.cores = 2.0;
  web.pools.push_back({"db", 3});
  builder.service("cache", {work(Distribution::pareto(0.0002, 2.5))}, unlimited).cores = 1.0;
  Fault& fault =
      builder.fault("pauses", PauseFault{{ReplicaTarget{"web", unlimited, true}}}, 0s, 1s);
  fault.at.reset();
  fault.every = Distribution::exponential(10.0);
  fault.length = Distribution::exponential(0.2);
  return builder;
}

// --- Pinned --------------------------------------------------------------------------------------

/// What happens in three scenarios, to the event. Who changes one of these numbers changes results,
/// and says so in the changelog.
TEST(DeterminismTest, PinnedRunsAreTheSameUnderEveryCompiler) {
  EXPECT_EQ(TestRun(synchronous(), 1, 0).result().fingerprint, 5701723507052117203U);
  EXPECT_EQ(TestRun(asynchronous(), 1, 0).result().fingerprint, 2469683409575541471U);
  EXPECT_EQ(TestRun(shared_cores(), 1, 0).result().fingerprint, 6039770586911021375U);
}

/// Figures are sums of floating-point numbers in a fixed order, so they too are the same bit for
/// bit.
TEST(DeterminismTest, PinnedFiguresAreTheSameUnderEveryCompiler) {
  auto const digest_of = [](ScenarioBuilder const& builder) {
    Fingerprint digest;
    for (double const value : TestRun(builder, 1, 0).result().values) {
      std::uint64_t bits = 0;
      static_assert(sizeof bits == sizeof value);
      std::memcpy(&bits, &value, sizeof bits);
      digest.add(std::isnan(value) ? 0 : bits);
    }
    return digest.value();
  };
  EXPECT_EQ(digest_of(synchronous()), 1682257266966912905U);
  EXPECT_EQ(digest_of(asynchronous()), 14150777493996044473U);
  EXPECT_EQ(digest_of(shared_cores()), 4622237811381088889U);
}

// --- Threads -------------------------------------------------------------------------------------

Experiment experiment(std::string name, Scenario const& scenario) {
  std::shared_ptr<Program const> const program = compile(scenario);
  return {std::move(name),
          layout_of(*program),
          [program](Streams const& streams, Watch& watch) {
            return simulate(*program, streams, watch);
          },
          {}};
}

bool same(double left, double right) {
  return left == right || (std::isnan(left) && std::isnan(right));
}

void expect_same(Study const& left, Study const& right) {
  ASSERT_EQ(left.alternatives.size(), right.alternatives.size());
  for (std::size_t i = 0; i < left.alternatives.size(); ++i) {
    AlternativeResult const& one = left.alternatives[i];
    AlternativeResult const& other = right.alternatives[i];
    EXPECT_EQ(one.fingerprint, other.fingerprint);
    EXPECT_EQ(one.events, other.events);
    for (std::size_t m = 0; m < one.metrics.size(); ++m) {
      EXPECT_TRUE(same(one.metrics[m].estimate.mean, other.metrics[m].estimate.mean) &&
                  same(one.metrics[m].estimate.half_width, other.metrics[m].estimate.half_width))
          << one.metrics[m].metric.name;
    }
    for (std::size_t s = 0; s < one.series.size(); ++s) {
      auto const& cells = one.series[s].values;
      EXPECT_TRUE(std::equal(cells.begin(), cells.end(), other.series[s].values.begin(), same))
          << one.series[s].definition.name;
    }
    for (std::size_t a = 0; a < one.accounts.size(); ++a) {
      EXPECT_EQ(one.accounts[a].totals.parts, other.accounts[a].totals.parts);
    }
  }
  ASSERT_EQ(left.comparisons.size(), right.comparisons.size());
  for (std::size_t i = 0; i < left.comparisons.size(); ++i) {
    EXPECT_TRUE(same(left.comparisons[i].difference.mean, right.comparisons[i].difference.mean));
    EXPECT_EQ(left.comparisons[i].verdict, right.comparisons[i].verdict);
  }
}

TEST(DeterminismTest, ThreadsChangeNoDigit) {
  std::vector<Experiment> const experiments{experiment("sync", synchronous().build()),
                                            experiment("async", asynchronous().build()),
                                            experiment("shared", shared_cores().build())};
  auto const study = [&](std::size_t jobs) {
    return replicate(experiments, {.replications = 5, .seed = 11, .jobs = jobs});
  };
  Study const alone = study(1);
  EXPECT_GT(alone.alternatives[0].events, 10000U);
  expect_same(alone, study(2));
  expect_same(alone, study(7));
}

// --- What is added moves nothing -----------------------------------------------------------------

/// Every figure of the smaller scenario is in the larger one, with the same value.
void expect_untouched(Scenario const& smaller, Scenario const& larger) {
  TestRun before(smaller), after(larger);
  RunResult const one = before.result(), other = after.result();
  auto const& metrics = layout_of(before.program()).metrics;
  ASSERT_FALSE(metrics.empty());
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    double const now = metric(after.program(), other, metrics[i].name);
    EXPECT_TRUE(same(one.values[i], now)) << metrics[i].name;
  }
}

TEST(DeterminismTest, AnUnrelatedServiceMovesNoDraw) {
  for (auto const& builder : {synchronous(), asynchronous(), shared_cores()}) {
    Scenario scenario = builder.build();
    // Without faults, whose effect is judged over the whole system.
    scenario.faults.clear();
    Scenario larger = scenario;
    ScenarioBuilder added(1s);
    added.open("others", Distribution::exponential(0.003), "aside.op").options =
        within(Distribution::exponential(0.1));
    added.service("aside", {work(Distribution::exponential(0.002)), publish("aside.queue")}, 2)
        .balance = Balance::random;
    added.channel("aside.queue").subscribers.push_back(subscriber("sink.op"));
    added.service("sink", {work(1ms)});
    Scenario const extra = added.build();
    larger.workloads.insert(larger.workloads.begin(), extra.workloads.begin(),
                            extra.workloads.end());
    larger.services.insert(larger.services.begin(), extra.services.begin(), extra.services.end());
    larger.brokers.insert(larger.brokers.begin(), extra.brokers.begin(), extra.brokers.end());
    expect_untouched(scenario, larger);
  }
}

TEST(DeterminismTest, AnotherStepMovesNoDrawOfTheStepsThatAreThere) {
  ScenarioBuilder builder(60s);
  builder.open("clients", Distribution::exponential(0.010), "web.op");
  builder.service("web", {work(Distribution::exponential(0.005))}, unlimited);
  Scenario const plain = builder.build();
  Scenario with_log = plain;
  with_log.services[0].operations[0].steps.push_back(
      background({wait(Distribution::exponential(0.010)), fail(0.5)}));
  expect_untouched(plain, with_log);
}

TEST(DeterminismTest, VariantsShareTheirLuck) {
  ScenarioBuilder builder(60s);
  builder.open("clients", Distribution::exponential(0.010), "web.op");
  builder.service("web", {work(Distribution::exponential(0.009))});
  Scenario const one = builder.build();
  Scenario two = one;
  two.services[0].concurrency = 2;
  TestRun first(one), second(two);
  EXPECT_EQ(first.metric("clients.arrivals"), second.metric("clients.arrivals"));
  EXPECT_LT(second.metric("clients.latency.mean"), first.metric("clients.latency.mean"));
  EXPECT_NEAR(first.service("web").work, second.service("web").work, 0.1)
      << "the same work, but for who was there at the end";
}

}  // namespace
}  // namespace sojourn
