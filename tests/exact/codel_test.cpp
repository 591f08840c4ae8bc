/// Shedding by waiting time, worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

/// One slot that works 10 ms on each, and a line that is shed from.
ScenarioBuilder shedding(Duration duration = 1s) {
  ScenarioBuilder builder(duration);
  builder.service("web", {work(10ms)}).queue.codel = ControlledDelaySpec{};
  return builder;
}

/// In ms, when somebody was shed, once for each.
std::vector<std::int64_t> times_of_shedding(TestRun& run) {
  std::vector<std::int64_t> times;
  run.until(1s, [&](World const& world, Event const&) {
    while (times.size() < world.measures.services[0].rejected) {
      times.push_back(world.now().time_since_epoch() / 1ms);
    }
  });
  return times;
}

/// The wait is above 5 ms from 10 ms on, and somebody leaves the line each 10 ms. Due at 110, 210,
/// 280.7, 338.4.
TEST(CodelTest, ALineThatStandsForAnIntervalIsShed) {
  ScenarioBuilder builder = shedding();
  builder.trace("clients", std::vector<Duration>(40, 0ms), "web.op");
  TestRun run(builder);
  EXPECT_EQ(times_of_shedding(run), (std::vector<std::int64_t>{110, 210, 290, 340}));
  EXPECT_EQ(run.service("web").completed, 36U);
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::dropped)], 4U);
  EXPECT_EQ(from_seconds(run.workload("clients").latency.of_cohort().max()), 360ms)
      << "no slot was left idle";
  EXPECT_EQ(run.service("web").queue.level(), 0.0);
  EXPECT_EQ(run.service("web").in_flight.level(), 0.0);
}

TEST(CodelTest, WhoIsShedIsTheOneWhoseTurnItWas) {
  ScenarioBuilder builder = shedding();
  for (int i = 0; i < 20; ++i) {
    builder.request("r" + std::to_string(i), std::chrono::microseconds(i), "web.op");
  }
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("r10"), 110ms - 10us) << "served";
  EXPECT_EQ(run.outcome("r11"), Outcome::dropped);
  EXPECT_EQ(run.latency("r11"), 110ms - 11us);
  EXPECT_EQ(run.latency("r12"), 120ms - 12us);
}

TEST(CodelTest, MessagesAreNotShed) {
  ScenarioBuilder builder = shedding();
  Channel& channel = builder.channel("broker.jobs");
  channel.initial = 40;
  channel.subscribers.push_back(subscriber("web.op", unlimited));
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("web").completed, 40U);
  EXPECT_EQ(run.service("web").rejected, 0U);
}

/// What is held back at the door is not in line yet: each token finds it empty.
TEST(CodelTest, WaitingAtTheDoorDoesNotCount) {
  ScenarioBuilder builder(10s);
  Service& web = builder.service("web", {work(10ms)});
  web.queue.codel = ControlledDelaySpec{};
  web.limit = AdmissionLimit{ConcurrencyLimit{3}, true};
  builder.trace("clients", std::vector<Duration>(300, 0ms), "web.op");
  TestRun run(builder);
  run.until(109ms);
  EXPECT_EQ(run.service("web").rejected, 0U);
  run.until(10s);
  EXPECT_GT(run.service("web").rejected, 0U) << "20 ms in line are too long too";

  web.queue.codel->target = 30ms;
  TestRun patient(builder);
  patient.until(10s);
  EXPECT_EQ(patient.service("web").rejected, 0U);
}

/// Whoever waits for the limit of the caller comes as soon as another one has been shed: into the
/// line, and not into the slot that is just given away.
TEST(CodelTest, TheNextOfAShedCallerJoinsTheLine) {
  ScenarioBuilder builder = shedding();
  builder.request("a", 0ms, "web.op");
  Workload& b = builder.request("b", 0ms, "web.op");
  b.options = within(150ms);
  b.options.cancel = true;
  builder.trace("clients", std::vector<Duration>(5, 1ms), "web.op").options.limit =
      CallLimit{2, true};
  builder.fault("pause", PauseFault{{ReplicaTarget{"web", unlimited, false}}}, 12ms, 188ms);
  TestRun run(builder);
  run.until(199ms);
  EXPECT_EQ(run.replica("web").busy, 0) << "b has gone in the pause";
  EXPECT_EQ(run.replica("web").line.size(), 2U);
  run.until(200ms);
  EXPECT_EQ(run.service("web").rejected, 1U);
  EXPECT_EQ(run.replica("web").busy, 1);
  EXPECT_EQ(run.replica("web").line.size(), 1U);
  run.until(1s);
  EXPECT_EQ(run.service("web").rejected, 1U);
  EXPECT_EQ(run.service("web").completed, 5U);
}

TEST(CodelTest, ACrashForgetsTheStandingLine) {
  ScenarioBuilder builder = shedding();
  builder.trace("clients", std::vector<Duration>(8, 0ms), "web.op");
  builder.trace("later", std::vector<Duration>(8, 105ms), "web.op");
  builder.crash("web", 55ms, 20ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.service("web").rejected, 0U);
  EXPECT_EQ(run.workload("later").cohort_succeeded, 8U);
}

/// Half as much again as it can serve, for clients who wait 300 ms.
TEST(CodelTest, KeepsServingInTimeUnderAnOverload) {
  auto const goodput = [](bool sheds) {
    ScenarioBuilder builder = shedding(60s);
    Workload& clients = builder.open("clients", Distribution::exponential(1.0 / 150), "web.op");
    clients.options = within(300ms);
    Scenario scenario = builder.build();
    if (!sheds) scenario.services[0].queue.codel.reset();
    TestRun run(scenario);
    return run.metric("clients.goodput");
  };
  EXPECT_GT(goodput(true), 90.0);
  EXPECT_LT(goodput(false), 10.0);
}

}  // namespace
}  // namespace sojourn
