#include "analysis/theory/markov_station.h"

#include <cmath>

#include <gtest/gtest.h>

#include "analysis/theory/birth_death.h"
#include "analysis/theory/erlang.h"
#include "analysis/theory/markov_chain.h"
#include "analysis/theory/mmc.h"
#include "tests/theory/near.h"

namespace sojourn::theory {
namespace {

TEST(MmcTest, OneServerIsKleinrocks) {
  auto const queue = solved(Mmc::solve(0.8, 1.0, 1));
  auto const& figures = queue.figures();
  expect_near(figures.utilisation, 0.8);
  expect_near(figures.mean_in_system, 4.0);
  expect_near(figures.mean_queue, 3.2);
  expect_near(figures.mean_wait, 4.0);
  expect_near(figures.mean_sojourn, 5.0);
  expect_near(queue.sojourn_quantile(0.5), 3.465735903);
  expect_near(queue.sojourn_quantile(0.95), 14.97866137);
  expect_near(queue.sojourn_quantile(0.99), 23.02585093);
  expect_near(queue.wait_quantile(0.95), 13.86294361);
}

TEST(MmcTest, FourServersAreErlangC) {
  auto const queue = solved(Mmc::solve(3.2, 1.0, 4));
  expect_near(queue.figures().probability_wait, 0.5964324718);
  expect_near(queue.figures().mean_wait, 0.7455405897);
  expect_near(queue.figures().mean_in_system, 5.585729887);
  expect_near(queue.wait_quantile(0.9), 2.232244802);
  expect_near(queue.wait_quantile(0.99), 5.110476168);
  expect_near(queue.sojourn_quantile(0.95), 4.738019496);
  expect_near(queue.sojourn_quantile(0.99), 6.893203749);
}

/// Service at rate 1 and the line at 2 - 1: the formula's difference of the two rates is zero.
TEST(MmcTest, EqualRatesOfServiceAndLineAreNoDivisionByZero) {
  auto const exact = solved(Mmc::solve(1.0, 1.0, 2)),
             beside = solved(Mmc::solve(1.0 + 1e-7, 1.0, 2));
  expect_near(exact.sojourn_above(2.0), beside.sojourn_above(2.0), 1e-6);
}

TEST(MmcTest, SaysWhyThereIsNoAnswer) {
  auto const overloaded = Mmc::solve(2.0, 1.0, 1);
  ASSERT_FALSE(overloaded);
  EXPECT_EQ(overloaded.reason(), "more work comes than can be done: 2 times the capacity");
  EXPECT_FALSE(Mmc::solve(-1.0, 1.0, 1));
  EXPECT_FALSE(Mmc::solve(std::nan(""), 1.0, 1));
  EXPECT_FALSE(Mmc::solve(1.0, 0.0, 1));
  EXPECT_FALSE(Mmc::solve(1.0, 2.0, 0));
}

TEST(ErlangTest, TablesAreMet) {
  expect_near(solved(erlang_b(20, 12.031)), 0.0100025918);
  expect_near(solved(erlang_b(10, 4.461)), 0.009997786688);
  expect_near(solved(erlang_b(50, 37.901)), 0.009998689504);
  expect_near(solved(erlang_b(10, 5.084)), 0.0199999086);
  expect_near(solved(erlang_b(5, 4.0)), 0.199066874);
  expect_near(solved(erlang_c(27, 24.0)), 0.4497632977);
  expect_near(solved(erlang_c(29, 24.0)), 0.2422739847);
  EXPECT_EQ(solved(servers_for(0.1, 240.0, 20.0, 0.8)), 29);
}

TEST(MarkovStationTest, LosesAsTheTruncatedChainSays) {
  auto const one = solved(MarkovStation::solve({.arrival_rate = 0.9, .capacity = 10}));
  expect_near(one.figures().loss_probability, 0.05081373133);
  expect_near(one.figures().throughput, 0.8542676418);
  expect_near(one.figures().mean_in_system, 3.969440599);
  expect_near(one.figures().mean_sojourn, 4.646600672);
  auto const three = solved(MarkovStation::solve(
      {.arrival_rate = 4.5, .service_rate = 1.2, .servers = 3, .capacity = 8}));
  expect_near(three.figures().loss_probability, 0.2422177358);
  expect_near(three.figures().mean_sojourn, 1.6539991);
  expect_near(three.figures().mean_wait, 0.8206657664);
  expect_near(three.figures().utilisation, 0.9472278303);
}

TEST(MarkovStationTest, IsErlangsWithoutALine) {
  auto const station =
      solved(MarkovStation::solve({.arrival_rate = 4.0, .servers = 5, .capacity = 5}));
  expect_near(station.figures().loss_probability, solved(erlang_b(5, 4.0)));
  EXPECT_EQ(station.figures().mean_queue, 0.0);
  EXPECT_EQ(station.wait_quantile(0.99), 0.0);
}

/// With much room the limited station is the unlimited one, percentiles too.
TEST(MarkovStationTest, BecomesMmcAsItsRoomGrows) {
  auto const limited =
      solved(MarkovStation::solve({.arrival_rate = 3.2, .servers = 4, .capacity = 400}));
  auto const unlimited = solved(Mmc::solve(3.2, 1.0, 4));
  expect_near(limited.figures().mean_wait, unlimited.figures().mean_wait);
  expect_near(limited.wait_quantile(0.99), unlimited.wait_quantile(0.99));
  expect_near(limited.sojourn_quantile(0.99), unlimited.sojourn_quantile(0.99));
  expect_near(limited.mean_sojourn_of_served(), unlimited.figures().mean_sojourn);
}

TEST(MarkovStationTest, TimesOfOneCustomerAddUpToLittlesMean) {
  auto const station = solved(MarkovStation::solve(
      {.arrival_rate = 4.5, .service_rate = 1.2, .servers = 3, .capacity = 8}));
  expect_near(station.mean_sojourn_of_served(), station.figures().mean_sojourn);
}

TEST(MarkovStationTest, ImpatientCallersAreErlangA) {
  auto const station = solved(MarkovStation::solve({.arrival_rate = 0.8,
                                                    .service_rate = 1.0 / 60.0,
                                                    .servers = 50,
                                                    .patience_rate = 1.0 / 120.0}));
  expect_near(station.figures().abandonment, 0.03091224916);
  expect_near(station.figures().probability_wait, 0.4677740686);
  expect_near(station.figures().mean_wait, 3.709469899);
  expect_near(station.figures().mean_queue, 2.96757592);
  expect_near(station.figures().utilisation, 0.9303242408);
  expect_near(station.wait_quantile(0.9), 12.44464772);
}

/// Served: W + S of the served. Left: their wait. Together that is Little's mean.
TEST(MarkovStationTest, ImpatientOnesAndServedOnesShareTheTime) {
  auto const station = solved(MarkovStation::solve(
      {.arrival_rate = 1.3, .service_rate = 0.2, .servers = 5, .patience_rate = 0.1}));
  expect_near(station.figures().abandonment, 0.2675728443);
  // The wait of those who leave, from the integral of its tail.
  double wait = 0.0;
  constexpr double step = 0.01;
  for (double t = 0.5 * step; t < 100.0; t += step) wait += step * station.wait_above(t);
  EXPECT_NEAR(wait, station.figures().mean_wait, 1e-4);
  EXPECT_GT(station.mean_sojourn_of_served(), 5.0);
}

TEST(MarkovStationTest, VeryPatientCallersAreNotFollowedForEver) {
  auto const station = solved(MarkovStation::solve({.arrival_rate = 1.2,
                                                    .service_rate = 1.0,
                                                    .servers = 1,
                                                    .capacity = std::nullopt,
                                                    .sources = std::nullopt,
                                                    .patience_rate = 1e-5}));
  EXPECT_FALSE(station.distribution_is_known());
  EXPECT_NEAR(station.figures().abandonment, 0.2 / 1.2, 1e-3);
}

TEST(MarkovStationTest, SixMachinesAndOneCrewAreRepaired) {
  auto const crew =
      solved(MarkovStation::solve({.arrival_rate = 1.0 / 8.0, .servers = 1, .sources = 6}));
  expect_near(crew.figures().throughput, 0.6102481148);
  expect_near(crew.figures().mean_in_system, 1.118015082);
  expect_near(crew.figures().mean_sojourn, 1.832066425);
  expect_near(crew.mean_sojourn_of_served(), 1.832066425);
}

/// Engset by its formula: the share of calls lost with 4 sources on 2 lines.
TEST(MarkovStationTest, FiniteSourcesWithoutALineAreEngsets) {
  auto const station = solved(
      MarkovStation::solve({.arrival_rate = 0.5, .servers = 2, .capacity = 2, .sources = 4}));
  // Loss = C(3,2) 0.25 / (1 + 3 * 0.5 + 3 * 0.25), the sources less the one who calls.
  expect_near(station.figures().loss_probability, 0.75 / 3.25);
}

TEST(LoadDependentStationTest, OneAgentInThreeChatsIsLazowskas) {
  auto const agent = solved(load_dependent_station(0.25, {0.2, 0.32, 0.36}));
  expect_near(agent.probability_wait, 0.4075378195);
  expect_near(agent.mean_in_system, 2.736994357);
  expect_near(agent.mean_sojourn, 10.94797743);
  expect_near(agent.mean_wait, 3.704889268);
  EXPECT_FALSE(load_dependent_station(0.37, {0.2, 0.32, 0.36}));
}

TEST(BirthDeathTest, AgreesWithTheWholeMatrix) {
  std::vector<double> const births{3.0, 1.0, 0.25, 7.0}, deaths{1.0, 2.0, 5.0, 0.5};
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(5, 5);
  for (Eigen::Index i = 0; i < 4; ++i) {
    rates(i, i + 1) = births[static_cast<std::size_t>(i)];
    rates(i + 1, i) = deaths[static_cast<std::size_t>(i)];
  }
  auto const chain = solved(birth_death(births, deaths));
  auto const matrix = solved(steady_state(rates));
  for (std::size_t i = 0; i < 5; ++i)
    expect_near(chain[i], matrix(static_cast<Eigen::Index>(i)), 1e-13);
}

TEST(BirthDeathTest, BearsRatesThatNoProductDoes) {
  std::vector<double> const births(3000, 1e3), deaths(3000, 1.0);
  auto const chain = solved(birth_death(births, deaths));
  expect_near(chain.back(), 0.999, 1e-12);
}

/// Half a load for 20 s, one and a half for 20 s, half again.
TEST(BirthDeathTest, ALoadSpikeIsFollowedThroughItsSteps) {
  constexpr std::size_t states = 200;
  std::vector<double> const deaths(states - 1, 1.0);
  std::vector<double> state(states, 0.0);
  state[0] = 1.0;
  auto const after = [&](double load, double time) {
    state =
        solved(birth_death_transient(std::vector<double>(states - 1, load), deaths, state, time));
    return mean_of(state);
  };
  expect_near(after(0.5, 20.0), 0.9748458247);
  expect_near(after(1.5, 20.0), 12.35575829);
  expect_near(after(0.5, 10.0), 7.992801683);
  expect_near(after(0.5, 30.0), 1.995765834);
  EXPECT_FALSE(birth_death_transient({1.0}, {-1.0}, {1.0, 0.0}, 1.0));
}

TEST(BirthDeathTest, SeesThatAQueueGrows) {
  auto const grows = birth_death([](int) { return 2.0; }, [](int) { return 1.0; }, 10'000);
  ASSERT_FALSE(grows);
  EXPECT_NE(grows.reason().find("without end"), std::string::npos);
}

TEST(MarkovChainTest, WhatCannotBeLeftIsNamed) {
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(2, 2);
  rates(0, 1) = 1.0;
  EXPECT_FALSE(steady_state(rates));
  rates(1, 0) = std::nan("");
  EXPECT_FALSE(steady_state(rates));
}

/// From empty at 80 % load.
TEST(MarkovChainTest, QueueFillsAsUniformisationSays) {
  constexpr Eigen::Index n = 200;
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i + 1 < n; ++i) {
    rates(i, i + 1) = 0.8;
    rates(i + 1, i) = 1.0;
  }
  Eigen::RowVectorXd start = Eigen::RowVectorXd::Zero(n);
  start(0) = 1.0;
  auto const mean_at = [&](double time) {
    auto const state = solved(transient(rates, start, time));
    return (state * Eigen::VectorXd::LinSpaced(n, 0.0, n - 1.0)).value();
  };
  expect_near(mean_at(5.0), 1.469460828);
  expect_near(mean_at(20.0), 2.647634924);
  expect_near(mean_at(50.0), 3.405038978);
}

/// Three replicas, one crew; the service needs two.
TEST(MarkovChainTest, QuorumIsLostAfter416Hours) {
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(4, 4);  // By the number that are down.
  for (Eigen::Index down = 0; down < 3; ++down) {
    rates(down, down + 1) = static_cast<double>(3 - down) * 0.01;
    rates(down + 1, down) = 0.2;
  }
  Eigen::VectorXi goal(4);
  goal << 0, 0, 1, 1;
  expect_near(solved(mean_first_passage(rates, goal))(0), 416.6666667);
  auto const steady = solved(steady_state(rates));
  expect_near(steady(2) + steady(3), 0.01351061548);
}

}  // namespace
}  // namespace sojourn::theory
