#pragma once

#include <cstddef>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "models/report.h"

namespace sojourn::support {

/// Bit for bit, NaN included.
inline bool same(std::vector<double> const& left, std::vector<double> const& right) {
  return left.size() == right.size() &&
         (left.empty() ||
          std::memcmp(left.data(), right.data(), left.size() * sizeof(double)) == 0);
}

inline void expect_same(RunResult const& left, RunResult const& right) {
  EXPECT_EQ(left.fingerprint, right.fingerprint);
  EXPECT_EQ(left.events, right.events);
  EXPECT_TRUE(same(left.values, right.values));
  ASSERT_EQ(left.series.size(), right.series.size());
  for (std::size_t i = 0; i < left.series.size(); ++i) {
    EXPECT_TRUE(same(left.series[i], right.series[i])) << i;
  }
}

}  // namespace sojourn::support
