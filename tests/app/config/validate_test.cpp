#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/config/reading_support.h"

namespace sojourn {
namespace {

using testing::HasSubstr;

std::string const minimal = scenario_with_steps("[work: 5ms]");

std::string cycle(std::string const& services) {
  return mistakes_of(
      "duration: 1h\nworkloads: {w: {request: a.x, arrivals: poisson(1/s)}}\nservices: " +
      services);
}

TEST(EndlessTest, AlwaysMeansOnEveryPath) {
  EXPECT_THAT(
      cycle("{a: {concurrency: unlimited, operations: {x: [{repeat: 2, steps: [call: a.x]}]}}}"),
      HasSubstr("endless: always calls itself again: a.x -> a.x"));
  EXPECT_THAT(cycle("{a: {concurrency: unlimited, operations: {x: [{background: [call: a.x]}]}}}"),
              HasSubstr("endless"));
  EXPECT_EQ(
      cycle("{a: {concurrency: unlimited, operations: {x: [{repeat: 0, steps: [call: a.x]}]}}}"),
      "");
  EXPECT_EQ(cycle("{a: {concurrency: unlimited, operations: {x: "
                  "[{choose: [{p: 99%, steps: [call: a.x]}]}]}}}"),
            "");
  EXPECT_EQ(cycle("{a: {concurrency: unlimited, operations: {x: [{fail: 100%}, {call: a.x}]}}}"),
            "");
}

TEST(EndlessTest, BranchesThatMayBeCancelledAreNotCertain) {
  std::string const branches = "parallel: [[work: 1s], [{work: 2s}, {call: a.x}]]";
  EXPECT_THAT(cycle("{a: {concurrency: unlimited, operations: {x: [{" + branches + "}]}}}"),
              HasSubstr("endless"));
  EXPECT_EQ(
      cycle("{a: {concurrency: unlimited, operations: {x: [{" + branches + ", join: first}]}}}"),
      "");
}

TEST(EndlessTest, AMessageThatComesAgainAfterSomeTimeIsNone) {
  auto const loop = [](std::string const& steps, std::string const& broker) {
    return mistakes_of(minimal.substr(0, minimal.size() - 2) + ", worker: {operations: {o: [" +
                       steps + ", publish: rabbit.q]}}}\nbrokers: {rabbit: {" + broker +
                       "channels: {q: {subscribers: {worker.o: {}}}}}}\n");
  };
  EXPECT_THAT(loop("work: 0s", ""), HasSubstr("endless: each message leads to the next"));
  EXPECT_EQ(loop("work: 1s", ""), "");
  EXPECT_EQ(loop("work: 0s", "latency: 1ms, "), "");
  EXPECT_EQ(loop("{repeat: 2, steps: [work: 1s]}", ""), "") << "time passes inside a step";
}

TEST(EndlessTest, OnlyTheFirstPartOfASagaIsCertain) {
  auto const with = [](std::string const& parts) {
    return cycle("{a: {concurrency: unlimited, operations: {x: [saga: [" + parts + "]]}}}");
  };
  EXPECT_THAT(with("{do: [call: a.x]}"), HasSubstr("endless"));
  EXPECT_EQ(with("{do: [work: 1s], undo: [call: a.x]}, {do: [call: a.x]}"), "");
}

TEST(EndlessTest, SeesWhatStandsBehindACache) {
  auto const behind = [](std::string const& contents) {
    return cycle("{a: {concurrency: unlimited, operations: {x: [{cache: " + contents +
                 ", miss: [call: a.x]}]}}}");
  };
  EXPECT_THAT(behind("0%"), HasSubstr("endless: always calls itself again: a.x -> a.x"));
  EXPECT_EQ(behind("1%"), "");
  EXPECT_EQ(behind("{capacity: 5, keys: 1}"), "");
}

TEST(EndlessTest, UsersWhoAlwaysHitTakeNoTime) {
  auto const users = [](std::string const& contents) {
    return mistakes_of(
        "duration: 1h\nworkloads: {w: {request: a.x, arrivals: 'closed(users=1, think=0s)'}}\n"
        "services: {a: {operations: {x: [{cache: " +
        contents + ", miss: [work: 1ms]}]}}}");
  };
  EXPECT_THAT(users("100%"), HasSubstr("endless: its users think for no time"));
  EXPECT_EQ(users("99%"), "");
}

TEST(SelfDeadlockTest, SeesWhatStandsBehindACache) {
  EXPECT_THAT(cycle("{a: {operations: {x: [{cache: 90%, miss: [call: a.x]}]}}}"),
              HasSubstr("warning: self-deadlock: a.x -> a.x"));
}

TEST(SelfDeadlockTest, NeedsSlotsThatAreHeld) {
  auto const services = [](std::string const& a, std::string const& step) {
    return "{a: {" + a + "operations: {x: [call: b.y], z: [work: 1ms]}}, b: {operations: {y: [" +
           step + "]}}}";
  };
  EXPECT_THAT(cycle(services("", "call: a.z")),
              HasSubstr("warning: self-deadlock: a.x -> b.y -> a.z"));
  EXPECT_EQ(cycle(services("io: non-blocking, ", "call: a.z")), "");
  EXPECT_EQ(cycle(services("concurrency: unlimited, ", "call: a.z")), "");
  EXPECT_EQ(cycle(services("", "{background: [call: a.z]}")), "");
  EXPECT_THAT(cycle(services("", "forward: a.z")), HasSubstr("a.x -> b.y -> a.z"))
      << "the caller's slot is held until the reply, wherever it comes from";
}

}  // namespace
}  // namespace sojourn
