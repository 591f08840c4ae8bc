#include "models/policy/scaling_rule.h"

#include <gtest/gtest.h>

namespace sojourn {
namespace {

using namespace std::chrono_literals;

Autoscale spec() {
  Autoscale made;
  made.min = 1;
  made.max = 10;
  made.target = 0.5;
  made.down_delay = 0s;
  return made;
}

TEST(ScalingRuleTest, WantsAsManyAsBringTheMetricToTheTarget) {
  ScalingRule rule(spec());
  EXPECT_EQ(rule.decide(Time(0s), 4, 4, 0.75), 6);
  EXPECT_EQ(rule.decide(Time(1s), 4, 4, 0.76), 7) << "rounded up";
  EXPECT_EQ(rule.decide(Time(2s), 4, 4, 0.25), 2);
  EXPECT_EQ(rule.decide(Time(3s), 4, 4, 0.0), 1) << "not below min";
  EXPECT_EQ(rule.decide(Time(4s), 8, 8, 1.0), 10) << "not above max";
}

TEST(ScalingRuleTest, NearTheTargetNothingChanges) {
  ScalingRule rule(spec());
  EXPECT_EQ(rule.decide(Time(0s), 10, 10, 0.549), 10);
  EXPECT_EQ(rule.decide(Time(1s), 10, 10, 0.451), 10);
  EXPECT_EQ(rule.decide(Time(2s), 10, 10, 0.449), 9);
}

TEST(ScalingRuleTest, WhoIsAboutToServeCountsAsIdleOnTheWayUp) {
  ScalingRule rule(spec());
  // Four of eight serve at 100 %: as if all did at 50 %.
  EXPECT_EQ(rule.decide(Time(0s), 8, 4, 1.0), 8);
  EXPECT_EQ(rule.decide(Time(1s), 6, 4, 1.0), 8);
}

TEST(ScalingRuleTest, WhoIsAboutToServeCountsAsOnTargetOnTheWayDown) {
  ScalingRule rule(spec());
  EXPECT_EQ(rule.decide(Time(0s), 8, 4, 0.25), 6);
}

TEST(ScalingRuleTest, DownItGoesToTheMostThatWasWantedLately) {
  Autoscale wanted = spec();
  wanted.down_delay = 60s;
  ScalingRule rule(wanted);
  EXPECT_EQ(rule.decide(Time(0s), 6, 6, 0.5), 6);
  EXPECT_EQ(rule.decide(Time(30s), 6, 6, 0.25), 6);
  EXPECT_EQ(rule.decide(Time(60s), 6, 6, 0.1), 6) << "six were wanted 60 s ago";
  EXPECT_EQ(rule.decide(Time(61s), 6, 6, 0.1), 3) << "three 31 s ago";
  EXPECT_EQ(rule.decide(Time(91s), 3, 3, 0.1), 2) << "six at 20 % are two at 50 %";
}

TEST(ScalingRuleTest, UpItGoesToTheLeastThatWasWantedLately) {
  Autoscale wanted = spec();
  wanted.up_delay = 30s;
  ScalingRule rule(wanted);
  EXPECT_EQ(rule.decide(Time(0s), 2, 2, 0.5), 2);
  EXPECT_EQ(rule.decide(Time(15s), 2, 2, 1.0), 2);
  EXPECT_EQ(rule.decide(Time(30s), 2, 2, 0.75), 2) << "two were wanted 30 s ago";
  EXPECT_EQ(rule.decide(Time(45s), 2, 2, 1.0), 3);
}

TEST(ScalingRuleTest, ItRestsAfterAChange) {
  Autoscale wanted = spec();
  wanted.cooldown = 60s;
  ScalingRule rule(wanted);
  EXPECT_EQ(rule.decide(Time(0s), 2, 2, 1.0), 4);
  EXPECT_EQ(rule.decide(Time(30s), 4, 4, 1.0), 4);
  EXPECT_EQ(rule.decide(Time(60s), 4, 4, 1.0), 8);
}

}  // namespace
}  // namespace sojourn
