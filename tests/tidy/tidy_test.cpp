#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tidy/rules.h"

/// The tree keeps each rule, and each rule notices a file that does not: else the first half would
/// say nothing.
namespace sojourn::tidy {
namespace {

using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Findings in_tree(Rule rule) {
  static auto const files = project_files(SOJOURN_SOURCE_DIR);
  return check(rule, files);
}

Findings in(Rule rule, std::string path, std::string_view text) {
  return rule(text_file(std::move(path), text));
}

TEST(TidyTest, SeesTheWholeTree) {
  auto const files = project_files(SOJOURN_SOURCE_DIR);
  auto const has = [&](std::string_view path) {
    return std::any_of(files.begin(), files.end(),
                       [&](TextFile const& file) { return file.path == path; });
  };
  EXPECT_TRUE(has("sim/time.h"));
  EXPECT_TRUE(has("tests/tidy/tidy_test.cpp"));
  EXPECT_TRUE(has("scenarios/checkout.yaml"));
  EXPECT_TRUE(has("README.md"));
  EXPECT_TRUE(has("dev"));
}

TEST(TidyTest, LayersIncludeOnlyWhatIsBelowThem) {
  EXPECT_THAT(in_tree(layering), IsEmpty());
  EXPECT_THAT(in(layering, "sim/a.h", "#include \"models/scenario.h\"\n"), SizeIs(1));
  EXPECT_THAT(in(layering, "sim/a.h", "#include <yaml-cpp/yaml.h>\n"), SizeIs(1));
  EXPECT_THAT(in(layering, "models/a.cpp", "#include \"analysis/study.h\"\n"), SizeIs(1));
  EXPECT_THAT(in(layering, "analysis/a.cpp", "#include \"models/scenario.h\"\n"), SizeIs(1));
  EXPECT_THAT(in(layering, "analysis/a.cpp", "#include \"app/cli/run_command.h\"\n"), SizeIs(1));
  EXPECT_THAT(in(layering, "analysis/theory/a.cpp", "#include \"sim/time.h\"\n"), SizeIs(1));
  EXPECT_THAT(in(layering, "analysis/theory/a.cpp", "#include <Eigen/Dense>\n"), IsEmpty());
  EXPECT_THAT(in(layering, "models/a.cpp", "#include <iostream>\n"), SizeIs(1));
  EXPECT_THAT(in(layering, "app/a.cpp", "#include <iostream>\n#include \"models/a.h\"\n"),
              IsEmpty());
  EXPECT_THAT(in(layering, "sim/a.cpp", "#include <vector>\n#include <boost/a/b.hpp>\n"),
              IsEmpty());
}

TEST(TidyTest, LinesEndByColumn100) {
  EXPECT_THAT(in_tree(line_length), IsEmpty());
  EXPECT_THAT(in(line_length, "sim/a.h", std::string(100, '/')), IsEmpty());
  EXPECT_THAT(in(line_length, "sim/a.h", std::string(101, '/')), SizeIs(1));
}

TEST(TidyTest, FilesHaveAtMost400Lines) {
  EXPECT_THAT(in_tree(file_length), IsEmpty());
  EXPECT_THAT(in(file_length, "sim/a.cpp", std::string(400, '\n')), IsEmpty());
  EXPECT_THAT(in(file_length, "sim/a.cpp", std::string(401, '\n')), SizeIs(1));
}

TEST(TidyTest, ChanceAndTimeAreOurOwn) {
  EXPECT_THAT(in_tree(randomness_and_clocks), IsEmpty());
  auto const rule = randomness_and_clocks;
  EXPECT_THAT(in(rule, "sim/a.cpp", "std::exponential_distribution<> d;\n"), SizeIs(1));
  EXPECT_THAT(in(rule, "sim/a.cpp", "std::random_device device;\n"), SizeIs(1));
  EXPECT_THAT(in(rule, "app/a.cpp", "int x = rand();\n"), SizeIs(1));
  EXPECT_THAT(in(rule, "models/a.cpp", "auto t = std::chrono::system_clock::now();\n"), SizeIs(1));
  EXPECT_THAT(in(rule, "app/a.cpp", "auto t = std::chrono::steady_clock::now();\n"), IsEmpty());
  EXPECT_THAT(in(rule, "sim/a.cpp", "int x = 0;  // not rand()\n"), IsEmpty());
}

TEST(TidyTest, ThreadsBelongToTheExecutor) {
  EXPECT_THAT(in_tree(threads), IsEmpty());
  EXPECT_THAT(in(threads, "models/a.cpp", "std::thread worker;\n"), SizeIs(1));
  EXPECT_THAT(in(threads, "analysis/executor.cpp", "std::thread worker;\n"), IsEmpty());
}

TEST(TidyTest, HeadersKeepToThemselves) {
  EXPECT_THAT(in_tree(headers), IsEmpty());
  EXPECT_THAT(in(headers, "sim/a.h", "int a();\n"), SizeIs(1));
  EXPECT_THAT(in(headers, "sim/a.h", "#pragma once\nusing namespace std;\n"), SizeIs(1));
}

TEST(TidyTest, ScenariosOpenWithAQuestion) {
  EXPECT_THAT(in_tree(scenario_questions), IsEmpty());
  EXPECT_THAT(in(scenario_questions, "scenarios/a.yaml", "name: why?\n"), Not(IsEmpty()));
  EXPECT_THAT(in(scenario_questions, "scenarios/a.yaml", "# A queue.\nname: why?\n"),
              Not(IsEmpty()));
}

TEST(TidyTest, NothingIsLeftForLater) {
  EXPECT_THAT(in_tree(unfinished_business), IsEmpty());
  EXPECT_THAT(in(unfinished_business, "docs/a.md",
                 "TO"
                 "DO: write this\n"),
              SizeIs(1));
}

TEST(TidyTest, NoPathsOfOneMachine) {
  EXPECT_THAT(in_tree(machine_paths), IsEmpty());
  EXPECT_THAT(in(machine_paths, "docs/a.md",
                 "see /ho"
                 "me/ann/notes\n"),
              SizeIs(1));
  EXPECT_THAT(in(machine_paths, "docs/a.md",
                 "see docs/ho"
                 "me/notes\n"),
              IsEmpty());
}

TEST(TidyTest, DecisionsSayWhatTheyRejected) {
  EXPECT_THAT(in_tree(decision_headings), IsEmpty());
  auto const rule = decision_headings;
  EXPECT_THAT(in(rule, "docs/decisions/a.md", "# A\n## Context\n## Decision\n## Consequences\n"),
              SizeIs(1));
  EXPECT_THAT(in(rule, "docs/decisions/a.md",
                 "## Context\n## Decision\n## Consequences\n## Rejected alternatives\n"),
              IsEmpty());
}

}  // namespace
}  // namespace sojourn::tidy
