/// Replicas that come and go, and services that open and close, worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using namespace support;

Autoscale up_to(std::int64_t max) {
  Autoscale made;
  made.min = 1;
  made.max = max;
  made.target = 0.5;
  made.every = 10s;
  made.down_delay = 0s;
  return made;
}

/// Utilisation 90 % of one slot until 35 s, then none.
ScenarioBuilder busy_for_a_while(Autoscale const& scale) {
  ScenarioBuilder builder(100s);
  std::vector<Duration> times;
  for (int i = 0; i < 35; ++i) times.push_back(1s * i);
  builder.trace("clients", times, "web.op");
  builder.service("web", {work(900ms)}).autoscale = scale;
  return builder;
}

TEST(ScalingTest, ReplicasComeWithTheLoadAndGoWithIt) {
  TestRun run(busy_for_a_while(up_to(4)));
  // At 10 s one at 90 % asks for ceil(1.8); two at 45 % are within the tolerance of 50 %.
  run.until(10s);
  EXPECT_EQ(run.service("web").provisioned.level(), 2.0);
  run.until(39s);
  EXPECT_EQ(run.service("web").provisioned.level(), 2.0);
  // From 30 to 40 s two are busy for 4.5 s in all: 22.5 % of two is one.
  run.until(40s);
  EXPECT_EQ(run.service("web").provisioned.level(), 1.0);
  EXPECT_NEAR(run.metric("web.provisioned.mean"), 1.3, 1e-9);
  EXPECT_NEAR(run.metric("web.replicas"), 1.3, 1e-9);
  EXPECT_NEAR(run.metric("web.utilisation"), 31.5 / 130.0, 1e-9);
  EXPECT_EQ(run.metric("clients.availability"), 1.0);
}

TEST(ScalingTest, ANewReplicaStartsFirst) {
  ScenarioBuilder builder(100s);
  std::vector<Duration> times;
  for (int i = 0; i < 35; ++i) times.push_back(1s * i);
  builder.trace("clients", times, "web.op");
  Service& web = builder.service("web", {work(900ms)});
  web.autoscale = up_to(4);
  web.startup = Distribution::constant(7.0);
  TestRun run(builder);
  run.until(16s);
  EXPECT_EQ(run.service("web").provisioned.level(), 2.0);
  EXPECT_EQ(run.service("web").up.level(), 1.0);
  run.until(17s);
  EXPECT_EQ(run.service("web").up.level(), 2.0);
}

TEST(ScalingTest, WhoIsTakenAwayServesWhoIsThere) {
  ScenarioBuilder builder(100s);
  // Two long requests, one at each replica; then nothing wants two.
  builder.trace("clients", {0s, 1s}, "web.op");
  Autoscale scale = up_to(2);
  scale.target = 1.0;
  Service& web = builder.service("web", {work(12s)}, 4);
  web.replicas = 2;
  web.autoscale = scale;
  TestRun run(builder);
  run.until(10s);
  EXPECT_EQ(run.replica("web", 1).provision, Provision::draining);
  EXPECT_EQ(run.service("web").provisioned.level(), 2.0) << "it is still there";
  run.until(13s);
  EXPECT_EQ(run.replica("web", 1).provision, Provision::none);
  EXPECT_EQ(run.metric("clients.availability"), 1.0);
}

TEST(ScalingTest, WhoDrainsIsKeptWhenMoreAreWanted) {
  ScenarioBuilder builder(100s);
  builder.trace("clients", {0s, 1s, 11s, 11s, 11s, 11s}, "web.op");
  Autoscale scale = up_to(2);
  Service& web = builder.service("web", {work(30s)}, 4);
  web.replicas = 2;
  web.autoscale = scale;
  TestRun run(builder);
  run.until(10s);
  ASSERT_EQ(run.replica("web", 1).provision, Provision::draining);
  run.until(20s);
  EXPECT_EQ(run.replica("web", 1).provision, Provision::full);
  EXPECT_EQ(run.service("web").provisioned.max(), 2.0);
}

