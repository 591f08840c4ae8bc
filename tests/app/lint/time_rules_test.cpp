#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/lint/response_times.h"
#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// `web.get` calls `db.read` with those modifiers.
std::string calling(std::string const& modifiers, std::string const& read,
                    std::string const& more = "") {
  return scenario_at("1/s", "  web: {operations: {get: [{call: db.read" + modifiers +
                                "}]}}\n  db: {operations: {read: [" + read + "]}}\n" + more);
}

TEST(TimeoutBelowMeanTest, NeverSuffices) {
  EXPECT_THAT(
      findings_of("S201", calling(", timeout: 99ms", "work: 60ms, wait: 40ms")),
      HasSubstr("f:4:53: warning: S201: web.get waits 99ms for db.read, which takes 100ms"));
  EXPECT_THAT(findings_of("S201", calling(", timeout: 100ms", "work: 60ms, wait: 40ms")),
              IsEmpty());
}

TEST(TimeoutBelowP99Test, FailsOneInAHundred) {
  std::string const read = "work: exponential(100ms)";  // p99: 100 ms * ln 100 = 461 ms
  EXPECT_THAT(findings_of("S202", calling(", timeout: 420ms", read)),
              HasSubstr("one request in a hundred takes more than about 4"));
  EXPECT_THAT(findings_of("S202", calling(", timeout: 500ms", read)), IsEmpty());
  EXPECT_THAT(findings_of("S202", calling(", timeout: 99ms", read)), IsEmpty()) << "that is S201";
}

TEST(ResponseTimesTest, AreThoseOfAllThatIsWaitedFor) {
  auto const p99 = [](std::string const& steps) {
    Scenario const scenario =
        loaded(scenario_at("1/s", "  web: {operations: {get: [" + steps +
                                      "]}}\n  db: {operations: {read: [work: 10ms]}}\n"));
    StepGraph const graph(scenario);
    return *ResponseTimes(scenario, graph).quantile(0, 0.99);
  };
  EXPECT_DOUBLE_EQ(p99("work: 1ms, call: db.read"), 0.011);
  EXPECT_DOUBLE_EQ(p99("{call: db.read, timeout: 3ms}"), 0.003);
  EXPECT_DOUBLE_EQ(p99("{repeat: 3, steps: [call: db.read]}, respond, work: 1s"), 0.03);
  EXPECT_DOUBLE_EQ(p99("{parallel: [[work: 1ms], [work: 5ms]]}"), 0.005);
  EXPECT_DOUBLE_EQ(p99("{parallel: [[work: 1ms], [work: 5ms]], join: first}"), 0.001);
  EXPECT_DOUBLE_EQ(p99("{choose: [{p: 2%, steps: [work: 1s]}]}"), 1.0);
  EXPECT_DOUBLE_EQ(p99("{choose: [{p: 0.2%, steps: [work: 1s]}]}"), 0.0);
  EXPECT_DOUBLE_EQ(p99("{background: [work: 1s]}, forward: db.read"), 0.01);
  EXPECT_NEAR(p99("work: exponential(100ms)"), 0.4605, 0.03);
}

TEST(ResponseTimesTest, AreNotKnownOfWhatIsTooLarge) {
  Scenario const scenario = loaded(
      scenario_at("1/s", "  web: {operations: {get: [{repeat: 100000, steps: [work: 1ms]}]}}\n"));
  StepGraph const graph(scenario);
  EXPECT_FALSE(ResponseTimes(scenario, graph).quantile(0, 0.99));
}

TEST(InnerTimeoutTest, OutlastsTheOneWhoWaitsForIt) {
  auto const users = [](std::string const& timeout, std::string const& call,
                        std::string const& keys = "") {
    return findings_of("S203",
                       "duration: 1h\nworkloads: {users: {request: web.get, arrivals: "
                       "poisson(1/s), timeout: " +
                           timeout + keys +
                           "}}\nservices: {web: {operations: {get: [{call: db.read, " + call +
                           "}]}}, db: {operations: {read: [work: 1ms]}}}\n");
  };
  std::string const three =
      "timeout: 1s, retry: {attempts: 3, backoff: {first: 100ms, jitter: full}}";
  EXPECT_THAT(users("3299ms", three), HasSubstr("users leaves web.get after 3.3s, while web.get "
                                                "may go on for 3.3s with db.read"));
  EXPECT_THAT(users("3300ms", three), IsEmpty());
  EXPECT_THAT(users("1s", three, ", deadline: propagate"), IsEmpty());
  EXPECT_THAT(users("1s", three, ", cancel: true"), IsEmpty());
  EXPECT_THAT(users("1s", "timeout: 1s, retry: {attempts: unlimited, backoff: 1s}"),
              HasSubstr("may go on for ever"));
  EXPECT_THAT(users("1s", "limit: 3"), IsEmpty()) << "without a timeout nothing is known";
}

TEST(InnerTimeoutTest, CountsThroughCallsWithoutATimeout) {
  auto const with = [](std::string const& first) {
    return findings_of("S203", R"(
duration: 1h
workloads: {users: {request: web.get, arrivals: poisson(1/s), timeout: 1s}}
services:
  web: {operations: {get: [)" + first +
                                   R"({call: mid.get}]}}
  mid: {operations: {get: [{call: db.read, timeout: 2s}]}}
  db: {operations: {read: [work: 1ms]}}
)");
  };
  EXPECT_THAT(with(""), HasSubstr("while mid.get may go on for 2s with db.read"));
  EXPECT_THAT(with("respond, "), IsEmpty()) << "nobody waits for what comes after";
}

TEST(ShortAckTimeoutTest, IsBelowTheTimeOfProcessing) {
  auto const with = [](std::string const& ack, std::string const& prefetch,
                       std::string const& delivery = "at-least-once") {
    return findings_of("S205",
                       scenario_at("1/s",
                                   "  web: {operations: {get: [publish: b.q]}}\n"
                                   "  worker: {concurrency: 2, operations: {do: [work: 100ms]}}\n",
                                   "brokers: {b: {channels: {q: {delivery: " + delivery +
                                       ", subscribers: {worker.do: {ack_timeout: " + ack +
                                       ", prefetch: " + prefetch + "}}}}}}\n"));
  };
  EXPECT_THAT(with("99ms", "2"), HasSubstr("is delivered again after 99ms, but takes 100ms"));
  EXPECT_THAT(with("100ms", "2"), IsEmpty());
  EXPECT_THAT(with("499ms", "10"), HasSubstr("takes 500ms")) << "five wait for each slot";
  EXPECT_THAT(with("500ms", "10"), IsEmpty());
  EXPECT_THAT(with("99ms", "2", "exactly-once"), IsEmpty());
}

}  // namespace
}  // namespace sojourn
