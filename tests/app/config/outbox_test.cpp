/// What the step `outbox` stands for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config/outboxes.h"
#include "tests/app/config/reading_support.h"
#include "tests/support/run.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using support::TestRun;
using testing::HasSubstr;

std::string with_outbox(std::string const& steps, std::string const& more = "") {
  return "duration: 10s\n"
         "workloads: {shoppers: {request: db.commit, arrivals: periodic(1/s)}}\n"
         "services:\n"
         "  db: {operations: {commit: " +
         steps +
         "}}\n"
         "  mail: {operations: {tell: [work: 1ms]}}\n"
         "brokers:\n"
         "  kafka: {channels: {events: {subscribers: {mail.tell: {}}}, others: {}}}\n"
         "  rabbit: {channels: {events: {}}}\n" +
         more;
}

std::string mistakes(std::string const& text) {
  return printed(load_scenario_text(text, "f").diagnostics);
}

TEST(OutboxTest, ImpliesATableAndARelay) {
  Scenario const scenario = loaded(with_outbox("[{outbox: kafka.events, every: 2s}]"));
  Broker const& table = scenario.brokers.back();
  EXPECT_EQ(table.name, "db-outbox");
  EXPECT_EQ(table.channels[0].name, "events");
  EXPECT_EQ(table.channels[0].durable, true);
  EXPECT_EQ(table.channels[0].subscribers[0].poll, 2s);
  Service const& relay = scenario.services.back();
  EXPECT_EQ(relay.name, "db-relay");
  auto const& publish = std::get<PublishStep>(relay.operations[0].steps[0].action);
  EXPECT_EQ(publish.channel, (ChannelName{"kafka", "events"}));
}

TEST(OutboxTest, ServesAllStepsOfAServiceByOneRelay) {
  Scenario const scenario =
      loaded(with_outbox("[{outbox: kafka.events}, {outbox: kafka.others}, "
                         "{outbox: kafka.events, count: 2}]"));
  EXPECT_EQ(scenario.services.size(), 3U);
  EXPECT_EQ(scenario.services.back().operations.size(), 2U);
  EXPECT_EQ(scenario.brokers.back().channels.size(), 2U);
}

TEST(OutboxTest, ItsPartsCanBeNamed) {
  std::string const text = with_outbox(
      "[outbox: kafka.events]",
      "faults: {down: {at: 1s, for: 1s, crash: db-relay}, lost: {at: 2s, crash: db-outbox}}\n"
      "objectives: [db-outbox.events.depth.max <= 9]\n");
  EXPECT_EQ(mistakes(text), "");
}

TEST(OutboxTest, NamesThatAreTakenAreRefused) {
  EXPECT_THAT(mistakes(with_outbox("[{outbox: kafka.events}, {outbox: rabbit.events}]")),
              HasSubstr("f:4:54: outbox: db has one for kafka.events already"));
  EXPECT_THAT(mistakes(with_outbox("[{outbox: kafka.events}, {outbox: kafka.events, every: 1s}]")),
              HasSubstr("f:4:54: every: another step of db says otherwise"));
  EXPECT_THAT(mistakes(with_outbox("[outbox: kafka.events]", "hosts: {db-relay: {cores: 1}}\n")),
              HasSubstr("'db-relay' is already the name of a host"));
  EXPECT_THAT(mistakes(with_outbox("[outbox: kafka.evens]")),
              HasSubstr("did you mean 'kafka.events'"));
}

/// One order each second, at whole seconds; the broker is down from 2.5 to 4.5 s, the relay from
/// 6.5 s to 7.5 s.
TEST(OutboxTest, WhatIsWrittenArrivesOnceBrokerAndRelayAreThere) {
  TestRun run(loaded(with_outbox("[{outbox: kafka.events}]",
                                 "faults:\n"
                                 "  broker: {at: 2500ms, for: 2s, crash: kafka}\n"
                                 "  relay: {at: 6500ms, for: 1s, crash: db-relay}\n")
                         .replace(0, 0, "")));
  run.until(9500ms);
  EXPECT_EQ(run.workload("shoppers").succeeded, run.workload("shoppers").sent);
  EXPECT_EQ(run.channel("db-outbox.events").fates[Fate::processed], run.workload("shoppers").sent);
  EXPECT_EQ(run.channel("kafka.events").published, run.workload("shoppers").sent);
  EXPECT_NEAR(run.channel("db-outbox.events").latency.max(), 1.5, 0.1) << "that of 3 s";
  EXPECT_EQ(run.channel("kafka.events").fates[Fate::lost], 0U);
}

}  // namespace
}  // namespace sojourn