TEST(ScalingTest, WhatIsNotThereCannotCrash) {
  ScenarioBuilder builder = busy_for_a_while(up_to(4));
  builder.crash("web", 2s, 3s);
  TestRun run(builder);
  run.until(6s);
  EXPECT_EQ(run.service("web").up.level(), 1.0);
  run.until(10s);
  EXPECT_EQ(run.service("web").provisioned.level(), 2.0);
  run.until(100s);
  run.result();
}

TEST(ScalingTest, WhoIsProvisionedDuringACrashStartsAfterIt) {
  ScenarioBuilder builder(100s);
  std::vector<Duration> times;
  for (int i = 0; i < 35; ++i) times.push_back(1s * i);
  builder.trace("clients", times, "web.op");
  Service& web = builder.service("web", {work(900ms)});
  web.autoscale = up_to(4);
  web.zones = {"first", "second"};
  builder.fault("second", CrashFault{{ZoneTarget{"second"}}}, 9500ms, 10s);
  TestRun run(builder);
  run.until(12s);
  EXPECT_EQ(run.service("web").provisioned.level(), 2.0);
  EXPECT_EQ(run.service("web").up.level(), 1.0);
  run.until(19600ms);
  EXPECT_EQ(run.service("web").up.level(), 2.0);
}

TEST(ScalingTest, ConsumersScaleWithTheirService) {
  ScenarioBuilder builder(100s);
  builder.channel("b.jobs").subscribers = {subscriber("web.op")};
  std::vector<Duration> times;
  for (int i = 0; i < 60; ++i) times.push_back(500ms * i);
  builder.trace("clients", times, "front.op");
  builder.service("front", {publish("b.jobs")}, unlimited);
  builder.service("web", {work(1s)}).autoscale = up_to(3);
  TestRun run(builder);
  run.until(29s);
  EXPECT_EQ(run.service("web").provisioned.level(), 3.0);
  EXPECT_EQ(run.service("web").busy.max(), 3.0);
  run.until(100s);
  EXPECT_EQ(run.channel("b.jobs").fates[Fate::processed], 60U);
  EXPECT_EQ(run.service("web").provisioned.level(), 1.0);
}

// --- Hours ---------------------------------------------------------------------------------------

/// Open from 00:00:00 to 00:01:00 of every day.
OpeningHours first_minute() {
  OpeningHours hours;
  hours.days.fill(true);
  hours.to = 1min;
  return hours;
}

TEST(HoursTest, AtClosingTimeWhoIsInLineIsServedAndNobodyElse) {
  ScenarioBuilder builder(3min);
  builder.request("served", 50s, "desk.op");
  builder.request("in line", 59s, "desk.op");
  builder.request("too late", 61s, "desk.op");
  builder.service("desk", {work(20s)}).hours = {first_minute()};
  TestRun run(builder);
  run.until(3min);
  EXPECT_EQ(run.outcome("served"), Outcome::success);
  EXPECT_EQ(run.outcome("in line"), Outcome::success);
  EXPECT_EQ(run.latency("in line"), 31s);
  EXPECT_EQ(run.outcome("too late"), Outcome::rejected);
  EXPECT_EQ(run.latency("too late"), 0s);
}

/// The first minute, at whose end those in line have to go.
OpeningHours dismissing() {
  OpeningHours hours = first_minute();
  hours.dismisses = true;
  return hours;
}

