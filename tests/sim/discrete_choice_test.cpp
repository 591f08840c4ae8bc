#include "sim/discrete_choice.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "sim/random_stream.h"

namespace sojourn {
namespace {

using Alternatives = std::vector<DiscreteChoice::Alternative>;

constexpr std::uint32_t otherwise = 1000;
double const greatest = std::nextafter(1.0, 0.0);

/// As the definition says it.
std::uint32_t found_one_by_one(Alternatives const& alternatives, double uniform) {
  double cumulative = 0.0;
  for (auto const& [probability, value] : alternatives) {
    cumulative += probability;
    if (uniform < cumulative) return value;
  }
  return otherwise;
}

/// Somewhere, and as close to where one ends and the next begins as numbers are.
void expect_as_defined(Alternatives const& alternatives, RandomStream& random) {
  DiscreteChoice const choice(alternatives, otherwise);
  auto const expect_at = [&](double uniform) {
    if (uniform < 0.0 || uniform >= 1.0) return;
    EXPECT_EQ(choice.of(uniform), found_one_by_one(alternatives, uniform)) << uniform;
  };
  for (int i = 0; i < 100; ++i) expect_at(random.uniform());
  double cumulative = 0.0;
  for (auto const& alternative : alternatives) {
    cumulative += alternative.probability;
    expect_at(std::nextafter(cumulative, 0.0));
    expect_at(cumulative);
    expect_at(std::nextafter(cumulative, 1.0));
  }
}

TEST(DiscreteChoiceTest, FindsTheFirstAtWhichTheSumExceedsTheNumber) {
  RandomStream random = Streams(1, 0).open("test");
  for (std::uint32_t count = 1; count <= 60; ++count) {
    Alternatives alternatives;
    for (std::uint32_t i = 0; i < count; ++i)
      alternatives.push_back({random.uniform() * 2.0 / count * 0.45, i});
    expect_as_defined(alternatives, random);
  }
}

TEST(DiscreteChoiceTest, EqualOnesEndWhereTheGuideChanges) {
  RandomStream random = Streams(1, 0).open("test");
  for (std::uint32_t count = 1; count <= 300; ++count) {
    Alternatives alternatives;
    for (std::uint32_t i = 0; i < count; ++i) alternatives.push_back({0.999 / count, i});
    expect_as_defined(alternatives, random);
    for (auto& alternative : alternatives) alternative.probability = 1.0 / (count + 1);
    expect_as_defined(alternatives, random);
  }
}

TEST(DiscreteChoiceTest, WhatCannotBeIsNeverFound) {
  DiscreteChoice const choice({{0.0, 1}, {0.5, 2}, {0.0, 3}, {0.5, 4}, {0.0, 5}}, otherwise);
  EXPECT_EQ(choice.of(0.0), 2U);
  EXPECT_EQ(choice.of(std::nextafter(0.5, 0.0)), 2U);
  EXPECT_EQ(choice.of(0.5), 4U);
}

TEST(DiscreteChoiceTest, TheRestFallsToOneMore) {
  DiscreteChoice const choice({{0.25, 1}}, otherwise);
  EXPECT_EQ(choice.of(0.2499), 1U);
  EXPECT_EQ(choice.of(0.25), otherwise);
  EXPECT_EQ(choice.of(greatest), otherwise);
  EXPECT_EQ(DiscreteChoice({}, otherwise).of(0.5), otherwise);
}

TEST(DiscreteChoiceTest, ProbabilitiesThatSumToOneLeaveNoGap) {
  DiscreteChoice const choice(Alternatives(10, {0.1, 1}), otherwise);
  EXPECT_EQ(choice.of(greatest), 1U);
}

}  // namespace
}  // namespace sojourn
