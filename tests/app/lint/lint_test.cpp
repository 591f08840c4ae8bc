#include "app/lint/lint.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/lint/catalogue.h"
#include "app/lint/rules.h"
#include "tests/app/lint/lint_support.h"

namespace sojourn {
namespace {

using testing::HasSubstr;
using testing::Not;

std::filesystem::path const root = SOJOURN_SOURCE_DIR;

std::string content(std::filesystem::path const& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string printed_findings(std::filesystem::path const& path) {
  Lint lint({});
  LoadOptions options;
  options.inspect = [&](LoadedVariant const& variant, Node const& tree) {
    lint.inspect(variant, tree);
  };
  auto const result = load_scenario(path, options);
  EXPECT_TRUE(result.scenario) << printed(result.diagnostics);
  std::string text = printed(lint.findings());
  std::string const prefix = path.parent_path().string() + "/";
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
    text.erase(at, prefix.size());
  return text;
}

TEST(LintTest, HasATextAndARuleForEachNumber) {
  ASSERT_EQ(rules().size(), rule_texts().size());
  for (std::size_t i = 0; i < rules().size(); ++i)
    EXPECT_EQ(rules()[i].number, rule_texts()[i].number);
}

TEST(LintTest, DocumentsEveryRule) {
  std::string const page = content(root / "docs" / "lint.md");
  for (RuleText const& rule : rule_texts())
    EXPECT_THAT(page, HasSubstr(fmt::format("| {} | {} |", rule.number, rule.finds)));
}

/// Set UPDATE_GOLDENS=1 to rewrite what is expected; then read the difference.
TEST(LintTest, FindsEverythingInABadDesign) {
  auto const folder = root / "tests" / "golden" / "lint";
  std::string const found = printed_findings(folder / "bad_design.yaml");
  char const* const update = std::getenv("UPDATE_GOLDENS");
  if (update != nullptr && std::string(update) == "1")
    std::ofstream(folder / "bad_design.txt", std::ios::binary) << found;
  EXPECT_EQ(found, content(folder / "bad_design.txt"));
  for (RuleText const& rule : rule_texts()) EXPECT_THAT(found, HasSubstr(std::string(rule.number)));
}

/// What is meant to be bad in them says so itself.
TEST(LintTest, HasNothingToSayAboutTheScenariosThatComeAlong) {
  for (auto const& entry : std::filesystem::directory_iterator(root / "scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    EXPECT_EQ(printed_findings(entry.path()), "");
  }
}

std::string const variants = scenario_at("10/s", R"(
  web: {queue: 9, operations: {get: [work: 1ms]}}
variants:
  fine: {}
  slow: {services: {web: {operations: {get: [work: 100ms]}}}}
  silent:
    services: {web: {operations: {get: [work: 100ms]}}}
    lint: {ignore: [S101]}
)");

TEST(LintTest, NamesTheVariantsThatAFindingIsAbout) {
  EXPECT_THAT(findings_of("S101", variants), HasSubstr("[slow]\n"));
}

TEST(LintTest, IsSilentAboutWhatIsIgnored) {
  Lint lint({"S101"});
  LoadOptions options;
  options.inspect = [&](LoadedVariant const& variant, Node const& tree) {
    lint.inspect(variant, tree);
  };
  load_scenario_text(variants, "f", options);
  EXPECT_EQ(printed(lint.findings()), "");
  EXPECT_EQ(lint.count("f"), 0U);
}

TEST(LintTest, KnowsWhichRulesThereAre) {
  EXPECT_THAT(mistakes_of(variants + "lint: {ignore: [S101, S110]}\n"),
              HasSubstr("f:12:23: ignore: expected S101, S102"));
}

/// Both are deep and wide enough to take for ever where a rule follows every path.
TEST(LintTest, TakesAMomentForAnyScenario) {
  std::string services = "  web: {operations: {get: [call: s0.x, call: s0.x]}}\n";
  constexpr int depth = 2000;
  for (int i = 0; i < depth; ++i)
    services += fmt::format(
        "  s{}: {{operations: {{x: [{{call: s{}.x, timeout: 1s, retry: {{attempts: 3}}}}, "
        "{{call: s{}.x, timeout: 1s, retry: {{attempts: 3}}}}]}}}}\n",
        i, i + 1, i + 1);
  services += fmt::format("  s{}: {{operations: {{x: [work: 1ms]}}}}\n", depth);
  EXPECT_THAT(findings_of("S301", scenario_at("1/s", services)), HasSubstr("attempts for one"));
}

}  // namespace
}  // namespace sojourn
