#include "app/config/patch.h"

#include <gtest/gtest.h>

#include "tests/app/config/reading_support.h"

namespace sojourn {
namespace {

Node tree(std::string const& text, std::string const& file = "base") {
  Diagnostics diagnostics;
  auto root = parse_document(text, file, diagnostics);
  if (!root) throw std::runtime_error(printed(diagnostics));
  return *std::move(root);
}

/// The tree on one line, to compare it.
std::string flat(Node const& node) {
  std::string text;
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return node.text;
    case Node::Kind::sequence:
      for (Node const& item : node.items) text += (text.empty() ? "" : ", ") + flat(item);
      return "[" + text + "]";
    case Node::Kind::mapping:
      for (auto const& entry : node.entries)
        text += (text.empty() ? "" : ", ") + entry.key + ": " + flat(entry.value);
      return "{" + text + "}";
  }
  return text;
}

std::string patched(std::string const& base, std::string const& patch) {
  Diagnostics diagnostics;
  Node root = tree(base);
  apply_patch(root, tree(patch, "patch"), diagnostics);
  return flat(root) + printed(diagnostics);
}

std::string set(std::string const& base, std::string const& setting) {
  Diagnostics diagnostics;
  Node root = tree(base);
  auto const parsed = parse_setting(setting, diagnostics);
  if (parsed) apply_setting(root, *parsed, diagnostics);
  return flat(root) + printed(diagnostics);
}

TEST(PatchTest, MappingsMergeKeyByKey) {
  EXPECT_EQ(patched("{a: {x: 1, y: 2}, b: 3}", "{a: {y: 5, z: 6}, c: 7}"),
            "{a: {x: 1, y: 5, z: 6}, b: 3, c: 7}");
}

TEST(PatchTest, NullRemoves) {
  EXPECT_EQ(patched("{a: {x: 1, y: 2}, b: 3}", "{a: {x: null}, b: ~}"), "{a: {y: 2}}");
}

TEST(PatchTest, ListsAndScalarsReplace) {
  EXPECT_EQ(patched("{a: [1, 2, 3], b: {x: 1}, c: 2}", "{a: [4], b: 5, c: {y: 6}}"),
            "{a: [4], b: 5, c: {y: 6}}");
}

TEST(PatchTest, RemovingWhatIsNotThereIsAMistake) {
  EXPECT_EQ(patched("{timeout: 1}", "{timout: null}"),
            "{timeout: 1}patch:1:2: nothing named 'timout' to remove; did you mean 'timeout'?\n");
  EXPECT_EQ(patched("{a: 1}", "{b: {c: null}}"),
            "{a: 1, b: {}}patch:1:6: nothing named 'c' to remove\n");
}

TEST(PatchTest, WhatComesFromThePatchKeepsItsPlace) {
  Diagnostics diagnostics;
  Node root = tree("a: {x: 1, y: 2}");
  apply_patch(root, tree("\na: {y: 5}", "patch"), diagnostics);
  EXPECT_EQ(root.find("a")->find("x")->place(), (Place{"base", 1, 8}));
  EXPECT_EQ(root.find("a")->find("y")->place(), (Place{"patch", 2, 8}));
}

TEST(SettingTest, ReplacesAddsAndRemoves) {
  EXPECT_EQ(set("{a: {b: 1}}", "a.b=2"), "{a: {b: 2}}");
  EXPECT_EQ(set("{a: {b: 1}}", "a.c=2"), "{a: {b: 1, c: 2}}");
  EXPECT_EQ(set("{a: {b: 1, c: 2}}", "a.b=null"), "{a: {c: 2}}");
  EXPECT_EQ(set("{a: {b: 1}}", "a={c: [1, 2]}"), "{a: {c: [1, 2]}}");
  EXPECT_EQ(set("{a: 1}", "b=x=y"), "{a: 1, b: x=y}");
}

TEST(SettingTest, EntersListsByPosition) {
  EXPECT_EQ(set("{a: [{b: 1}, {b: 2}]}", "a.1.b=3"), "{a: [{b: 1}, {b: 3}]}");
  EXPECT_EQ(set("{a: [1, 2]}", "a.0=3"), "{a: [3, 2]}");
  EXPECT_EQ(set("{a: [1, 2]}", "a.2=3"),
            "{a: [1, 2]}--set a.2: 'a' is a list of 2; expected a position from 0, found '2'\n");
}

TEST(SettingTest, PrefersTheLongestKeyThatExists) {
  std::string const base = "{s: {worker.charge: {prefetch: 1}, worker: {charge: 2}}}";
  EXPECT_EQ(set(base, "s.worker.charge.prefetch=9"),
            "{s: {worker.charge: {prefetch: 9}, worker: {charge: 2}}}");
  EXPECT_EQ(set("{mix: {web.browse: 90%}}", "mix.web.browse=50%"), "{mix: {web.browse: 50%}}");
}

TEST(SettingTest, LeadsSomewhereOrSaysWhereItStops) {
  EXPECT_EQ(set("{services: {web: {replicas: 1}}}", "services.wbe.replicas=2"),
            "{services: {web: {replicas: 1}}}--set services.wbe.replicas: 'services' has no key "
            "'wbe'; did you mean 'web'?\n");
  EXPECT_EQ(set("{a: 1}", "a.b=2"), "{a: 1}--set a.b: 'a' is '1' and has no keys\n");
  EXPECT_EQ(set("{a: 1}", "b.c=2"),
            "{a: 1}--set b.c: the scenario has no key 'b'; did you mean 'a'?\n");
}

TEST(SettingTest, ValuesAreYamlUnderTheNameOfTheOption) {
  EXPECT_EQ(set("{a: 1}", "a={b"),
            "{a: 1}--set a:1:1: a mapping is opened with '{' and not closed "
            "with '}'\n");
}

}  // namespace
}  // namespace sojourn
