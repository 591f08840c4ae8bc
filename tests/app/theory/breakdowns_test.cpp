#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/app/theory/theory_support.h"

/// Services that break down at random, as a scenario says it, and what is known of them.
namespace sojourn {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// 50/s on a service that breaks down every 2 s.
ScenarioExpectation breaking(std::string const& service, std::string const& effect,
                             std::string const& length = "exponential(200ms)") {
  return theory_for(
      "duration: 1h\nworkloads: {users: {request: web.get, arrivals: poisson(50/s)}}\n"
      "services: {web: {" +
      service + "}}\nfaults: {flaps: {every: exponential(2s), for: " + length + ", " + effect +
      "}}\n");
}

std::string const one_slot = "operations: {get: [{work: exponential(10ms)}]}";

/// The first three: rho = 0.5 (1 + 0.1), and Avi-Itzhak and Naor by hand.
TEST(BreakdownTest, ASlotThatPausesIsAnMg1WithBreakdowns) {
  auto const all = breaking(one_slot, "pause: web");
  EXPECT_EQ(station(all, "web").model, "M/M/1 with breakdowns");
  EXPECT_TRUE(station(all, "web").exact);
  EXPECT_NEAR(value(all, "web.utilisation"), 0.55, 1e-12);
  double const second = 2.0 * 1e-4 * 1.21 + 0.5 * 0.01 * 2.0 * 0.04;
  double const wait = 50.0 * second / (2.0 * 0.45) + 0.1 / 1.1 * 0.2;
  EXPECT_NEAR(value(all, "web.wait.mean"), wait, 1e-12);
  EXPECT_NEAR(value(all, "users.latency.mean"), wait + 0.011, 1e-12);
  EXPECT_TRUE(all.find("users.latency.mean")->exact);
  EXPECT_THAT(all.remarks, Contains(HasSubstr("flaps is part of the steady state: it lasts for "
                                              "9.09 % of the time")));
}

TEST(BreakdownTest, AnyLawOfWorkAndOfTheStopsWillDoForOneSlot) {
  auto const all = breaking("operations: {get: [{work: 10ms}]}", "pause: web", "200ms");
  EXPECT_TRUE(station(all, "web").exact);
  double const second = 1e-4 * 1.21 + 0.5 * 0.01 * 0.04;
  EXPECT_NEAR(value(all, "web.wait.mean"), 50.0 * second / (2.0 * 0.45) + 0.1 / 1.1 * 0.1, 1e-12);
}

TEST(BreakdownTest, SeveralSlotsAreAQueueInAnEnvironment) {
  std::string const three = "concurrency: 3, operations: {get: [{work: exponential(30ms)}]}";
  auto const stops = breaking(three, "pause: web");
  EXPECT_EQ(station(stops, "web").model, "M/M/3 with breakdowns");
  EXPECT_TRUE(station(stops, "web").exact);
  EXPECT_NEAR(value(stops, "web.utilisation"), 0.55, 1e-9);
  auto const slow = breaking(three, "slow: web, factor: 4");
  EXPECT_EQ(station(slow, "web").model, "M/M/3 that slows down");
  EXPECT_TRUE(station(slow, "web").exact);
  auto const limited = breaking("queue: {capacity: 4}, " + three, "slow: web, factor: 4");
  EXPECT_EQ(station(limited, "web").model, "M/M/3/7 that slows down");
  EXPECT_GT(value(limited, "users.failures.rejected"), 0.01);
}

/// r solves r^2 - (0.5 + 1 + 0.005) r + 0.5 = 0, and the line is geometric while it is up.
TEST(BreakdownTest, ACrashTurnsAwayAndLosesWhatIsThere) {
  auto const all = breaking(one_slot, "crash: web");
  EXPECT_EQ(station(all, "web").model, "M/M/1 with crashes");
  double const sum = 1.505, r = (sum - std::sqrt(sum * sum - 2.0)) / 2.0, up = 1.0 / 1.1;
  EXPECT_NEAR(value(all, "web.in_flight.mean"), up * r / (1.0 - r), 1e-9);
  EXPECT_NEAR(value(all, "web.utilisation"), up * r, 1e-9);
  EXPECT_NEAR(value(all, "users.goodput"), 100.0 * up * r, 1e-7);
  EXPECT_NEAR(value(all, "users.failures.error"), 1.0 - 2.0 * up * r, 1e-9);
  EXPECT_NEAR(value(all, "web.replicas"), up, 1e-12);
  EXPECT_TRUE(all.find("users.failures.error")->exact);
  EXPECT_TRUE(all.find("users.latency.mean")->exact);
}

TEST(BreakdownTest, WhatBreaksTheFormulaIsNamed) {
  auto const law = theory_for(
      "duration: 1h\nworkloads: {users: {request: web.get, arrivals: poisson(50/s)}}\n"
      "services: {web: {" +
      one_slot + "}}\nfaults: {flaps: {every: 2s, for: 200ms, pause: web}}\n");
  EXPECT_FALSE(station(law, "web").exact);
  EXPECT_THAT(station(law, "web").differences,
              Contains(HasSubstr("the time between two of flaps is not exponential")));
  auto const silent = breaking(one_slot, "crash: web, mode: silent");
  EXPECT_THAT(silent.remarks, Contains("The fault flaps is left out of the steady state: callers "
                                       "are not told of it."));
  EXPECT_FALSE(silent.find("users.latency.mean")->exact);
  auto const two = theory_for(
      "duration: 1h\nworkloads: {users: {request: web.get, arrivals: poisson(50/s)}}\n"
      "services: {web: {replicas: 3, " +
      one_slot + "}}\nfaults: {flaps: {every: 2s, for: 1s, crash: {service: web, replicas: 2}}}\n");
  EXPECT_THAT(two.remarks, Contains("The fault flaps is left out of the steady state: it strikes "
                                    "some replicas and not the others."));
}

/// Who comes while it is up lives through 100 ms with probability exp(-0.05).
TEST(BreakdownTest, ACrashOfWhoHasNoLimitTurnsAwayAndLosesWhatIsThere) {
  auto const all =
      breaking("concurrency: unlimited, operations: {get: [{work: 100ms}]}", "crash: web");
  EXPECT_EQ(station(all, "web").model, "M/G/inf with crashes");
  EXPECT_NEAR(value(all, "users.availability"), std::exp(-0.05) / 1.1, 1e-12);
  EXPECT_NEAR(value(all, "users.latency.mean"), 0.1, 1e-12);
  EXPECT_NEAR(value(all, "web.in_flight.mean"), 50.0 / 1.1 * (1.0 - std::exp(-0.05)) / 0.5, 1e-9);
  EXPECT_TRUE(all.find("users.latency.mean")->exact);
  auto const stops =
      breaking("concurrency: unlimited, operations: {get: [{work: 100ms}]}", "pause: web");
  EXPECT_THAT(stops.remarks, Contains(HasSubstr("web has no limit of slots")));
}

/// 30 % of the 9.09 % of the time; who gets no error is as late as ever.
TEST(BreakdownTest, ErrorsComeOnTopOfWhatIsDone) {
  auto const all = breaking(one_slot, "errors: web, rate: 30%");
  EXPECT_EQ(station(all, "web").model, "M/M/1");
  EXPECT_NEAR(value(all, "users.failures.error"), 0.3 * 0.1 / 1.1, 1e-12);
  EXPECT_NEAR(value(all, "web.availability"), 1.0 - 0.3 * 0.1 / 1.1, 1e-12);
  EXPECT_NEAR(value(all, "users.latency.mean"), 0.02, 1e-12);
  EXPECT_TRUE(all.find("users.latency.mean")->exact);
  EXPECT_TRUE(all.find("users.failures.error")->exact);
}

TEST(BreakdownTest, WhoStopsTooOftenIsOverloaded) {
  auto const all = breaking("operations: {get: [{work: exponential(19ms)}]}", "pause: web");
  EXPECT_THAT(station(all, "web").differences,
              Contains(HasSubstr("more work comes than can be done")));
  EXPECT_EQ(all.find("users.latency.mean"), nullptr);
}

/// During an outage they fail together: three of them as surely as one.
TEST(BreakdownTest, OfThoseWhoTryAgainOnlyTheArrivalsAreSaid) {
  auto const users = [](std::string const& retry, std::string const& call) {
    return theory_for(
        "duration: 1h\nworkloads: {users: {request: web.get, arrivals: poisson(50/s)" + retry +
        "}}\nservices:\n  web: {concurrency: unlimited, operations: {get: [{work: 1ms}, " + call +
        "]}}\n  store: {concurrency: 4, operations: {put: [{work: exponential(10ms)}]}}\n"
        "faults: {flaps: {every: exponential(2s), for: exponential(200ms), crash: store}}\n");
  };
  EXPECT_NEAR(value(users("", "{call: store.put}"), "users.availability"), 10.0 / 11.0, 0.02);
  for (auto const& all : {users(", retry: {attempts: 3}", "{call: store.put}"),
                          users("", "{call: store.put, retry: {attempts: 3}}")}) {
    EXPECT_EQ(value(all, "users.arrivals"), 50.0);
    EXPECT_TRUE(std::isnan(value(all, "users.availability")));
    EXPECT_TRUE(std::isnan(value(all, "users.latency.mean")));
    EXPECT_NEAR(value(all, "store.replicas"), 10.0 / 11.0, 1e-9);
  }
}

/// Half of the attempts fail, after as long as those that succeed: of three requests that succeed
/// two do at once, and one after an attempt in vain and a pause.
TEST(BreakdownTest, AnAttemptThatFailsTakesItsTimeAndNotThatOfTheTimeout) {
  auto const all = theory_for(
      "duration: 1h\nworkloads: {users: {request: web.get, arrivals: poisson(5/s), timeout: 1h, "
      "retry: {attempts: 2, backoff: 50ms}}}\n"
      "services: {web: {concurrency: unlimited, operations: {get: [{work: 10ms}, {fail: "
      "50%}]}}}\n");
  EXPECT_NEAR(value(all, "users.latency.mean"), 0.010 + (0.010 + 0.050) / 3.0, 1e-9);
}

}  // namespace
}  // namespace sojourn
