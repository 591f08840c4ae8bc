#include "app/report/text_width.h"

#include <gmock/gmock.h>

namespace sojourn {
namespace {

using testing::ElementsAre;

TEST(TextWidthTest, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width("µs"), 2U);
  EXPECT_EQ(display_width("▁█"), 2U);
  EXPECT_EQ(display_width("注文"), 4U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);  // an accent on the letter before it
}

TEST(TextWidthTest, SurvivesBytesThatAreNotUtf8) {
  EXPECT_EQ(display_width("\xE2\x82"), 2U);
  EXPECT_EQ(display_width("\xFF"), 1U);
}

TEST(TextWidthTest, PadsToColumns) {
  EXPECT_EQ(pad_left("µs", 4), "  µs");
  EXPECT_EQ(pad_right("µs", 4), "µs  ");
  EXPECT_EQ(pad_left("long", 2), "long");
}

TEST(TextWidthTest, ShortensToColumns) {
  EXPECT_EQ(shortened("shoppers", 8), "shoppers");
  EXPECT_EQ(shortened("shoppers", 5), "shop…");
  EXPECT_EQ(shortened("注文注文", 4), "注…");
}

TEST(TextWidthTest, TakesControlsOut) {
  EXPECT_EQ(without_controls("a\x1b[31mb\r\nc\td\x7f"), "a[31mb c d");
  EXPECT_EQ(without_controls("µ\xC2\x9B"), "µ");  // a control of the upper half
}

TEST(TextWidthTest, WrapsWords) {
  EXPECT_THAT(wrapped("one two  three\nfour", 9), ElementsAre("one two", "three", "four"));
  EXPECT_THAT(wrapped("unbreakable", 5), ElementsAre("unbreakable"));
  EXPECT_THAT(wrapped("", 5), ElementsAre());
}

}  // namespace
}  // namespace sojourn
