/// Pauses, slowness, errors and surges, overlapping and ending in any order.
#include <gtest/gtest.h>

#include "tests/support/request_log.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

ReplicaTarget all_of(std::string const& service) { return {service, unlimited, false}; }

/// D/D/1 with an outage: one request every 10 ms, 5 ms of work, a pause of 100 ms. The backlog
/// rises by one each 10 ms and falls by one each 10 ms after it.
TEST(FaultTest, APauseBuildsABacklogThatDrainsAtTheSpareRate) {
  ScenarioBuilder builder(1s);
  builder.open("clients", Length(10ms), "web.op");
  builder.service("web", {work(5ms)});
  builder.fault("pause", PauseFault{{all_of("web")}}, 206ms, 100ms);
  TestRun run(builder);
  RequestLog log;
  run.until(1s, log);
  EXPECT_EQ(run.workload("clients").in_flight.max(), 11.0) << "210 to 300 by 10, then two at 310";
  // Request n comes at 10n ms. From 306 ms on one is served each 5 ms, first that of 210 ms.
  for (std::size_t i = 0; i < log.requests().size(); ++i) {
    Time const arrival(10ms * (i + 1));
    Time const lindley = std::max(arrival + 5ms, Time(306ms + 5ms * (i + 1 - 20)));
    bool const held_up = i + 1 >= 21;
    if (lindley > Time(1s)) continue;
    ASSERT_EQ(log.requests()[i].ended, held_up ? lindley : arrival + 5ms) << i;
  }
}

TEST(FaultTest, APauseStopsWorkAndItGoesOnWithWhatWasLeft) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {work(10ms)});
  builder.fault("pause", PauseFault{{all_of("web")}}, 4ms, 50ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 60ms);
}

TEST(FaultTest, OverlappingPausesEndWithTheLast) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {work(10ms)});
  builder.fault("first", PauseFault{{all_of("web")}}, 4ms, 20ms);
  builder.fault("second", PauseFault{{all_of("web")}}, 10ms, 30ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 4ms + 36ms + 6ms);
}

/// Work at full speed 2 ms, halved 4 ms, at a sixth 6 ms (2 + 2 + 1 of 10 done), a third 6 ms (2),
/// and the last 3 at full speed.
TEST(FaultTest, SlownessMultipliesAndEndsInAnyOrder) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 100ms, "web.op");
  builder.service("web", {work(10ms)});
  builder.fault("two", SlowFault{{all_of("web")}, 2.0}, 2ms, 10ms);
  builder.fault("three", SlowFault{{all_of("web")}, 3.0}, 6ms, 12ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 18ms + 3ms);
  EXPECT_EQ(run.latency("b"), 10ms) << "all is well again";
}

TEST(FaultTest, SlownessWithinAPauseAndAfterIt) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.request("b", 0ms, "web.op");
  builder.service("web", {work(10ms)}, 2);
  builder.fault("pause", PauseFault{{all_of("web")}}, 4ms, 10ms);
  builder.fault("slow", SlowFault{{all_of("web")}, 2.0}, 6ms, 12ms);
  TestRun run(builder);
  run.until(1s);
  // 4 done, then from 14 to 18 ms two more at half speed, and the last 4.
  EXPECT_EQ(run.latency("a"), 22ms);
  EXPECT_EQ(run.latency("b"), 22ms);
}

TEST(FaultTest, WaitsAreNotSlowed) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {wait(10ms), work(1ms)});
  builder.fault("slow", SlowFault{{all_of("web")}, 2.0}, 0ms, 1s);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 12ms);
}

TEST(FaultTest, ErrorsComeAfterTheWorkAndAtTheirRate) {
  ScenarioBuilder builder(100s);
  builder.request("a", 50ms, "web.op");
  builder.open("clients", Length(10ms), "web.op");
  builder.service("web", {work(2ms)}, 2);
  builder.fault("always", ErrorsFault{{all_of("web")}, 1.0}, 40ms, 30ms);
  builder.fault("half", ErrorsFault{{all_of("web")}, 0.5}, 1s, 90s);
  builder.fault("half too", ErrorsFault{{all_of("web")}, 0.5}, 41s, 50s);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.latency("a"), 2ms);
  EXPECT_EQ(run.workload("clients").cohort_failed[0], 3U) << "those that ended from 40 to 70 ms";
  run.until(41s);
  double const half = static_cast<double>(run.workload("clients").cohort_failed[0] - 3);
  EXPECT_NEAR(half / 4000.0, 0.5, 0.03);
  run.until(91s);
  double const both = static_cast<double>(run.workload("clients").cohort_failed[0] - 3) - half;
  EXPECT_NEAR(both / 5000.0, 0.75, 0.03) << "independent causes";
}

