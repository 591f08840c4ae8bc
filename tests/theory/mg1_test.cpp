#include "analysis/theory/mg1.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "analysis/theory/approximations.h"
#include "analysis/theory/gi_m_1.h"
#include "analysis/theory/md1.h"
#include "analysis/theory/mmc.h"
#include "analysis/theory/phase_type.h"
#include "analysis/theory/qbd.h"
#include "tests/theory/near.h"

namespace sojourn::theory {
namespace {

TEST(Mg1Test, PollaczekAndKhinchineHoldForAnyLaw) {
  expect_near(solved(mg1(0.7, {1.0, 0.0})).mean_wait, 1.166666667);
  expect_near(solved(mg1(0.7, {1.0, 0.25})).mean_wait, 1.458333333);
  expect_near(solved(mg1(0.7, {1.0, 4.0})).mean_wait, 5.833333333);
  expect_near(solved(mg1(0.6, {1.0, 3.0})).mean_queue, 1.8);
  expect_near(solved(mg1(0.8, {1.0, 1.0})).mean_sojourn, 5.0);
}

TEST(Mg1Test, AnInfiniteVarianceIsSaidInWords) {
  auto const heavy = mg1(0.5, {1.0, std::numeric_limits<double>::infinity()});
  ASSERT_FALSE(heavy);
  EXPECT_NE(heavy.reason().find("no finite variance"), std::string::npos);
}

TEST(Mg1Test, SharingHangsOnTheMeanAlone) {
  expect_near(solved(mg1_sharing(0.7, 1.0)).mean_sojourn, 3.333333333);
  expect_near(solved(mg1_sharing(0.7, 1.0)).mean_in_system, 2.333333333);
  expect_near(solved(mg_infinity(20.0, 0.5)).mean_in_system, 10.0);
}

TEST(Mg1Test, UrgentOnesGoFirst) {
  auto const cobham = solved(mg1_priorities({{0.2, {1.0, 1.0}}, {0.6, {1.0, 1.0}}}, false));
  expect_near(cobham[0].mean_sojourn, 2.0);
  expect_near(cobham[1].mean_sojourn, 6.0);
  auto const interrupting = solved(mg1_priorities({{0.3, {0.5, 1.0}}, {0.4, {1.0, 1.0}}}, true));
  expect_near(interrupting[0].mean_sojourn, 0.5882352941);
  expect_near(interrupting[1].mean_sojourn, 2.418300654);
}

TEST(Mg1Test, ClassesOfOneUrgencyAreOne) {
  auto const one = solved(mg1_priorities({{0.8, {1.0, 2.0}}}, false));
  expect_near(one[0].mean_wait, solved(mg1(0.8, {1.0, 2.0})).mean_wait);
}

TEST(Mg1Test, VacationsBreakdownsAndBatchesAddTheirShare) {
  expect_near(solved(mg1_vacations(0.5, {1.0, 1.0}, {3.0, 1.0})).mean_wait, 4.0);
  auto const breaks = solved(mg1_breakdowns(0.5, {1.0, 1.0}, 0.05, {4.0, 1.0}));
  expect_near(breaks.mean_in_system, 2.333333333);
  expect_near(breaks.mean_sojourn, 4.666666667);
  auto const batches = solved(mg1_batches(0.25, {3.0, 0.0}, {1.0, 1.0}));
  expect_near(batches.mean_in_system, 6.0);
  expect_near(batches.mean_sojourn, 8.0);
  EXPECT_FALSE(mg1_breakdowns(0.9, {1.0, 1.0}, 0.05, {4.0, 1.0}));
}

TEST(Md1Test, WaitsAsCrommelinSays) {
  auto const queue = solved(Md1::solve(0.7, 1.0));
  expect_near(queue.wait_above(0.0), 0.7);
  expect_near(queue.wait_above(2.5), 0.1477039332);
  expect_near(queue.wait_quantile(0.9), 3.077086873);
  expect_near(queue.wait_quantile(0.95), 4.102897965);
  expect_near(queue.wait_quantile(0.99), 6.485499429);
}

TEST(Md1Test, HeavyLoadCancelsNothing) {
  auto const queue = solved(Md1::solve(0.98, 1.0));
  double mean = 0.0;
  for (double t = 0.05; t < 1000.0; t += 0.1) mean += 0.1 * queue.wait_above(t);
  expect_near(mean, queue.figures().mean_wait, 1e-3);
}

/// The mean of Neuts' phase-type wait is Pollaczek's and Khinchine's.
TEST(PhaseTypeTest, WaitOfTheWholeDistributionHasTheRightMean) {
  for (double const scv : {0.3, 0.5, 1.0, 4.0}) {
    auto const service = PhaseType::with_moments({2.0, scv});
    expect_near(service.mean(), 2.0, 1e-12);
    expect_near(service.moments().scv, scv, 1e-10);
    auto const wait = solved(wait_in_mph1(0.35, service));
    expect_near(wait.mean(), solved(mg1(0.35, {2.0, scv})).mean_wait, 1e-10);
    expect_near(wait.above(0.0), 0.7, 1e-12);
    expect_near(wait.followed_by(service).mean(), wait.mean() + 2.0, 1e-10);
  }
}

TEST(PhaseTypeTest, ExponentialServiceIsMm1) {
  auto const service = PhaseType::exponential(1.0);
  auto const sojourn = solved(wait_in_mph1(0.8, service)).followed_by(service);
  expect_near(sojourn.quantile(0.99), 23.02585093);
}

/// With k stages the wait is longer by the factor 1 + 1/k, nearly.
TEST(PhaseTypeTest, ApproachesConstantService) {
  auto const wait = solved(wait_in_mph1(0.7, PhaseType::erlang(1.0, 40)));
  auto const constant = solved(Md1::solve(0.7, 1.0));
  expect_near(wait.quantile(0.99), 1.025 * constant.wait_quantile(0.99), 0.01);
}

TEST(GiM1Test, EvenArrivalsWaitLess) {
  auto const queue = solved(GiM1::constant_arrivals(1.25, 1.0));
  expect_near(queue.figures().probability_wait, 0.6286297965);
  expect_near(queue.figures().mean_wait, 1.69273084);
  expect_near(queue.wait_quantile(0.95), 6.816700681);
  auto const poisson = solved(GiM1::solve([](double s) { return 0.8 / (0.8 + s); }, 1.25, 1.0));
  expect_near(poisson.figures().mean_wait, 4.0);
}

TEST(QbdTest, BurstsAboveCapacityAreMmppM1) {
  auto const arrivals = MarkovArrivals::two_rates(2.0, 10.0, 0.3, 20.0);
  expect_near(solved(arrivals.rate()), 0.8666666667);
  auto const figures = solved(map_ph_c(arrivals, PhaseType::exponential(1.0 / 1.2), 1));
  expect_near(figures.mean_in_system, 12.30271348);
  expect_near(figures.mean_sojourn, 14.19543863);
}

TEST(QbdTest, IsErlangCForPoissonAndExponential) {
  auto const figures =
      solved(map_ph_c(MarkovArrivals::poisson(3.2), PhaseType::exponential(1.0), 4));
  auto const exact = solved(Mmc::solve(3.2, 1.0, 4)).figures();
  expect_near(figures.mean_wait, exact.mean_wait, 1e-11);
  expect_near(figures.utilisation, exact.utilisation, 1e-11);
  expect_near(figures.probability_wait, exact.probability_wait, 1e-11);
}

TEST(QbdTest, IsPollaczekAndKhinchineForOneServer) {
  auto const service = PhaseType::hyperexponential(0.8872983346, 0.5635083269, 4.436491673);
  auto const figures = solved(map_ph_c(MarkovArrivals::poisson(0.7), service, 1));
  expect_near(figures.mean_wait, 5.833333333);
}

TEST(QbdTest, IsGiM1ForRegularArrivals) {
  auto const arrivals = MarkovArrivals::renewal(PhaseType::erlang(1.25, 2));
  auto const exact =
      solved(GiM1::solve([](double s) { return std::pow(1.6 / (1.6 + s), 2.0); }, 1.25, 1.0));
  auto const figures = solved(map_ph_c(arrivals, PhaseType::exponential(1.0), 1));
  expect_near(figures.mean_wait, exact.figures().mean_wait, 1e-10);
}

/// Tijms (2003), table of M/E2/c: 5 servers at 80 % wait 0.416 of a mean service on average.
TEST(QbdTest, SeveralServersOfPhasesLieNearTheirApproximation) {
  auto const figures = solved(map_ph_c(MarkovArrivals::poisson(4.0), PhaseType::erlang(1.0, 2), 5));
  auto const close = solved(allen_cunneen({0.25, 1.0}, {1.0, 0.5}, 5));
  expect_near(figures.mean_wait, close.mean_wait, 0.04);
  expect_near(figures.utilisation, 0.8, 1e-10);
}

TEST(ApproximationsTest, AllenCunneenIsExactWhereTheoryIs) {
  expect_near(solved(allen_cunneen({1.0 / 3.2, 1.0}, {1.0, 1.0}, 4)).mean_wait, 0.7455405897);
  expect_near(solved(allen_cunneen({1.0 / 0.7, 1.0}, {1.0, 4.0}, 1)).mean_wait, 5.833333333);
  EXPECT_FALSE(allen_cunneen({1.0, -1.0}, {0.5, 1.0}, 1));
}

TEST(ApproximationsTest, NoQueueWaitsLongerThanKingmansBound) {
  EXPECT_GT(solved(kingman_bound({1.25, 0.0}, {1.0, 1.0})),
            solved(GiM1::constant_arrivals(1.25, 1.0)).figures().mean_wait);
}

}  // namespace
}  // namespace sojourn::theory
