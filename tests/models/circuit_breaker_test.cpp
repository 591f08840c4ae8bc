#include "models/policy/circuit_breaker.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;

Breaker in_a_row(std::int64_t failures, std::int64_t probes = 1) {
  return {FailuresInARow{failures}, 5s, probes};
}

Breaker rate(std::variant<Duration, std::int64_t> window, std::int64_t calls, double failures) {
  return {FailureRate{window, calls, failures}, 5s, 1};
}

/// One attempt after another, each ended before the next: 'x' fails, '.' succeeds. Returns how many
/// were let through.
int pass(CircuitBreaker& breaker, std::string const& outcomes, Time now = Time{}) {
  int passed = 0;
  for (char const outcome : outcomes) {
    std::uint32_t const ticket = breaker.admit();
    if (ticket == 0) continue;
    ++passed;
    breaker.record(now, ticket, outcome == 'x');
  }
  return passed;
}

TEST(CircuitBreakerTest, OpensAfterFailuresInARow) {
  CircuitBreaker breaker(in_a_row(3));
  EXPECT_EQ(pass(breaker, "xx.xx.xxx...."), 9) << "a success in between starts the count anew";
  EXPECT_EQ(breaker.state(), State::open);
}

TEST(CircuitBreakerTest, OneProbeAtATimeClosesIt) {
  CircuitBreaker breaker(in_a_row(1));
  pass(breaker, "x");
  breaker.end_open();
  EXPECT_EQ(breaker.state(), State::half_open);
  std::uint32_t const probe = breaker.admit();
  EXPECT_NE(probe, 0U);
  EXPECT_EQ(breaker.admit(), 0U) << "the probe is still on its way";
  EXPECT_FALSE(breaker.record(Time{}, probe, false));
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST(CircuitBreakerTest, AProbeThatFailsOpensItAgain) {
  CircuitBreaker breaker(in_a_row(1));
  pass(breaker, "x");
  breaker.end_open();
  EXPECT_TRUE(breaker.record(Time{}, breaker.admit(), true));
  EXPECT_EQ(breaker.state(), State::open);
}

TEST(CircuitBreakerTest, SeveralProbesMustAllSucceed) {
  CircuitBreaker breaker(in_a_row(1, 3));
  pass(breaker, "x");
  breaker.end_open();
  pass(breaker, "..");
  EXPECT_EQ(breaker.state(), State::half_open);
  std::uint32_t const third = breaker.admit();
  EXPECT_EQ(breaker.admit(), 0U) << "three would be enough";
  breaker.record(Time{}, third, false);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST(CircuitBreakerTest, AProbeGivenUpMakesRoomForAnother) {
  CircuitBreaker breaker(in_a_row(1));
  pass(breaker, "x");
  breaker.end_open();
  breaker.forget(breaker.admit());
  EXPECT_NE(breaker.admit(), 0U);
}

TEST(CircuitBreakerTest, WhatWasSentBeforeItOpenedDoesNotCloseIt) {
  CircuitBreaker breaker(in_a_row(1));
  std::uint32_t const early = breaker.admit();
  pass(breaker, "x");
  EXPECT_FALSE(breaker.record(Time{}, early, false));
  EXPECT_EQ(breaker.state(), State::open);
  breaker.end_open();
  EXPECT_FALSE(breaker.record(Time{}, early, true));
  EXPECT_EQ(breaker.state(), State::half_open);
}

TEST(CircuitBreakerTest, AShareOfTheLastOutcomesOpensIt) {
  CircuitBreaker breaker(rate(std::int64_t{4}, 4, 0.5));
  EXPECT_EQ(pass(breaker, "x..."), 4) << "one in four";
  EXPECT_EQ(pass(breaker, "x"), 1) << "the first has left the window: still one in four";
  EXPECT_EQ(breaker.state(), State::closed);
  EXPECT_EQ(pass(breaker, "x."), 1) << "two in four";
  EXPECT_EQ(breaker.state(), State::open);
}

TEST(CircuitBreakerTest, TooFewOutcomesSayNothing) {
  CircuitBreaker breaker(rate(10s, 5, 0.2));
  EXPECT_EQ(pass(breaker, "xxxx"), 4);
  EXPECT_EQ(breaker.state(), State::closed);
  pass(breaker, "x");
  EXPECT_EQ(breaker.state(), State::open);
}

TEST(CircuitBreakerTest, AWindowOfTimeForgetsByTenths) {
  CircuitBreaker breaker(rate(10s, 4, 0.5));
  pass(breaker, "xxx", Time(500ms));
  pass(breaker, "x...", Time(10'600ms));
  EXPECT_EQ(breaker.state(), State::closed) << "the first three are older than ten seconds";
  pass(breaker, "..", Time(12s));
  pass(breaker, "xxx", Time(19s));
  EXPECT_EQ(breaker.state(), State::closed) << "four of nine";
  pass(breaker, "x", Time(20'100ms));
  EXPECT_EQ(breaker.state(), State::open) << "five of ten";
}

TEST(CircuitBreakerTest, AWindowOfTimeWorksDuringTheWarmUp) {
  CircuitBreaker breaker(rate(10s, 2, 1.0));
  pass(breaker, "x", Time(-30s));
  pass(breaker, "x", Time(-15s));
  EXPECT_EQ(breaker.state(), State::closed);
  pass(breaker, "x", Time(-14s));
  EXPECT_EQ(breaker.state(), State::open);
}

}  // namespace
}  // namespace sojourn
