#include "sim/stream_ahead.h"

#include <tuple>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

RandomStream stream() { return Streams(1, 0).open("test"); }

TEST(StreamAheadTest, YieldsTheDurationsOfItsStream) {
  StreamAhead ahead(stream());
  RandomStream random = stream();
  auto const law = Distribution::exponential(0.5);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(ahead.take(law), law.sample_duration(random));
}

TEST(StreamAheadTest, YieldsTheUniformNumbersOfItsStreamAndTellsThemBefore) {
  StreamAhead ahead(stream());
  RandomStream random = stream();
  EXPECT_EQ(ahead.coming_uniform(), 0.0) << "nothing is drawn before somebody asks";
  EXPECT_EQ(ahead.take_uniform(), random.uniform());
  for (int i = 0; i < 1000; ++i) {
    double const coming = ahead.coming_uniform();
    EXPECT_EQ(coming, random.uniform());
    EXPECT_EQ(ahead.take_uniform(), coming);
  }
}

TEST(StreamAheadTest, IsOneDrawAheadOnceSomethingHasBeenTaken) {
  StreamAhead ahead(stream());
  RandomStream random = stream();
  EXPECT_FALSE(ahead.is_ahead());
  EXPECT_TRUE(ahead == random);
  auto const law = Distribution::exponential(0.5);
  ahead.take(law);
  EXPECT_TRUE(ahead.is_ahead());
  std::ignore = law.sample_duration(random);
  EXPECT_FALSE(ahead == random);
  std::ignore = law.sample_duration(random);
  EXPECT_TRUE(ahead == random);
}

TEST(StreamAheadTest, NoTimeAtAllIsADuration) {
  StreamAhead ahead(stream());
  auto const nothing = Distribution::constant(0.0);
  EXPECT_EQ(ahead.take(nothing), Duration::zero());
  EXPECT_TRUE(ahead.is_ahead());
}

TEST(StreamAheadTest, WhatElseIsDrawnIsNotDrawnAhead) {
  StreamAhead ahead(stream());
  RandomStream random = stream();
  EXPECT_EQ(ahead.normal(), random.normal());
  EXPECT_FALSE(ahead.is_ahead());
}

TEST(StreamAheadTest, ACopyGoesOnFromHere) {
  StreamAhead ahead(stream());
  ahead.take_uniform();
  StreamAhead copy = ahead;
  EXPECT_EQ(copy.take_uniform(), ahead.take_uniform());
}

}  // namespace
}  // namespace sojourn
