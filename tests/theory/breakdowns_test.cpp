#include "analysis/theory/breakdowns.h"

#include <algorithm>

#include "analysis/theory/markov_chain.h"
#include "analysis/theory/markov_station.h"
#include "analysis/theory/mg1.h"
#include "analysis/theory/mmc.h"
#include "tests/theory/near.h"

namespace sojourn::theory {
namespace {

/// White and Christie, "Queuing with preemptive priorities or with breakdown" (1958): M/M/1, whose
/// means Avi-Itzhak and Naor know for any law of the repair.
TEST(BreakdownsTest, OneServerThatStopsIsAviItzhakAndNaors) {
  for (auto const& repair : {PhaseType::exponential(4.0), PhaseType::erlang(4.0, 3),
                             PhaseType::hyperexponential(0.3, 1.0, 5.0)}) {
    auto const known = solved(mg1_breakdowns(0.5, {1.0, 1.0}, 0.05, repair.moments()));
    auto const chain = solved(mmc_interrupted(0.5, 1.0, 1, {0.05, repair, 0.0}));
    expect_near(chain.mean_in_system, known.mean_in_system);
    expect_near(chain.mean_wait, known.mean_wait);
    expect_near(chain.probability_wait, known.probability_wait);
    expect_near(chain.utilisation, 0.5 * (1.0 + 0.05 * repair.mean()));
  }
}

/// The same chain as a matrix: state 2 n + (1 while interrupted), up to `most` present.
StationFigures by_matrix(double arrivals, double service, int servers, double begins, double ends,
                         double speed, int most) {
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(2 * most + 2, 2 * most + 2);
  for (int n = 0; n <= most; ++n) {
    rates(2 * n, 2 * n + 1) = begins;
    rates(2 * n + 1, 2 * n) = ends;
    for (int e = 0; e < 2; ++e) {
      if (n < most) rates(2 * n + e, 2 * n + 2 + e) = arrivals;
      if (n > 0) rates(2 * n + e, 2 * n - 2 + e) = std::min(n, servers) * (e ? speed : service);
    }
  }
  auto const state = solved(steady_state(rates));
  StationFigures figures;
  for (int n = 0; n <= most; ++n) {
    double const here = state(2 * n) + state(2 * n + 1);
    figures.mean_in_system += n * here;
    figures.utilisation += std::min(n, servers) * here / servers;
    if (n == most) figures.loss_probability = here;
  }
  return figures;
}

TEST(BreakdownsTest, SeveralServersThatSlowDownAreTheChainByItsMatrix) {
  auto const length = PhaseType::exponential(1.0 / 0.2);
  auto const chain = solved(mmc_interrupted(1.4, 1.0, 3, {0.1, length, 0.25}));
  auto const matrix = by_matrix(1.4, 1.0, 3, 0.1, 0.2, 0.25, 300);
  expect_near(chain.mean_in_system, matrix.mean_in_system, 1e-6);
  expect_near(chain.utilisation, matrix.utilisation, 1e-6);
  auto const limited = solved(mmc_interrupted(1.4, 1.0, 3, {0.1, length, 0.25}, 7));
  auto const limited_matrix = by_matrix(1.4, 1.0, 3, 0.1, 0.2, 0.25, 7);
  expect_near(limited.mean_in_system, limited_matrix.mean_in_system);
  expect_near(limited.utilisation, limited_matrix.utilisation);
  expect_near(limited.loss_probability, limited_matrix.loss_probability);
}

TEST(BreakdownsTest, SeveralServersThatStopAreTheChainByItsMatrix) {
  auto const chain = solved(mmc_interrupted(1.4, 1.0, 3, {0.1, PhaseType::exponential(2.0), 0.0}));
  auto const matrix = by_matrix(1.4, 1.0, 3, 0.1, 0.5, 0.0, 300);
  expect_near(chain.mean_in_system, matrix.mean_in_system, 1e-6);
  // A service takes so much longer, and its slot is held meanwhile.
  expect_near(chain.utilisation, 1.4 * (1.0 + 0.1 * 2.0) / 3.0);
  expect_near(chain.mean_sojourn - chain.mean_wait, 1.0 + 0.1 * 2.0);
}

TEST(BreakdownsTest, AnInterruptionThatChangesNothingIsNone) {
  auto const queue = solved(Mmc::solve(1.4, 1.0, 2)).figures();
  auto const same = solved(mmc_interrupted(1.4, 1.0, 2, {0.1, PhaseType::erlang(3.0, 2), 1.0}));
  expect_near(same.mean_wait, queue.mean_wait);
  expect_near(same.probability_wait, queue.probability_wait);
}

TEST(BreakdownsTest, WhatDoesNotHoldIsASentence) {
  auto const stops = Interruption{0.1, PhaseType::exponential(2.0), 0.0};
  EXPECT_NE(mmc_interrupted(0.9, 1.0, 1, stops).reason().find("1.08 times the capacity"),
            std::string::npos);
  EXPECT_FALSE(mmc_interrupted(0.5, 1.0, 1, stops, 5));
  EXPECT_FALSE(mmc_disasters(0.5, 1.0, 2, {0.1, 1.0}, 1));
  EXPECT_FALSE(mmc_disasters(0.5, 1.0, 1, {0.0, 1.0}));
}

/// Up, the number present is geometric; Jain and Sigman (1996) for exponential service.
TEST(BreakdownsTest, DisastersMakeASingleServersLineGeometric) {
  double const arrivals = 1.5, service = 1.0, strikes = 0.2;
  auto const figures = solved(mmc_disasters(arrivals, service, 1, {strikes, 5.0}));
  double const sum = arrivals + service + strikes;
  double const ratio = (sum - std::sqrt(sum * sum - 4.0 * arrivals * service)) / (2.0 * service);
  expect_near(figures.down, 0.5);
  expect_near(figures.station.mean_in_system, 0.5 * ratio / (1.0 - ratio));
  expect_near(figures.station.utilisation, 0.5 * ratio);
  // Who is served, by those who come and by those who go.
  expect_near(figures.station.throughput, service * figures.station.utilisation);
  expect_near(figures.down + figures.struck, 1.0 - figures.station.throughput / arrivals);
}

TEST(BreakdownsTest, DisastersAtALimitedLineAreTheChainByItsMatrix) {
  int const servers = 2, most = 5;
  double const arrivals = 2.4, service = 1.0, strikes = 0.3, down = 1.5;
  Eigen::MatrixXd rates = Eigen::MatrixXd::Zero(most + 2, most + 2);  // The last state is down.
  for (int n = 0; n <= most; ++n) {
    if (n < most) rates(n, n + 1) = arrivals;
    if (n > 0) rates(n, n - 1) = std::min(n, servers) * service;
    rates(n, most + 1) = strikes;
  }
  rates(most + 1, 0) = 1.0 / down;
  auto const state = solved(steady_state(rates));
  double present = 0.0, busy = 0.0;
  for (int n = 0; n <= most; ++n) {
    present += n * state(n);
    busy += std::min(n, servers) * state(n);
  }
  auto const figures = solved(mmc_disasters(arrivals, service, servers, {strikes, down}, most));
  expect_near(figures.down, state(most + 1));
  expect_near(figures.station.mean_in_system, present);
  expect_near(figures.station.utilisation, busy / servers);
  expect_near(figures.station.loss_probability, state(most));
  expect_near(figures.station.throughput, service * busy);
}

/// So many servers that nobody waits are as good as unlimited ones.
TEST(BreakdownsTest, DisastersAtUnlimitedServersAreThoseAtVeryMany) {
  Disaster const disaster{0.3, 1.5};
  auto const many = solved(mmc_disasters(2.4, 1.0, 200, disaster));
  auto const all = solved(mg_infinity_disasters(2.4, PhaseType::exponential(1.0), disaster));
  expect_near(all.station.mean_in_system, many.station.mean_in_system);
  expect_near(all.station.mean_sojourn, many.station.mean_sojourn);
  expect_near(all.struck, many.struck);
  expect_near(all.down, many.down);
  // A hundred stages are nearly constant.
  auto const constant = solved(md_infinity_disasters(2.4, 1.0, disaster));
  auto const stages = solved(mg_infinity_disasters(2.4, PhaseType::erlang(1.0, 100), disaster));
  expect_near(stages.struck, constant.struck, 2e-3);
  expect_near(stages.station.mean_sojourn, constant.station.mean_sojourn, 5e-3);
  expect_near(stages.station.mean_in_system, constant.station.mean_in_system, 2e-3);
}

TEST(BreakdownsTest, RareDisastersAreHardlyThere) {
  auto const calm =
      solved(MarkovStation::solve({.arrival_rate = 1.4, .servers = 2, .capacity = 9}));
  auto const figures = solved(mmc_disasters(1.4, 1.0, 2, {1e-9, 1.0}, 9));
  expect_near(figures.station.mean_wait, calm.figures().mean_wait, 1e-6);
  expect_near(figures.station.mean_sojourn, calm.mean_sojourn_of_served(), 1e-6);
  expect_near(figures.station.probability_wait, calm.figures().probability_wait, 1e-6);
}

}  // namespace
}  // namespace sojourn::theory
