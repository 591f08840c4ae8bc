#include "sim/address_range.h"

#include <cstdint>
#include <new>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20;

TEST(AddressRangeTest, GrowsWhereItIs) {
  AddressRange range(64 * megabyte);
  std::byte* const begin = range.begin();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(begin) % AddressRange::large_page, 0U);
  EXPECT_EQ(range.size(), 0U);
  for (std::size_t const bytes : {std::size_t{1}, std::size_t{100'000}, 64 * megabyte}) {
    range.grow_to(bytes);
    EXPECT_EQ(range.begin(), begin);
    ASSERT_GE(range.size(), bytes);
    begin[bytes - 1] = std::byte{42};
  }
  EXPECT_EQ(begin[0], std::byte{42}) << "what was there stays";
}

TEST(AddressRangeTest, ClaimsLittleMoreThanItIsAskedFor) {
  AddressRange range(64 * megabyte);
  for (std::size_t bytes = 1; bytes < 32 * megabyte; bytes += 1 + bytes / 50) {
    range.grow_to(bytes);
    bool const is_large = range.size() >= AddressRange::fewest_large_bytes;
    std::size_t const unit = is_large ? AddressRange::large_page : AddressRange::least_step;
    ASSERT_LE(range.size(), bytes + bytes / 32 + unit);
  }
}

TEST(AddressRangeTest, EndsWhereItsRoomDoes) {
  AddressRange range(megabyte);
  range.grow_to(megabyte);
  EXPECT_EQ(range.size(), megabyte);
  EXPECT_THROW(range.grow_to(megabyte + 1), std::bad_alloc);
  EXPECT_EQ(range.size(), megabyte);
}

TEST(AddressRangeTest, TakesLessRoomWhereThereIsNotSoMuch) {
  std::vector<AddressRange> ranges;  // each wants half of what there is
  for (int i = 0; i < 4; ++i) {
    AddressRange& range = ranges.emplace_back(~std::size_t{0} / 2);
    range.grow_to(megabyte);
    range.begin()[megabyte - 1] = std::byte{1};
  }
}

TEST(AddressRangeTest, IsCountedForAsLongAsItIsThere) {
  auto const before = AddressRange::bytes_of_this_thread();
  {
    AddressRange range(megabyte);
    EXPECT_EQ(AddressRange::bytes_of_this_thread(), before);
    range.grow_to(1);
    EXPECT_EQ(AddressRange::bytes_of_this_thread(),
              before + static_cast<std::ptrdiff_t>(range.size()));
    AddressRange moved = std::move(range);
    AddressRange assigned;
    assigned = std::move(moved);
    EXPECT_EQ(AddressRange::bytes_of_this_thread(),
              before + static_cast<std::ptrdiff_t>(assigned.size()));
  }
  EXPECT_EQ(AddressRange::bytes_of_this_thread(), before);
}

}  // namespace
}  // namespace sojourn
