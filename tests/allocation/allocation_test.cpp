#include "bench/allocation.h"

#include <gtest/gtest.h>

#include "bench/metered_run.h"

/// A run that has seen its usual load has all the memory that it needs.
namespace sojourn {
namespace {

TEST(AllocationTest, IsCounted) {
  auto const before = allocations();
  auto const bytes = allocated_bytes();
  std::vector<int> const vector(100);
  EXPECT_EQ(allocations() - before, 1);
  EXPECT_GE(allocated_bytes() - bytes, std::ptrdiff_t{100 * sizeof(int)});
}

class SteadyRun : public testing::TestWithParam<char const*> {};

TEST_P(SteadyRun, AllocatesNothingOnceItIsWarm) {
  auto const run = metered_run(*load_program(GetParam()));
  EXPECT_GT(run.figures.events, 1'000'000U);
  EXPECT_EQ(run.warm_allocations, 0.0);
}

INSTANTIATE_TEST_SUITE_P(AllocationTest, SteadyRun,
                         testing::Values("mm1", "ten-stations", "three-tiers",
                                         "three-tiers-64-32-16", "three-tiers-guarded",
                                         "messages"));

}  // namespace
}  // namespace sojourn
