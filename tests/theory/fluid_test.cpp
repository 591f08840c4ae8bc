#include "analysis/theory/fluid.h"

#include <limits>

#include <gtest/gtest.h>

#include "analysis/theory/cache.h"
#include "tests/theory/near.h"

namespace sojourn::theory {
namespace {

using Eigen::MatrixXd;

FluidNetwork one_station(double inflow, double capacity, std::vector<FluidChange> changes) {
  return {
      {{"server", inflow, capacity, std::nullopt, 0.0}}, MatrixXd::Zero(1, 1), std::move(changes)};
}

FluidChange capacity_from(double time, double capacity, std::size_t station = 0) {
  return {time, station, std::nullopt, capacity, std::nullopt};
}

FluidChange inflow_from(double time, double inflow) {
  return {time, 0, inflow, std::nullopt, std::nullopt};
}

TEST(FluidTest, AnOutageOf120SecondsDrainsIn200) {
  auto const path = solved(fluid_path(
      one_station(50.0, 80.0, {capacity_from(60.0, 0.0), capacity_from(180.0, 80.0)}), 600.0));
  expect_near(path.peak(0).backlog, 6000.0);
  expect_near(path.peak(0).time, 180.0);
  expect_near(path.empty_from(0, 180.0).value(), 380.0);
  expect_near(path.backlog(0, 120.0), 3000.0);
  EXPECT_EQ(path.backlog(0, 500.0), 0.0);
}

TEST(FluidTest, ABoundedBufferLosesTheRest) {
  auto network = one_station(50.0, 80.0, {capacity_from(100.0, 0.0), capacity_from(220.0, 80.0)});
  network.stations[0].buffer = 2000.0;
  auto const path = solved(fluid_path(network, 400.0));
  expect_near(path.lost(0, 0.0, 400.0), 4000.0);
  EXPECT_EQ(path.lost(0, 0.0, 140.0), 0.0);
  expect_near(path.empty_from(0, 220.0).value(), 286.6666667);
}

TEST(FluidTest, OverloadForAMinuteTakesAMinuteToDrain) {
  auto const path = solved(fluid_path(
      one_station(80.0, 100.0, {inflow_from(30.0, 120.0), inflow_from(90.0, 80.0)}), 200.0));
  expect_near(path.peak(0).backlog, 1200.0);
  expect_near(path.empty_from(0, 90.0).value(), 150.0);
  expect_near(path.outflow(0, 140.0), 100.0);
  expect_near(path.outflow(0, 160.0), 80.0);
}

TEST(FluidTest, LagGoesWithMoreConsumers) {
  auto const path =
      solved(fluid_path(one_station(1200.0, 1000.0, {capacity_from(300.0, 1500.0)}), 600.0));
  expect_near(path.backlog(0, 300.0), 60000.0);
  expect_near(path.empty_from(0, 300.0).value(), 500.0);
}

/// What the first lets through is what the second gets: it has a backlog only while the first
/// works its own off.
/// All fail from 10 s on and come again once, 5 s later.
TEST(FluidTest, WhoIsTurnedAwayComesAgainAsOftenAsHeMay) {
  auto network = one_station(50.0, 80.0, {capacity_from(10.0, 0.0), capacity_from(30.0, 80.0)});
  network.changes[0].buffer = 0.0;
  network.changes[1].buffer = std::numeric_limits<double>::infinity();
  network.retries = {{.station = 0, .share = 1.0, .pauses = {5.0}}};
  auto const path = solved(fluid_path(network, 60.0));
  // 20 s x 50/s at first, and 15 s x 50/s of them again while it still lasts.
  EXPECT_NEAR(path.lost(0, 0.0, 60.0), 1000.0 + 750.0, 5.0);
  // For 5 s more 100/s come where 80/s go.
  EXPECT_NEAR(path.peak(0).backlog, 100.0, 2.0);
  EXPECT_NEAR(path.peak(0).time, 35.0, 0.1);
}

TEST(FluidTest, WhatIsThrownAwayWasThereAndIsLost) {
  auto network = one_station(50.0, 80.0, {capacity_from(10.0, 0.0), capacity_from(20.0, 80.0)});
  network.changes[1].buffer = 0.0;
  auto const path = solved(fluid_path(network, 60.0));
  expect_near(path.peak(0).backlog, 500.0);
  expect_near(path.peak(0).time, 20.0);
  expect_near(path.lost(0, 0.0, 60.0), 500.0);
}

TEST(FluidTest, RetriesAreBoundByTheirBudget) {
  auto network = one_station(50.0, 0.0, {});
  network.stations[0].buffer = 0.0;
  network.retries = {{.station = 0, .pauses = {1.0, 1.0, 1.0}, .budget = 0.1}};
  auto const path = solved(fluid_path(network, 100.0));
  EXPECT_NEAR(path.lost(0, 50.0, 60.0), 10.0 * 55.0, 1.0);
}

/// A storm: who waits for longer than 1 s comes again, while the first attempt still has its place.
TEST(FluidTest, TimeoutsKeepAnOverloadUp) {
  auto network = one_station(60.0, 100.0, {capacity_from(10.0, 0.0), capacity_from(20.0, 100.0)});
  network.retries = {{.station = 0, .pauses = {0.1, 0.1}, .timeout = 1.0}};
  auto const storm = solved(fluid_path(network, 200.0));
  EXPECT_GT(storm.backlog(0, 200.0), storm.backlog(0, 100.0) + 100.0 * 60.0);
  network.retries[0].timeout = 60.0;
  EXPECT_TRUE(solved(fluid_path(network, 200.0)).empty_from(0, 20.0));
}

TEST(FluidTest, WhatFailsAsItIsLetGoComesAgain) {
  auto network = one_station(50.0, 200.0, {});
  network.stations[0].failing = 0.2;
  network.retries = {{.station = 0, .pauses = {1.0, 1.0}}};
  auto const path = solved(fluid_path(network, 100.0));
  EXPECT_NEAR(path.outflow(0, 90.0), 50.0 * (1.0 + 0.2 + 0.04), 1e-6);
}

/// 30 wait when it closes; it turns 10 s x 50/s away and keeps them.
TEST(FluidTest, AClosedStationKeepsWhatItHas) {
  FluidChange close = capacity_from(1.0, 0.0), open = capacity_from(11.0, 80.0);
  close.closed = true;
  open.closed = false;
  auto const path = solved(fluid_path(one_station(50.0, 20.0, {close, open}), 60.0));
  expect_near(path.backlog(0, 1.0), 30.0);
  expect_near(path.backlog(0, 10.9), 30.0);
  expect_near(path.lost(0, 0.0, 60.0), 500.0);
  expect_near(path.empty_from(0, 11.0).value(), 12.0);
}

TEST(FluidTest, ABacklogMovesDownstream) {
  FluidNetwork network{
      {{"first", 50.0, 100.0, std::nullopt, 0.0}, {"second", 0.0, 60.0, std::nullopt, 0.0}},
      MatrixXd::Zero(2, 2),
      {capacity_from(10.0, 0.0), capacity_from(20.0, 100.0)}};
  network.routing(0, 1) = 1.0;
  auto const path = solved(fluid_path(network, 200.0));
  expect_near(path.empty_from(0, 20.0).value(), 30.0);
  expect_near(path.peak(1).backlog, 400.0);
  expect_near(path.empty_from(1, 30.0).value(), 70.0);
}

/// A crash: what waits is lost, and nothing is taken in until its end.
TEST(FluidTest, ABufferThatIsTakenAwayLosesWhatIsInIt) {
  FluidChange crash = capacity_from(20.0, 0.0), end = capacity_from(30.0, 80.0);
  crash.buffer = 0.0;
  end.buffer = std::numeric_limits<double>::infinity();
  auto const path = solved(fluid_path(one_station(100.0, 80.0, {crash, end}), 40.0));
  expect_near(path.backlog(0, 19.999), 399.98);
  EXPECT_EQ(path.backlog(0, 25.0), 0.0);
  expect_near(path.lost(0, 20.0, 40.0), 1000.0);
  expect_near(path.backlog(0, 40.0), 200.0);
}

TEST(FluidTest, RefusesANegativeRate) {
  EXPECT_FALSE(fluid_path(one_station(-1.0, 1.0, {}), 10.0));
  EXPECT_FALSE(fluid_path(one_station(1.0, 1.0, {}), 0.0));
}

TEST(CacheTest, FiveKeysAreKingsExactlyAndChesNearly) {
  std::vector<double> const rates{1.0, 1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 5};
  double const exact = solved(king_lru(rates, 2));
  expect_near(exact, 0.5188845638);
  expect_near(solved(che(rates, 2.0)).hit_ratio, exact, 0.05);
}

TEST(CacheTest, ManyKeysAreChesClosely) {
  std::vector<double> rates;
  for (int k = 1; k <= 60; ++k) rates.push_back(1.0 / k);
  expect_near(solved(che(rates, 4.0)).hit_ratio, solved(king_lru(rates, 4)), 0.02);
  EXPECT_LT(solved(che(rates, 4.0, CachePolicy::random)).hit_ratio,
            solved(che(rates, 4.0)).hit_ratio);
  EXPECT_EQ(solved(che(rates, 60.0)).hit_ratio, 1.0);
  EXPECT_FALSE(che({}, 4.0));
}

}  // namespace
}  // namespace sojourn::theory
