#include "app/config/diagnostic.h"

#include <gtest/gtest.h>

#include "tests/app/config/reading_support.h"

namespace sojourn {
namespace {

TEST(DiagnosticsTest, AreSortedByPlaceAndSaidOnce) {
  Diagnostics diagnostics;
  diagnostics.error({"b.yaml", 1, 1}, "last");
  diagnostics.warning({"a.yaml", 10, 2}, "third");
  diagnostics.error({"a.yaml", 9, 30}, "second");
  diagnostics.error({"a.yaml", 9, 4}, "first");
  diagnostics.error({"a.yaml", 9, 4}, "first");
  EXPECT_EQ(printed(diagnostics),
            "a.yaml:9:4: first\n"
            "a.yaml:9:30: second\n"
            "a.yaml:10:2: warning: third\n"
            "b.yaml:1:1: last\n");
  EXPECT_EQ(diagnostics.errors(), 3U);
}

TEST(DiagnosticsTest, WarningsAreNoErrors) {
  Diagnostics diagnostics;
  diagnostics.warning({"a.yaml", 1, 1}, "mind");
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_FALSE(diagnostics.empty());
}

TEST(DiagnosticsTest, AboutAFileAsAWholeHaveNoLine) {
  Diagnostics diagnostics;
  diagnostics.error({"a.yaml", 0, 0}, "cannot be read");
  EXPECT_EQ(printed(diagnostics), "a.yaml: cannot be read\n");
}

TEST(DiagnosticsTest, BeyondTwoHundredAreCounted) {
  Diagnostics diagnostics;
  for (int line = 1; line <= 250; ++line) diagnostics.error({"a.yaml", line, 1}, "wrong");
  std::string const text = printed(diagnostics);
  EXPECT_NE(text.find("a.yaml:200:1: wrong\n... and 50 more\n"), std::string::npos);
  EXPECT_EQ(text.find("a.yaml:201:1"), std::string::npos);
}

TEST(DidYouMeanTest, EditDistanceCountsSlips) {
  EXPECT_EQ(edit_distance("timeout", "timeout"), 0U);
  EXPECT_EQ(edit_distance("timout", "timeout"), 1U);
  EXPECT_EQ(edit_distance("timeuot", "timeout"), 1U) << "two neighbours swapped are one slip";
  EXPECT_EQ(edit_distance("time_out", "timeout"), 1U);
  EXPECT_EQ(edit_distance("tineout", "timeout"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("ca", "abc"), 3U) << "no part is edited twice";
}

TEST(DidYouMeanTest, SuggestsTheNearestName) {
  EXPECT_EQ(did_you_mean("recovry", {"retry", "recovery"}), "; did you mean 'recovery'?");
  EXPECT_EQ(did_you_mean("Web", {"bank", "web"}), "; did you mean 'web'?");
}

TEST(DidYouMeanTest, SuggestsNothingFarFetched) {
  EXPECT_EQ(did_you_mean("breaker", {"retry", "timeout", "priority"}), "");
  EXPECT_EQ(did_you_mean("db", {"queue"}), "");
  EXPECT_EQ(did_you_mean("x", {}), "");
}

TEST(InQuotesTest, WhatTheUserWroteCannotDisturbTheTerminal) {
  EXPECT_EQ(in_quotes("a\x1b[31m\nb"), "'a\\x1b[31m\\nb'");
  EXPECT_EQ(in_quotes(std::string(100, 'x')), "'" + std::string(60, 'x') + "...'");
}

}  // namespace
}  // namespace sojourn
