#pragma once

#include <cmath>

#include <gtest/gtest.h>

#include "analysis/theory/answer.h"

namespace sojourn::theory {

/// Equal to so many digits: the expected values are given to nine or ten.
inline void expect_near(double actual, double expected, double relative = 1e-8) {
  EXPECT_NEAR(actual, expected, relative * std::abs(expected));
}

/// The answer, of which the test is sure that it is there.
template <class T>
T solved(Answer<T> const& answer) {
  if (!answer) ADD_FAILURE() << answer.reason();
  return *answer;
}

}  // namespace sojourn::theory
