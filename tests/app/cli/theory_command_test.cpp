#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/cli_fixture.h"

namespace sojourn {
namespace {

using testing::HasSubstr;

class TheoryCommandTest : public CliTest {};

TEST_F(TheoryCommandTest, TellsWhatIsKnownOfEachVariant) {
  auto const file = write("small.yaml", small_scenario);
  EXPECT_EQ(sojourn({"theory", file}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("web: M/M/4, exact"));
  EXPECT_THAT(out(), HasSubstr("Bottleneck: slots of web, full at 8 x this load"));
}

TEST_F(TheoryCommandTest, PrintsJsonInSiUnits) {
  auto const file = write("small.yaml", small_scenario);
  ASSERT_EQ(sojourn({"theory", file, "--variant", "one", "--format", "json"}), ExitCode::done);
  auto const document = nlohmann::json::parse(out());
  auto const& variant = document["alternatives"][0];
  EXPECT_EQ(variant["name"], "one");
  EXPECT_NEAR(variant["metrics"]["web.utilisation"]["value"].get<double>(), 0.125, 1e-9);
  EXPECT_NEAR(variant["resources"][0]["saturation"].get<double>(), 8.0, 1e-9);
}

TEST_F(TheoryCommandTest, AMistakeInTheFileIsBadInput) {
  EXPECT_EQ(sojourn({"theory", write("bad.yaml", "duration: yes\n")}), ExitCode::bad_input);
}

TEST_F(TheoryCommandTest, RunPutsTheoryBesideTheSimulation) {
  auto const file = write("small.yaml", small_scenario);
  ASSERT_EQ(sojourn({"run", file, "--variant", "one", "--theory", "--format", "json"}),
            ExitCode::done);
  auto const document = nlohmann::json::parse(out());
  auto const& theory = document["alternatives"][0]["metrics"]["web.utilisation"]["theory"];
  EXPECT_NEAR(theory["value"].get<double>(), 0.125, 1e-9);
  EXPECT_EQ(theory["exact"], true);
}

}  // namespace
}  // namespace sojourn