TEST(HoursTest, WhoDismissesServesOnlyThoseInService) {
  ScenarioBuilder builder(3min);
  builder.request("served", 50s, "desk.op");
  builder.request("in line", 55s, "desk.op");
  builder.request("outside", 57s, "desk.op");
  builder.request("again", 58s, "desk.op").options.retry = retry(2, 10s);
  Service& desk = builder.service("desk", {work(20s)});
  desk.hours = {dismissing()};
  desk.queue.capacity = 1;
  desk.queue.when_full = QueueSpec::WhenFull::block;
  TestRun run(builder);
  run.until(3min);
  EXPECT_EQ(run.outcome("served"), Outcome::success);
  EXPECT_EQ(run.latency("served"), 20s);
  EXPECT_EQ(run.outcome("in line"), Outcome::rejected);
  EXPECT_EQ(run.latency("in line"), 5s);
  EXPECT_EQ(run.outcome("outside"), Outcome::rejected);
  EXPECT_EQ(run.latency("outside"), 3s);
  EXPECT_EQ(run.outcome("again"), Outcome::rejected) << "10 s later it is still closed";
  EXPECT_EQ(run.latency("again"), 12s);
  EXPECT_EQ(run.service("desk").rejected, 4U);
}

TEST(HoursTest, WhoDismissesLetsThoseGoWhomALimitHoldsBack) {
  ScenarioBuilder builder(3min);
  for (int i = 0; i < 4; ++i) builder.request("r" + std::to_string(i), 50s + 1s * i, "desk.op");
  Service& desk = builder.service("desk", {work(20s)});
  desk.hours = {dismissing()};
  desk.limit = AdmissionLimit{ConcurrencyLimit{2}, true};
  TestRun run(builder);
  run.until(60s);
  for (int i = 1; i < 4; ++i) {
    EXPECT_EQ(run.outcome("r" + std::to_string(i)), Outcome::rejected) << i;
    EXPECT_EQ(run.latency("r" + std::to_string(i)), 10s - 1s * i) << i;
  }
  run.until(3min);
  EXPECT_EQ(run.outcome("r0"), Outcome::success);
  EXPECT_EQ(run.service("desk").started, 1U) << "nobody slips in while others leave";
}

TEST(HoursTest, WhoDismissesStillServesWhomHeInterruptedAndWhatWasDelivered) {
  ScenarioBuilder builder(3min);
  builder.channel("b.mail").subscribers = {subscriber("clerk.op", 2)};
  builder.trace("writers", {50s, 51s}, "front.op");
  builder.service("front", {publish("b.mail")}, unlimited);
  builder.service("clerk", {work(20s)}).hours = {dismissing()};
  builder.request("interrupted", 50s, "desk.op");
  builder.request("urgent", 55s, "desk.op").priority = 1;
  Service& desk = builder.service("desk", {work(20s)});
  desk.hours = {dismissing()};
  desk.queue.discipline = Discipline::preemptive_priority;
  TestRun run(builder);
  run.until(3min);
  EXPECT_EQ(run.outcome("urgent"), Outcome::success);
  EXPECT_EQ(run.outcome("interrupted"), Outcome::success);
  EXPECT_EQ(run.latency("interrupted"), 40s);
  EXPECT_EQ(run.channel("b.mail").fates[Fate::processed], 2U);
}

TEST(HoursTest, MessagesWaitUntilItOpens) {
  ScenarioBuilder builder(25h);
  builder.channel("b.mail").subscribers = {subscriber("desk.op")};
  builder.trace("clients", {50s, 61s, 3h}, "front.op");
  builder.service("front", {publish("b.mail")}, unlimited);
  builder.service("desk", {work(20s)}, 2).hours = {first_minute()};
  TestRun run(builder);
  run.until(24h - 1s);
  EXPECT_EQ(run.channel("b.mail").fates[Fate::processed], 1U);
  run.until(24h + 20s);
  EXPECT_EQ(run.channel("b.mail").fates[Fate::processed], 3U);
}

TEST(HoursTest, ARunMayBeginInClosedHours) {
  ScenarioBuilder builder(10h);
  builder.request("early", 1h, "desk.op");
  builder.request("open", 9h, "desk.op");
  OpeningHours hours;
  hours.days.fill(true);
  hours.from = 8h;
  hours.to = 17h;
  builder.service("desk", {work(1min)}).hours = {hours};
  TestRun run(builder);
  run.until(10h);
  EXPECT_EQ(run.outcome("early"), Outcome::rejected);
  EXPECT_EQ(run.outcome("open"), Outcome::success);
}

}  // namespace
}  // namespace sojourn
