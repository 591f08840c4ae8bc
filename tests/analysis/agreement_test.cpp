#include "analysis/agreement.h"

#include <cmath>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

KnownValue known(double value, std::string metric = "users.latency.mean", bool exact = true) {
  return {std::move(metric), value, exact, "M/M/1", true};
}

TEST(AgreementTest, AnExactValueLiesInTheWidenedInterval) {
  Estimate const simulated{4.28, 0.04, 0.95, 10};
  EXPECT_TRUE(agrees(simulated, known(4.277)));
  // t(9) at 99.9 % is 2.11 times that at 95 %.
  EXPECT_TRUE(agrees(simulated, known(4.28 + 0.04 * 2.1)));
  EXPECT_FALSE(agrees(simulated, known(4.28 + 0.04 * 2.2)));
}

TEST(AgreementTest, APercentileHasTheResolutionOfHistograms) {
  Estimate const simulated{100.0, 0.0, 0.95, 10};
  EXPECT_TRUE(agrees(simulated, known(100.7, "users.latency.p99")));
  EXPECT_FALSE(agrees(simulated, known(101.0, "users.latency.p99")));
  EXPECT_FALSE(agrees(simulated, known(100.7)));
  EXPECT_FALSE(agrees(simulated, known(100.7, "users.latency.pages")));
}

TEST(AgreementTest, WhatIsOnlyNearMayBeFurtherOff) {
  Estimate const simulated{100.0, 1.0, 0.95, 10};
  EXPECT_TRUE(agrees(simulated, known(110.0, "users.latency.mean", false)));
  EXPECT_FALSE(agrees(simulated, known(130.0, "users.latency.mean", false)));
}

TEST(AgreementTest, NothingIsToldWithoutAnInterval) {
  EXPECT_TRUE(agrees({1.0, std::nan(""), 0.95, 1}, known(2.0)));
  EXPECT_TRUE(agrees({std::nan(""), std::nan(""), 0.95, 0}, known(2.0)));
}

}  // namespace
}  // namespace sojourn
