/// Crashes of which callers hear late or nothing, and those of several things at once.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

CrashFault all_of(std::string const& service, bool silent) {
  return {{ReplicaTarget{service, unlimited, false}}, silent};
}

TEST(CrashDetectionTest, UntilItIsDetectedCallersSendToTheDeadReplica) {
  ScenarioBuilder builder(1s);
  builder.open("clients", Length(10ms), "web.op");
  Service& web = builder.service("web", {work(1ms)});
  web.replicas = 2;
  web.detect = 100ms;
  builder.fault("one", CrashFault{{ReplicaTarget{"web", 1, false}}}, 95ms, 10s);
  TestRun run(builder);
  run.until(1s);
  // In turn, every other one from 100 to 190 ms meets the dead replica and is refused.
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::error)], 5U);
  EXPECT_EQ(run.service("web").cohort_failed, 5U);
}

TEST(CrashDetectionTest, ABriefCrashIsNeverDetected) {
  ScenarioBuilder builder(1s);
  builder.open("clients", Length(10ms), "web.op");
  Service& web = builder.service("web", {work(1ms)});
  web.replicas = 2;
  web.detect = 100ms;
  builder.fault("one", CrashFault{{ReplicaTarget{"web", 1, false}}}, 95ms, 50ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::error)], 2U)
      << "those of 110 and 130 ms";
  EXPECT_EQ(run.replica("web", 0).listed, true);
}

TEST(CrashDetectionTest, FromASilentCrashNobodyHears) {
  ScenarioBuilder builder(1s);
  builder.request("there", 0ms, "web.op").options = within(50ms);
  builder.request("waiting", 1ms, "web.op").options = within(50ms);
  builder.request("during", 8ms, "web.op").options = within(50ms);
  builder.request("after", 20ms, "web.op").options = within(50ms);
  builder.service("web", {work(10ms)});
  builder.fault("silence", all_of("web", true), 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  for (auto const* const name : {"there", "waiting", "during"}) {
    EXPECT_EQ(run.outcome(name), Outcome::timeout) << name;
    EXPECT_EQ(run.latency(name), 50ms) << name;
  }
  EXPECT_EQ(run.outcome("after"), Outcome::success);
  EXPECT_EQ(run.service("web").cohort_failed, 3U);
}

TEST(CrashDetectionTest, WithoutATimeoutTheyWaitForEver) {
  ScenarioBuilder builder(1s);
  builder.request("there", 0ms, "web.op");
  builder.request("during", 8ms, "web.op");
  builder.service("web", {call("bank.op")}, 2);
  builder.service("bank", {work(10ms)});
  builder.fault("silence", all_of("bank", true), 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("there").ended, 0U);
  EXPECT_EQ(run.workload("during").ended, 0U);
  EXPECT_EQ(run.replica("web").busy, 2) << "each keeps its slot";
  run.result();  // and the account balances
}

TEST(CrashDetectionTest, TheStartingProcessRefusesAgain) {
  ScenarioBuilder builder(1s);
  builder.request("silent", 8ms, "web.op").options = within(50ms);
  builder.request("starting", 20ms, "web.op").options = within(50ms);
  builder.service("web", {work(10ms)}).startup = Distribution::constant(0.010);
  builder.fault("silence", all_of("web", true), 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("silent"), Outcome::timeout);
  EXPECT_EQ(run.outcome("starting"), Outcome::error);
}

TEST(CrashDetectionTest, CrashesOfBothKindsCompose) {
  ScenarioBuilder builder(1s);
  builder.request("both", 12ms, "web.op").options = within(50ms);
  builder.request("refused", 18ms, "web.op").options = within(50ms);
  builder.service("web", {work(10ms)});
  builder.fault("loud", all_of("web", false), 5ms, 20ms);
  builder.fault("silent", all_of("web", true), 10ms, 5ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("both"), Outcome::timeout);
  EXPECT_EQ(run.outcome("refused"), Outcome::error);
}

TEST(CrashDetectionTest, AForwardedRequestCanVanishAsWell) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op").options = within(50ms);
  builder.service("web", {work(10ms), forward("bank.op")});
  builder.service("bank", {work(10ms)});
  builder.fault("silence", all_of("bank", true), 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.outcome("a"), Outcome::timeout);
  EXPECT_EQ(run.replica("web").busy, 0);
}

TEST(CrashDetectionTest, WhoHasRespondedIsCountedOnceThoughItVanishes) {
  ScenarioBuilder builder(1s);
  builder.request("a", 0ms, "web.op");
  builder.service("web", {work(1ms), respond(), work(9ms), forward("bank.op")});
  builder.service("bank", {work(10ms)});
  builder.fault("silence", all_of("bank", true), 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("a"), 1ms);
  EXPECT_EQ(run.service("web").completed, 1U);
  EXPECT_EQ(run.service("bank").started, 0U);
}

TEST(CrashDetectionTest, ABreakerLearnsFromSilence) {
  ScenarioBuilder builder(1s);
  CallOptions options = within(20ms);
  options.breaker.emplace();
  options.breaker->trip = FailuresInARow{2};
  options.breaker->open = 500ms;
  builder.trace("clients", {10ms, 20ms, 45ms}, "web.op").options = options;
  builder.service("web", {work(1ms)});
  builder.fault("silence", all_of("web", true), 5ms, 900ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::timeout)], 2U);
  EXPECT_EQ(run.workload("clients").cohort_failed[cause_index(Outcome::rejected)], 1U);
}

TEST(CrashDetectionTest, OneFaultStrikesAllItsTargetsAtOnce) {
  ScenarioBuilder builder(1s);
  builder.request("of-web", 0ms, "web.op");
  builder.request("of-bank", 0ms, "bank.op");
  builder.service("web", {work(10ms)});
  builder.service("bank", {work(10ms)});
  CrashFault crash;
  crash.targets = {ReplicaTarget{"web", unlimited, false}, ReplicaTarget{"bank", unlimited, false}};
  builder.fault("both", crash, 5ms, 10ms);
  TestRun run(builder);
  run.until(1s);
  EXPECT_EQ(run.latency("of-web"), 5ms);
  EXPECT_EQ(run.latency("of-bank"), 5ms);
}

TEST(CrashDetectionTest, AShareOfTheReplicasIsRounded) {
  ScenarioBuilder builder(1s);
  builder.service("web", {work(1ms)}).replicas = 7;
  builder.request("any", 0ms, "web.op");
  builder.fault("grey", SlowFault{{ReplicaTarget{"web", 0.3, false}}, 4.0}, 5ms, 900ms);
  builder.fault("light", ErrorsFault{{ReplicaTarget{"web", 0.01, false}}, 0.5}, 5ms, 900ms);
  TestRun run(builder);
  run.until(100ms);
  for (std::uint32_t i = 0; i < 7; ++i) {
    EXPECT_EQ(run.replica("web", i).slowness, i < 2 ? 4.0 : 1.0) << i;
    EXPECT_EQ(run.replica("web", i).error_rate, i < 1 ? 0.5 : 0.0) << i << ": at least one";
  }
}

}  // namespace
}  // namespace sojourn
