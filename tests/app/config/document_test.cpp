#include "app/config/document.h"

#include <gtest/gtest.h>

#include "tests/app/config/reading_support.h"

namespace sojourn {
namespace {

struct Parse {
  std::optional<Node> root;
  std::string messages;
};

Parse parse(std::string const& text) {
  Diagnostics diagnostics;
  auto root = parse_document(text, "f", diagnostics);
  return {std::move(root), printed(diagnostics)};
}

TEST(DocumentTest, KeepsTheOrderAndThePlacesOfTheFile) {
  auto const [root, messages] = parse("b: 1\na:\n  - x\n  - {k: v}\n");
  ASSERT_TRUE(root) << messages;
  ASSERT_EQ(root->keys(), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(root->find("b")->place(), (Place{"f", 1, 4}));
  Node const& list = *root->find("a");
  EXPECT_EQ(root->entries[1].mark.place(), (Place{"f", 2, 1}));
  EXPECT_EQ(list.items[0].place(), (Place{"f", 3, 5}));
  EXPECT_EQ(list.items[1].find("k")->place(), (Place{"f", 4, 9}));
}

TEST(DocumentTest, CountsColumnsInCharacters) {
  auto const [root, messages] = parse("{é: 1, größe: 2}");
  ASSERT_TRUE(root) << messages;
  EXPECT_EQ(root->find("größe")->place(), (Place{"f", 1, 15}));
}

TEST(DocumentTest, AByteOrderMarkAndWindowsLinesAreNoMistake) {
  auto const [root, messages] = parse("a: 1\r\nb: two\r\n");
  ASSERT_TRUE(root) << messages;
  EXPECT_EQ(root->find("b")->text, "two");
  EXPECT_EQ(root->find("b")->place(), (Place{"f", 2, 4}));
}

TEST(DocumentTest, AnAbsentValueStandsAtItsKey) {
  auto const [root, messages] = parse("a:\nb: 1\n");
  ASSERT_TRUE(root) << messages;
  EXPECT_TRUE(root->find("a")->is(Node::Kind::null));
  EXPECT_EQ(root->find("a")->place(), (Place{"f", 1, 1}));
}

TEST(DocumentTest, APlaceInsideATextIsThatOfTheCharacter) {
  auto const [root, messages] =
      parse("a: lognormal(5ms)\nb: \"lognormal(5ms)\"\nc: |\n  lognormal(\n");
  ASSERT_TRUE(root) << messages;
  EXPECT_EQ(root->find("a")->place_of(10), (Place{"f", 1, 14}));
  EXPECT_EQ(root->find("b")->place_of(10), (Place{"f", 2, 15}));
  EXPECT_EQ(root->find("c")->place_of(10), (Place{"f", 3, 4})) << "where a block begins";
}

TEST(DocumentTest, AliasesRepeatAndMergeKeysFillIn) {
  auto const [root, messages] =
      parse("base: &base {replicas: 2, cores: 4}\nweb: {<<: *base, replicas: 3}\nbank: *base\n");
  ASSERT_TRUE(root) << messages;
  EXPECT_EQ(root->find("web")->find("replicas")->text, "3");
  EXPECT_EQ(root->find("web")->find("cores")->text, "4");
  EXPECT_EQ(root->find("web")->find("cores")->place(), (Place{"f", 1, 34})) << "where it stands";
  EXPECT_EQ(root->find("bank")->find("replicas")->text, "2");
}

TEST(DocumentTest, MergeKeysTakeMappingsOnly) {
  EXPECT_EQ(parse("a: {<<: 5}").messages, "f:1:9: '<<' merges mappings, found '5'\n");
}

TEST(DocumentTest, AValueCutByACommaIsPutTogetherAgain) {
  auto const [root, messages] =
      parse("{a: f(1, g(2, 3), x=4), b: 5, c: [h(1, 2), 6, i(7), j(8, k=9)]}");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->keys(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(root->find("a")->text, "f(1, g(2, 3), x=4)");
  EXPECT_EQ(root->find("b")->text, "5");
  Node const& list = *root->find("c");
  ASSERT_EQ(list.items.size(), 4U);
  EXPECT_EQ(list.items[0].text, "h(1, 2)");
  EXPECT_EQ(list.items[1].text, "6");
  EXPECT_EQ(list.items[2].text, "i(7)");
  EXPECT_EQ(list.items[3].text, "j(8, k=9)");
  EXPECT_NE(messages.find("f:1:5: a value with a comma inside { } or [ ] must be quoted: "
                          "\"f(1, g(2, 3), x=4)\"\n"),
            std::string::npos)
      << messages;
}

TEST(DocumentTest, WhatIsNoTextIsRefusedWhereItCeasesToBe) {
  using namespace std::string_literals;
  EXPECT_EQ(parse("a: 1\nb: \0"s).messages, "f:2:4: not a text file: expected UTF-8\n");
  EXPECT_EQ(parse("a: \xff").messages, "f:1:4: not a text file: expected UTF-8\n");
  EXPECT_EQ(parse("a: \xc0\xaf").messages, "f:1:4: not a text file: expected UTF-8\n")
      << "overlong";
  EXPECT_EQ(parse("a: \xed\xa0\x80").messages, "f:1:4: not a text file: expected UTF-8\n")
      << "surrogate";
  EXPECT_EQ(parse("a: \xe2\x82").messages, "f:1:4: not a text file: expected UTF-8\n") << "cut";
  EXPECT_EQ(parse("a: \xe2\x82\xac\xf0\x9f\x98\x80").messages, "");
}

}  // namespace
}  // namespace sojourn