TEST(FaultTest, ASurgeMultipliesTheRateAndSpoilsNoInterval) {
  ScenarioBuilder builder(1s);
  builder.open("clients", Length(10ms), "web.op");
  builder.service("web", {}, unlimited);
  builder.fault("triple", SurgeFault{"clients", 3.0}, 95ms, 100ms);
  builder.fault("double", SurgeFault{"clients", 2.0}, 155ms, 100ms);
  TestRun run(builder);
  std::vector<Time> arrivals;
  run.until(305ms, [&](World const& world, Event const& event) {
    if (event.kind == static_cast<std::uint16_t>(EventKind::arrival))
      arrivals.push_back(world.now());
  });
  // In operational time one each 10 ms: rates 1, 3, 6, 2 and 1 from 0, 95, 155, 195 and 255 ms.
  auto const operational = [](Time time) {
    double const t = in_seconds(time) * 1e3;
    auto const part = [&](double from, double to) { return std::clamp(t, from, to) - from; };
    return part(0, 95) + 3 * part(95, 155) + 6 * part(155, 195) + 2 * part(195, 255) +
           part(255, 1000);
  };
  ASSERT_EQ(arrivals.size(), 68U) << "9.5 + 18 + 24 + 12 + 4.5";
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    EXPECT_NEAR(operational(arrivals[i]), 10.0 * static_cast<double>(i + 1), 1e-4) << i;
  }
}

TEST(FaultTest, ASurgeOfUsersComesAndGoes) {
  ScenarioBuilder builder(1s);
  builder.closed("users", 2, Length(10ms), "web.op");
  builder.service("web", {wait(10ms)}, unlimited);
  builder.fault("surge", SurgeFault{"users", 2.0}, 105ms, 100ms);
  TestRun run(builder);
  run.until(100ms);
  EXPECT_EQ(run.service("web").arrivals, 2U * 5U) << "at 10, 30, 50, 70 and 90 ms";
  run.until(205ms);
  EXPECT_EQ(run.service("web").arrivals, 2U * 10U + 2U * 5U) << "two more at 115, ..., 195 ms";
  run.until(1s);
  EXPECT_EQ(run.service("web").arrivals, 30U + 2U + 2U * 39U) << "two leave at 215 ms";
}

/// Faults that overlap on one service through its replicas' own lives all count.
TEST(FaultTest, ARequestSentDuringALongOccurrenceCountsThoughAShortOneBeganLater) {
  ScenarioBuilder builder(1s);
  builder.request("a", 50ms, "web.op");
  builder.service("web", {fail()}).replicas = 2;
  Fault& fault =
      builder.fault("lives", SlowFault{{ReplicaTarget{"web", unlimited, true}}, 2.0}, 10ms, 1ms);
  fault.at.reset();
  fault.every = Distribution::uniform(0.005, 0.006);
  fault.length = Distribution::mixture(
      {{0.8, Distribution::constant(0.001)}, {0.2, Distribution::constant(0.3)}});
  bool covered = false;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    TestRun run(builder.build(), seed);
    run.until(1s);
    std::uint64_t counted = 0, expected = 0;
    for (FaultOccurrence const& occurrence : run.world().measures.faults[0]) {
      bool const holds = occurrence.begin <= Time(50ms) && Time(50ms) < occurrence.end;
      expected = std::max<std::uint64_t>(expected, holds ? 1 : 0);
      counted += occurrence.ended;
    }
    covered = covered || expected > 0;
    EXPECT_EQ(counted, expected) << "seed " << seed;
  }
  EXPECT_TRUE(covered);
}

/// A paused caller hears at the end of the pause what came due in it, once.
TEST(FaultTest, ATimeoutDuringAPauseIsNotHeldAgainstTheNextAttempt) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  CallOptions options = within(10ms);
  options.retry = retry(3, 1ms);
  builder.service("web", {call("bank.op", options)});
  builder.service("bank", {work(20ms)});
  builder.crash("bank", 15ms, 1ms);
  builder.fault("pause", PauseFault{{all_of("web")}}, 5ms, 20ms);
  TestRun run(builder);
  run.until(1s);
  // The first attempt is timed out at 10 ms, unnoticed; it fails at 15 ms with the crash. From
  // 25 ms on the caller acts: a second attempt until 35 ms and a third until 46 ms.
  EXPECT_EQ(run.service("bank").arrivals, 3U);
  EXPECT_EQ(run.outcome("a"), Outcome::error);
  EXPECT_EQ(run.latency("a"), 46ms);
  EXPECT_EQ(run.world().calls.size(), 0U);
}

}  // namespace
}  // namespace sojourn
