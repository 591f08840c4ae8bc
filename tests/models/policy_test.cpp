#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "models/policy/balancer.h"
#include "models/policy/retry_policy.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

RandomStream stream() { return Streams(1, 0).open("test"); }

// --- Balancer ------------------------------------------------------------------------------------

struct Chosen {
  std::map<std::uint32_t, int> counts;
  std::vector<std::uint32_t> order;
};

Chosen choose(Balance policy, std::vector<std::uint32_t> const& up, std::vector<int> present,
              int times) {
  Balancer balancer(policy);
  RandomStream random = stream();
  Chosen chosen;
  for (int i = 0; i < times; ++i) {
    auto const replica =
        balancer.choose(up, 0, random, [&](std::uint32_t index) { return present[index]; });
    ++chosen.counts[replica];
    chosen.order.push_back(replica);
  }
  return chosen;
}

TEST(BalancerTest, RoundRobinTakesTurnsAmongThoseThatAreUp) {
  EXPECT_EQ(choose(Balance::round_robin, {1, 4, 6}, std::vector<int>(7), 7).order,
            (std::vector<std::uint32_t>{1, 4, 6, 1, 4, 6, 1}));
}

TEST(BalancerTest, RandomIsUniform) {
  auto const chosen = choose(Balance::random, {0, 1, 2, 3}, std::vector<int>(4), 40000);
  for (auto const& [replica, count] : chosen.counts) {
    EXPECT_NEAR(count, 10000, 4 * std::sqrt(10000 * 0.75)) << replica;
  }
}

TEST(BalancerTest, LeastOutstandingTakesTheEmptiestAndSettlesTiesInTurn) {
  EXPECT_EQ(choose(Balance::least_outstanding, {0, 1, 2}, {5, 3, 4}, 3).order,
            (std::vector<std::uint32_t>{1, 1, 1}));
  EXPECT_EQ(choose(Balance::least_outstanding, {0, 1, 2}, {2, 2, 2}, 4).order,
            (std::vector<std::uint32_t>{0, 1, 2, 0}));
}

TEST(BalancerTest, PowerOfTwoAvoidsTheFullestAndNeverComparesOneWithItself) {
  auto const chosen = choose(Balance::power_of_two, {0, 1, 2}, {9, 1, 0}, 30000);
  EXPECT_EQ(chosen.counts.count(0), 0U) << "it loses against either other";
  EXPECT_NEAR(chosen.counts.at(1), 10000, 400) << "wins against 0 only: one pair of three";
  EXPECT_NEAR(chosen.counts.at(2), 20000, 400);
}

TEST(BalancerTest, TheOnlyOneUpIsTaken) {
  for (auto const policy : {Balance::round_robin, Balance::random, Balance::least_outstanding,
                            Balance::power_of_two, Balance::key_hash}) {
    EXPECT_EQ(choose(policy, {3}, std::vector<int>(4), 2).counts.at(3), 2);
  }
}

TEST(BalancerTest, WhoIsNextIsKnownWhereItGoesInTurns) {
  RandomStream random = stream();
  std::vector<std::uint32_t> const up = {1, 4, 6};
  auto const nobody = [](std::uint32_t) { return 0; };
  Balancer in_turns(Balance::round_robin);
  for (int i = 0; i < 5; ++i) {
    std::uint32_t const coming = *in_turns.coming(up);
    EXPECT_EQ(in_turns.choose(up, 0, random, nobody), coming);
  }
  EXPECT_EQ(Balancer(Balance::random).coming(up), nullptr);
  std::vector<std::uint32_t> const one = {4};
  EXPECT_EQ(*Balancer(Balance::random).coming(one), 4U);
}

// --- Backoff -------------------------------------------------------------------------------------

struct Spread {
  double least = 1e300, mean = 0.0, most = 0.0;
};

Spread spread_of(Backoff const& backoff, std::int64_t retry, Duration previous = {}) {
  RandomStream random = stream();
  constexpr int draws = 40000;
  Spread spread;
  for (int i = 0; i < draws; ++i) {
    double const wait = in_seconds(draw_backoff(backoff, retry, previous, random));
    spread.least = std::min(spread.least, wait);
    spread.most = std::max(spread.most, wait);
    spread.mean += wait / draws;
  }
  return spread;
}

/// 100 ms, doubling up to 1 s: the third retry waits 400 ms at most, the fifth 1 s.
Backoff growing(Backoff::Jitter jitter) {
  Backoff backoff;
  backoff.first = 100ms;
  backoff.max = 1s;
  backoff.jitter = jitter;
  return backoff;
}

