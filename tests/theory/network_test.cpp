#include <cmath>

#include <gtest/gtest.h>

#include "analysis/theory/closed_network.h"
#include "analysis/theory/gi_m_1.h"
#include "analysis/theory/markov_station.h"
#include "analysis/theory/open_network.h"
#include "tests/theory/near.h"

namespace sojourn::theory {
namespace {

using Eigen::MatrixXd;

OpenNetwork bolch() {
  OpenNetwork network{{{"one", 0.0, {0.04, 1.0}, 1, 1.0},
                       {"two", 0.0, {0.03, 1.0}, 1, 1.0},
                       {"three", 0.0, {0.06, 1.0}, 1, 1.0},
                       {"four", 4.0, {0.05, 1.0}, 1, 1.0}},
                      MatrixXd(4, 4)};
  network.routing << 0, 0.5, 0.5, 0, 1, 0, 0, 0, 0.6, 0, 0, 0, 1, 0, 0, 0;
  return network;
}

/// Bolch et al. (1998), example 7.4.
TEST(OpenNetworkTest, JacksonsNetworkWithFeedbackIsBolchs) {
  auto const solution = solved(jackson(bolch()));
  expect_near(solution.stations[0].throughput, 20.0);
  expect_near(solution.stations[2].throughput, 10.0);
  expect_near(solution.stations[0].mean_sojourn, 0.2);
  expect_near(solution.stations[1].mean_sojourn, 0.04285714286);
  expect_near(solution.stations[2].mean_sojourn, 0.15);
  expect_near(solution.mean_in_network, 6.178571429);
  expect_near(solution.mean_time_in_network, 1.544642857);
}

TEST(OpenNetworkTest, CentralServersAreJainsAndLazowskas) {
  auto const central = [](double rate, std::vector<double> visits, std::vector<double> times) {
    OpenNetwork network{{}, MatrixXd::Zero(3, 3)};
    for (std::size_t i = 0; i < 3; ++i)
      network.stations.push_back({"disk", i == 0 ? rate : 0.0, {times[i], 1.0}, 1, 1.0});
    network.routing(0, 1) = visits[1] / visits[0];
    network.routing(0, 2) = visits[2] / visits[0];
    network.routing(1, 0) = network.routing(2, 0) = 1.0;
    return solved(jackson(network));
  };
  auto const jain = central(3.0, {16, 7, 8}, {0.01, 0.02, 0.03});
  expect_near(jain.stations[0].mean_sojourn, 0.01923076923);
  expect_near(jain.stations[2].mean_sojourn, 0.1071428571);
  expect_near(jain.mean_time_in_network, 1.406214475);
  auto const lazowska = central(0.3, {121, 70, 50}, {0.005, 0.03, 0.027});
  expect_near(lazowska.mean_time_in_network, 8.683740233);
}

TEST(OpenNetworkTest, ACircleWithoutAnEndNamesItsStation) {
  auto network = bolch();
  network.routing(2, 0) = 1.0;
  auto const endless = jackson(network);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.reason(), "what goes round by one never comes to an end");
  network.routing(2, 0) = 1.2;
  EXPECT_FALSE(traffic(network));
}

TEST(OpenNetworkTest, AnOverloadNamesItsStation) {
  auto network = bolch();
  network.stations[3].outside_rate = 6.0;
  auto const overloaded = jackson(network);
  ASSERT_FALSE(overloaded);
  EXPECT_NE(overloaded.reason().find("at one more work comes"), std::string::npos);
}

TEST(OpenNetworkTest, TheAnalyzerIsJacksonsWhereAllIsExponential) {
  auto const exact = solved(jackson(bolch())), close = solved(queueing_network_analyzer(bolch()));
  for (std::size_t i = 0; i < 4; ++i)
    expect_near(close.stations[i].mean_wait, exact.stations[i].mean_wait, 1e-9);
}

/// What a constant server lets out is more regular than what it takes in.
TEST(OpenNetworkTest, TheAnalyzerPassesRegularityOn) {
  OpenNetwork network{{{"first", 0.8, {1.0, 0.0}, 1, 1.0}, {"second", 0.0, {1.0, 1.0}, 1, 1.0}},
                      MatrixXd::Zero(2, 2)};
  network.routing(0, 1) = 1.0;
  auto const solution = solved(queueing_network_analyzer(network));
  expect_near(solution.stations[0].mean_wait, 2.0, 1e-9);
  EXPECT_LT(solution.stations[1].mean_wait, 4.0 * 0.8);
  EXPECT_GT(solution.stations[1].mean_wait, 4.0 * 0.5);
}

/// Whitt's departures by hand: 0.8^2 x max(0, 0.2) + (1 - 0.8^2) x 1.
TEST(OpenNetworkTest, TheVariabilityOfArrivalsIsWhitts) {
  OpenNetwork network{{{"first", 0.8, {1.0, 0.0}, 1, 1.0}, {"second", 0.0, {1.0, 1.0}, 1, 1.0}},
                      MatrixXd::Zero(2, 2)};
  network.routing(0, 1) = 1.0;
  auto const scvs = solved(arrival_scvs(network));
  expect_near(scvs[0], 1.0);
  expect_near(scvs[1], 0.488);
}

/// Kraemer and Langenbach-Belz for D/M/1 at 0.8: 1.6 exp(-2 x 0.2 / (3 x 0.8)), and the exact wait.
TEST(OpenNetworkTest, RegularArrivalsSpareSomeOfTheWait) {
  auto const near = solved(two_moment_station({1.25, 0.0}, {1.0, 1.0}, 1));
  expect_near(near.mean_wait, 2.0 * std::exp(-1.0 / 6.0));
  auto const exact = solved(GiM1::constant_arrivals(1.25, 1.0));
  EXPECT_NEAR(near.mean_wait, exact.figures().mean_wait, 0.1 * exact.figures().mean_wait);
}

ClosedNetwork jain_timesharing() {
  return {{{"cpu", 1}, {"a", 1}, {"b", 1}}, {{20, 4.0, {16 * 0.125, 10 * 0.3, 5 * 0.2}}}};
}

TEST(ClosedNetworkTest, TimesharingIsJains) {
  auto const solution = solved(mean_value_analysis(jain_timesharing()));
  expect_near(solution.throughput[0], 0.3332465122);
  expect_near(solution.present(0, 0), 1.990623285);
  expect_near(solution.present(0, 1), 16.17665112);
  expect_near(solution.residence(0, 1) / 10.0, 4.854259693);
  expect_near(solution.response[0], 56.01563187);
}

TEST(ClosedNetworkTest, ConvolutionSaysTheSame) {
  for (auto const& network : {jain_timesharing(),
                              ClosedNetwork{{{"one", 2}, {"two", 1}, {"three", 1}, {"delay", 0}},
                                            {{3, 0.0, {0.5, 0.3, 0.4, 1.0}}}},
                              ClosedNetwork{{{"many", 3}, {"one", 1}}, {{30, 2.0, {0.9, 0.25}}}}}) {
    auto const mva = solved(mean_value_analysis(network)), other = solved(convolution(network));
    expect_near(mva.throughput[0], other.throughput[0], 1e-9);
    for (Eigen::Index k = 0; k < mva.present.cols(); ++k)
      EXPECT_NEAR(mva.present(0, k), other.present(0, k), 1e-8);
  }
}

TEST(ClosedNetworkTest, TwoServersAndADelayAreBolchs) {
  auto const solution = solved(mean_value_analysis(
      {{{"one", 2}, {"two", 1}, {"three", 1}, {"delay", 0}}, {{3, 0.0, {0.5, 0.3, 0.4, 1.0}}}}));
  expect_near(solution.throughput[0], 1.217460634);
  expect_near(solution.present(0, 0), 0.6236794897);
  expect_near(solution.present(0, 1), 0.4728722344);
  expect_near(solution.present(0, 3), 1.217460634);
}

TEST(ClosedNetworkTest, TwoClassesAreLazowskas) {
  auto const solution = solved(mean_value_analysis(
      {{{"cpu", 1}, {"disk", 1}}, {{1, 0.0, {1.0, 3.0}}, {1, 0.0, {2.0, 4.0}}}}));
  expect_near(solution.throughput[0], 3.0 / 19.0);
  expect_near(solution.throughput[1], 2.0 / 19.0);
  expect_near(solution.present(0, 0), 4.0 / 19.0);
  expect_near(solution.present(1, 1), 14.0 / 19.0);
}

TEST(ClosedNetworkTest, TerminalsAndBatchAreSchwetmans) {
  double const one = 1.0 / 0.9, two = 1.0 / 0.05;
  ClosedNetwork const network{
      {{"cpu", 1}, {"1", 1}, {"2", 1}, {"3", 1}, {"4", 1}},
      {{40, 5.0, {one * 0.010, one * 0.035 / 4, one * 0.035 / 4, one * 0.035 / 4, one * 0.035 / 4}},
       {4, 10.0, {two * 0.1, two * 0.035 / 4, two * 0.035 / 4, two * 0.035 / 4, two * 0.035 / 4}}}};
  auto const solution = solved(mean_value_analysis(network));
  expect_near(solution.throughput[0], 7.891588174);
  expect_near(solution.throughput[1], 0.277270368);
  expect_near(solution.residence(0, 0), 0.02436286595);
  expect_near(solution.residence(1, 0), 3.636154542);
  expect_near(solution.utilisation[0], 0.642225049);
  auto const close = solved(approximate_mean_value_analysis(network));
  expect_near(close.throughput[0], solution.throughput[0], 0.01);
  expect_near(close.throughput[1], solution.throughput[1], 0.03);
}

/// A cpu and database workers without the limit on threads.
TEST(ClosedNetworkTest, ReleasedThreadsAreProductForm) {
  auto const solution =
      solved(mean_value_analysis({{{"cpu", 1}, {"db", 4}}, {{12, 0.2, {0.03, 0.12}}}}));
  expect_near(solution.throughput[0], 26.67866875);
  expect_near(solution.response[0], 0.249797556);
}

TEST(ClosedNetworkTest, OneStationAndThinkingIsMachineRepair) {
  auto const crew =
      solved(MarkovStation::solve({.arrival_rate = 0.125, .servers = 2, .sources = 9}));
  auto const closed = solved(mean_value_analysis({{{"crew", 2}}, {{9, 8.0, {1.0}}}}));
  expect_near(closed.throughput[0], crew.figures().throughput, 1e-11);
}

TEST(ClosedNetworkTest, BoundsHoldTheExactValueBetweenThem) {
  std::vector<double> const demands{0.605, 2.1, 1.35};
  for (int const users : {1, 2, 3, 5, 10, 50}) {
    double const exact =
        solved(mean_value_analysis({{{"a", 1}, {"b", 1}, {"c", 1}}, {{users, 15.0, demands}}}))
            .throughput[0];
    auto const wide = solved(asymptotic_bounds(demands, 15.0, users));
    auto const narrow = solved(balanced_job_bounds(demands, 15.0, users));
    EXPECT_LE(wide.lower, narrow.lower * (1.0 + 1e-12));
    EXPECT_LE(narrow.lower, exact * (1.0 + 1e-12));
    EXPECT_LE(exact, narrow.upper * (1.0 + 1e-12));
    EXPECT_LE(narrow.upper, wide.upper * (1.0 + 1e-12));
  }
}

TEST(ClosedNetworkTest, RefusesWhatCannotBe) {
  EXPECT_FALSE(mean_value_analysis({{{"a", 1}}, {{2, 0.0, {0.0}}}}));
  EXPECT_FALSE(mean_value_analysis({{{"a", 1}}, {{2, 1.0, {-1.0}}}}));
  EXPECT_FALSE(mean_value_analysis({{{"a", 1}}, {{2, 1.0, {1.0, 1.0}}}}));
  EXPECT_FALSE(convolution({{{"a", 1}}, {{2, 1.0, {1.0}}, {2, 1.0, {1.0}}}}));
}

}  // namespace
}  // namespace sojourn::theory
