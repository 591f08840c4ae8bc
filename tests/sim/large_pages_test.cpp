#include "sim/large_pages.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

std::size_t offset_in_page(void const* block) {
  return reinterpret_cast<std::uintptr_t>(block) % LargePages::page;
}

TEST(LargePagesTest, BeginWithLargeBlocks) {
  for (std::size_t const bytes : {LargePages::fewest_bytes, LargePages::fewest_bytes + 1}) {
    auto* const block = static_cast<char*>(LargePages::allocate(bytes));
    EXPECT_EQ(offset_in_page(block), 0U);
    block[bytes - 1] = 'x';
    LargePages::deallocate(block, bytes);
  }
}

TEST(LargePagesTest, KeepAVectorThatOutgrowsSmallOnes) {
  std::vector<std::uint32_t, LargePageAllocator<std::uint32_t>> numbers;
  constexpr std::size_t count = 3 * LargePages::fewest_bytes / sizeof(std::uint32_t);
  while (numbers.size() < count) numbers.push_back(static_cast<std::uint32_t>(numbers.size()));
  auto const copy = numbers;
  EXPECT_EQ(offset_in_page(numbers.data()), 0U);
  std::vector<std::uint32_t> expected(count);
  std::iota(expected.begin(), expected.end(), 0U);
  EXPECT_TRUE(std::equal(copy.begin(), copy.end(), expected.begin(), expected.end()));
}

TEST(LargePagesTest, RefuseWhatNoMemoryCanHold) {
  LargePageAllocator<std::uint64_t> allocator;
  // An eighth: rounded up to pages it would begin again at zero.
  for (std::size_t const share : {4U, 8U}) {
    EXPECT_THROW(static_cast<void>(allocator.allocate(std::size_t(-1) / share)),
                 std::bad_array_new_length);
  }
}

}  // namespace
}  // namespace sojourn
