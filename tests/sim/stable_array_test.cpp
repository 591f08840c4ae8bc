#include "sim/stable_array.h"

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

TEST(StableArrayTest, ItsElementsNeverMove) {
  StableArray<std::size_t> numbers(1'000'000);
  std::size_t const* const first = &numbers.emplace_back(0U);
  while (numbers.size() < 1'000'000) numbers.emplace_back(numbers.size());
  EXPECT_EQ(&numbers[0], first);
  for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(numbers[i], i);
  EXPECT_EQ(numbers.bytes(), 1'000'000 * sizeof(std::size_t));
}

TEST(StableArrayTest, HoldsSoManyAndNoMore) {
  StableArray<char> few(3);
  for (char const each : {'a', 'b', 'c'}) few.emplace_back(each);
  EXPECT_THROW(few.emplace_back('d'), std::bad_alloc);
  EXPECT_EQ(few.size(), 3U);
  EXPECT_EQ(few[2], 'c');
}

TEST(StableArrayTest, ACopyLivesByItself) {
  using Shared = std::shared_ptr<int>;
  auto const value = std::make_shared<int>(7);
  StableArray<Shared> original(100);
  StableArray<Shared> const none = original;
  EXPECT_EQ(none.size(), 0U);
  for (int i = 0; i < 10; ++i) original.emplace_back(value);
  {
    StableArray<Shared> copy = original;
    EXPECT_EQ(value.use_count(), 21);
    copy[3] = nullptr;
    EXPECT_EQ(original[3], value);
    StableArray<Shared> const moved = std::move(copy);
    EXPECT_EQ(moved.size(), 10U);
    EXPECT_EQ(value.use_count(), 20);
    original = none;
    EXPECT_EQ(value.use_count(), 10) << "what was assigned to is gone";
  }
  EXPECT_EQ(value.use_count(), 1) << "what was in the copy is gone";
}

}  // namespace
}  // namespace sojourn