void expect_uniform(Spread const& spread, double low, double high) {
  EXPECT_GE(spread.least, low);
  EXPECT_LE(spread.most, high);
  EXPECT_NEAR(spread.least, low, 0.001 * high);
  EXPECT_NEAR(spread.most, high, 0.001 * high);
  EXPECT_NEAR(spread.mean, (low + high) / 2, 0.01 * high);
}

TEST(BackoffTest, WithoutJitterItDoublesUpToItsLimit) {
  RandomStream random = stream();
  std::vector<Duration> waits;
  for (int retry = 1; retry <= 5; ++retry) {
    waits.push_back(draw_backoff(growing(Backoff::Jitter::none), retry, {}, random));
  }
  EXPECT_EQ(waits, (std::vector<Duration>{100ms, 200ms, 400ms, 800ms, 1000ms}));
}

TEST(BackoffTest, FullJitterIsUniformBelowTheCeiling) {
  expect_uniform(spread_of(growing(Backoff::Jitter::full), 3), 0.0, 0.4);
  expect_uniform(spread_of(growing(Backoff::Jitter::full), 9), 0.0, 1.0);
}

TEST(BackoffTest, EqualJitterIsUniformInTheUpperHalf) {
  expect_uniform(spread_of(growing(Backoff::Jitter::equal), 3), 0.2, 0.4);
}

TEST(BackoffTest, DecorrelatedJitterGrowsFromTheLastWait) {
  Backoff const backoff = growing(Backoff::Jitter::decorrelated);
  expect_uniform(spread_of(backoff, 1), 0.1, 0.3);
  expect_uniform(spread_of(backoff, 2, 200ms), 0.1, 0.6);
  Spread const capped = spread_of(backoff, 3, 900ms);
  EXPECT_EQ(capped.most, 1.0);
  EXPECT_NEAR(capped.mean, (0.9 * 0.55 + 1.7 * 1.0) / 2.6, 0.01) << "U(0.1, 2.7) cut at 1";
}

TEST(BackoffTest, ADistributionIsDrawnAnewEachTime) {
  Backoff backoff;
  backoff.each = Distribution::uniform(0.2, 0.3);
  expect_uniform(spread_of(backoff, 1), 0.2, 0.3);
  expect_uniform(spread_of(backoff, 7, 1s), 0.2, 0.3);
}

TEST(BackoffTest, StaysFiniteHoweverManyRetries) {
  RandomStream random = stream();
  Backoff backoff = growing(Backoff::Jitter::none);
  EXPECT_EQ(draw_backoff(backoff, 5000, {}, random), 1s);
  backoff.first = 0ms;
  EXPECT_EQ(draw_backoff(backoff, 5000, {}, random), 0ms);
  backoff.max = longest_duration;
  EXPECT_EQ(draw_backoff(backoff, 5000, {}, random), 0ms);
}

// --- What is retried, and how often --------------------------------------------------------------

TEST(RetryTest, EveryCauseHasItsSwitch) {
  Retry none;
  none.on_error = none.on_timeout = none.on_rejected = false;
  Retry all;
  for (auto const outcome :
       {Outcome::error, Outcome::crashed, Outcome::timeout, Outcome::rejected, Outcome::dropped}) {
    EXPECT_TRUE(retries_on(all, outcome));
    EXPECT_FALSE(retries_on(none, outcome));
  }
  EXPECT_FALSE(retries_on(all, Outcome::abandoned)) << "who has left does not come back";
  EXPECT_FALSE(retries_on(all, Outcome::success));
}

TEST(RetryBudgetTest, StartsEmptyAndEarnsItsShare) {
  RetryBudget budget;
  EXPECT_FALSE(budget.take());
  for (int i = 0; i < 9; ++i) budget.add_call(0.1);
  EXPECT_FALSE(budget.take());
  budget.add_call(0.1);
  EXPECT_TRUE(budget.take()) << "ten tenths are one";
  EXPECT_FALSE(budget.take());
}

TEST(RetryBudgetTest, SavesTenAtMost) {
  RetryBudget budget;
  for (int i = 0; i < 100000; ++i) budget.add_call(0.5);
  int retries = 0;
  while (budget.take()) ++retries;
  EXPECT_EQ(retries, 10);
}

TEST(RetryBudgetTest, LimitsTheShareInTheLongRun) {
  RetryBudget budget;
  int retries = 0;
  for (int call = 0; call < 10000; ++call) {
    budget.add_call(0.2);
    for (int failure = 0; failure < 3; ++failure) retries += budget.take() ? 1 : 0;
  }
  EXPECT_EQ(retries, 2000);
}

}  // namespace
}  // namespace sojourn
