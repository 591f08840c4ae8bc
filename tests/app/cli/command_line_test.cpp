#include "app/cli/command_line.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/cli_fixture.h"

namespace sojourn {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class CommandLineTest : public CliTest {};
class CheckCommandTest : public CliTest {};
class SchemaCommandTest : public CliTest {};
class DemoCommandTest : public CliTest {};

TEST_F(CommandLineTest, TellsItsVersion) {
  EXPECT_EQ(sojourn({"--version"}), ExitCode::done);
  EXPECT_THAT(out(), StartsWith("sojourn 0."));
}

TEST_F(CommandLineTest, HelpsWithExamples) {
  EXPECT_EQ(sojourn({"--help"}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("sojourn demo"));
  EXPECT_THAT(out(), HasSubstr("Exit codes"));
  EXPECT_EQ(sojourn({"run", "--help"}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("--replications"));
}

TEST_F(CommandLineTest, RefusesWhatItDoesNotKnow) {
  for (std::vector<std::string> const& arguments : {std::vector<std::string>{},
                                                    {"rnu"},
                                                    {"run"},
                                                    {"run", "x.yaml", "--frobnicate"},
                                                    {"run", "x.yaml", "--seed", "-1"},
                                                    {"run", "x.yaml", "--replications", "0"},
                                                    {"run", "x.yaml", "--jobs", "none"},
                                                    {"run", "x.yaml", "--format", "xml"},
                                                    {"check"},
                                                    {"schema", "extra"}}) {
    EXPECT_EQ(sojourn(arguments), ExitCode::bad_input);
    EXPECT_THAT(err(), Not(IsEmpty()));
    EXPECT_THAT(out(), IsEmpty());
  }
}

TEST_F(CommandLineTest, SuggestsTheCommandThatWasMeant) {
  sojourn({"rnu"});
  EXPECT_THAT(err(), HasSubstr("did you mean 'run'?"));
}

TEST_F(CommandLineTest, AnOptionTakesOneValueAndLeavesTheFilesAlone) {
  auto const file = write("small.yaml", small_scenario);
  EXPECT_EQ(sojourn({"run", "--variant", "one", "--set", "duration=5s", file}), ExitCode::done)
      << err();
}

TEST_F(CheckCommandTest, SaysOkWithoutARun) {
  auto const file = write("small.yaml", small_scenario);
  EXPECT_EQ(sojourn({"check", file}), ExitCode::done) << err();
  EXPECT_EQ(out(), file + ": ok (one, two), 1 finding\n");
  EXPECT_THAT(err(), HasSubstr("small.yaml:10:3: warning: S104: the queue of web has no bound"));
}

TEST_F(CheckCommandTest, IsStrictOnDemand) {
  auto const file = write("small.yaml", small_scenario);
  EXPECT_EQ(sojourn({"check", "--strict", file}), ExitCode::objective_missed);
  EXPECT_EQ(sojourn({"check", "--strict", "--ignore", "S104", file}), ExitCode::done);
  EXPECT_EQ(out(), file + ": ok (one, two)\n");
  EXPECT_THAT(err(), IsEmpty());
  EXPECT_EQ(sojourn({"check", "--ignore", "S1", file}), ExitCode::bad_input);
}

TEST_F(CheckCommandTest, ListsTheRules) {
  EXPECT_EQ(sojourn({"check", "--rules"}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("S303  a backoff without jitter\n      set jitter: full\n"));
}

TEST_F(CheckCommandTest, FailsOnAnError) {
  auto const file = write("small.yaml", small_scenario_with("duration", "duratoin"));
  EXPECT_EQ(sojourn({"check", file}), ExitCode::bad_input);
  EXPECT_THAT(err(), HasSubstr("small.yaml:2:1: "));
  EXPECT_THAT(out(), IsEmpty());
}

TEST_F(CheckCommandTest, FindsObjectivesAboutNothing) {
  auto const file = write("small.yaml", small_scenario_with("users.avail", "user.avail"));
  EXPECT_EQ(sojourn({"check", file}), ExitCode::bad_input);
}

TEST_F(SchemaCommandTest, PrintsJson) {
  EXPECT_EQ(sojourn({"schema"}), ExitCode::done);
  EXPECT_TRUE(nlohmann::json::parse(out()).contains("$schema"));
}

TEST_F(DemoCommandTest, RunsWithoutAnyFile) {
  auto const code = sojourn({"demo", "--replications", "2", "--set", "duration=6min"});
  EXPECT_TRUE(code == ExitCode::done || code == ExitCode::objective_missed) << err();
  EXPECT_THAT(out(), HasSubstr("bank-outage"));
}

}  // namespace
}  // namespace sojourn
