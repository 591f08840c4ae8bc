#include "models/boxed.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace sojourn {
namespace {

TEST(BoxedTest, HasNothingAtFirst) {
  Boxed<std::string> const none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(Boxed<std::string>(std::optional<std::string>()));
  EXPECT_FALSE(Boxed<std::string>(none));
}

TEST(BoxedTest, IsCopiedWithItsValue) {
  Boxed<std::string> first = std::optional<std::string>("a");
  Boxed<std::string> second = first;
  second->push_back('b');
  EXPECT_EQ(*first, "a");
  EXPECT_EQ(*second, "ab");
  first = second;
  second.emplace(2, 'c');
  EXPECT_EQ(*first, "ab");
  EXPECT_EQ(*second, "cc");
}

TEST(BoxedTest, IsLeftEmptyByAMove) {
  Boxed<std::string> first = std::optional<std::string>("a");
  Boxed<std::string> const second = std::move(first);
  EXPECT_EQ(*second, "a");
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): that is what is tested
}

}  // namespace
}  // namespace sojourn
