#include "app/cli/run_command.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/cli_fixture.h"

namespace sojourn {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RunCommandTest : public CliTest {
 protected:
  json document_of(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "json"});
    EXPECT_LE(static_cast<int>(sojourn(std::move(arguments))), 1) << err();
    return json::parse(out());
  }
};

TEST_F(RunCommandTest, PrintsEveryVariantSideBySide) {
  EXPECT_EQ(run_small(), ExitCode::done) << err();
  EXPECT_THAT(out(), HasSubstr("Small"));
  EXPECT_THAT(out(), HasSubstr("one"));
  EXPECT_THAT(out(), HasSubstr("two"));
  EXPECT_THAT(out(), HasSubstr("users.availability >= 99%"));
  EXPECT_THAT(err(), IsEmpty());
}

TEST_F(RunCommandTest, FillsInWhatTheScenarioSays) {
  auto const document = document_of({"run", write("small.yaml", small_scenario)});
  EXPECT_EQ(document["scenario"]["name"], "Small");
  EXPECT_EQ(document["scenario"]["file"], path_of("small.yaml"));
  EXPECT_EQ(document["scenario"]["duration"], 20.0);
  EXPECT_EQ(document["scenario"]["warmup"], 2.0);
  EXPECT_EQ(document["scenario"]["replications"], 3);
  EXPECT_EQ(document["alternatives"].size(), 2U);
  EXPECT_NEAR(document["alternatives"][0]["metrics"]["users.arrivals"]["mean"].get<double>(), 50.0,
              5.0);
}

TEST_F(RunCommandTest, TakesItsOptions) {
  auto const file = write("small.yaml", small_scenario);
  auto const document =
      document_of({"run", file, "--seed", "42", "--replications", "5", "--jobs", "2", "--variant",
                   "two", "--set", "workloads.users.arrivals=poisson(100/s)"});
  EXPECT_EQ(document["scenario"]["seed"], 42);
  EXPECT_EQ(document["scenario"]["replications"], 5);
  ASSERT_EQ(document["alternatives"].size(), 1U);
  EXPECT_EQ(document["alternatives"][0]["name"], "two");
  EXPECT_GT(document["alternatives"][0]["metrics"]["users.arrivals"]["mean"].get<double>(), 80.0);
}

TEST_F(RunCommandTest, IsTheSameToTheByteOnAnyNumberOfThreads) {
  auto const file = write("small.yaml", small_scenario);
  sojourn({"run", file, "--format", "json", "--jobs", "1"});
  std::string const one = out();
  sojourn({"run", file, "--format", "json", "--jobs", "2"});
  EXPECT_EQ(out(), one);
  sojourn({"run", file, "--format", "json", "--jobs", "7"});
  EXPECT_EQ(out(), one);
}

TEST_F(RunCommandTest, ReportsAMissedObjectiveInItsExitCode) {
  auto const file = write("small.yaml", small_scenario_with(">= 99%", "< 99%"));
  EXPECT_EQ(sojourn({"run", file}), ExitCode::objective_missed);
  EXPECT_THAT(out(), HasSubstr("missed"));
}

TEST_F(RunCommandTest, RefusesAnObjectiveAboutNothingBeforeItRuns) {
  auto const file =
      write("small.yaml", small_scenario_with("users.availability", "users.availabilty"));
  EXPECT_EQ(sojourn({"run", file}), ExitCode::bad_input);
  EXPECT_THAT(err(), HasSubstr("small.yaml:16:5: "));
  EXPECT_THAT(err(), HasSubstr("users.availability"));
  EXPECT_THAT(out(), IsEmpty());
}

TEST_F(RunCommandTest, AcceptsAnObjectiveAboutAVariantThatIsLeftOut) {
  std::string text = small_scenario_with("  one: {}\n", R"(  one:
    services: {extra: {operations: {get: [{work: 1ms}]}}}
)");
  text.replace(text.find("users.availability >= 99%"), 25, "extra.queue.max <= 10");
  auto const file = write("small.yaml", text);
  EXPECT_EQ(sojourn({"run", file, "--variant", "two"}), ExitCode::done) << err();
  EXPECT_THAT(out(), HasSubstr("has no such figure"));
}

TEST_F(RunCommandTest, TellsAllMistakesOfAllFilesTogether) {
  auto const first = write("first.yaml", small_scenario_with("web.get", "web.gte"));
  auto const second = write("second.yaml", small_scenario_with("20s", "20"));
  EXPECT_EQ(sojourn({"run", first, second, path_of("third.yaml")}), ExitCode::bad_input);
  EXPECT_THAT(err(), HasSubstr("first.yaml:7:"));
  EXPECT_THAT(err(), HasSubstr("second.yaml:2:"));
  EXPECT_THAT(err(), HasSubstr("third.yaml"));
  EXPECT_THAT(out(), IsEmpty());
}

TEST_F(RunCommandTest, RefusesTwoScenariosOfOneName) {
  auto const first = write("first.yaml", small_scenario);
  auto const second = write("second.yaml", small_scenario);
  EXPECT_EQ(sojourn({"run", first, second}), ExitCode::bad_input);
  EXPECT_THAT(err(), HasSubstr("second.yaml: the scenario's name 'Small' is taken by " + first));
}

TEST_F(RunCommandTest, SeveralFilesAreOneArrayAndOneTable) {
  auto const first = write("first.yaml", small_scenario);
  auto const second = write("second.yaml", small_scenario_with("name: Small", "name: Other"));
  auto const documents = document_of({"run", first, second});
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[1]["scenario"]["name"], "Other");

  sojourn({"run", first, second, "--format", "csv"});
  EXPECT_THAT(out(), HasSubstr("\r\nOther,two,"));
  EXPECT_EQ(out().find("scenario,"), out().rfind("scenario,"));
}

TEST_F(RunCommandTest, WritesTheResultsIntoAFolderThatItMakes) {
  auto const file = write("small.yaml", small_scenario);
  EXPECT_EQ(sojourn({"run", file, "--out", path_of("deep/results"), "--quiet"}), ExitCode::done);
  EXPECT_THAT(out(), IsEmpty());
  EXPECT_THAT(read("deep/results/small.txt"), HasSubstr("Every request"));
  EXPECT_EQ(json::parse(read("deep/results/small.json"))["scenario"]["name"], "Small");
  EXPECT_THAT(read("deep/results/small.csv"), HasSubstr("Small,one,users.goodput,1/s,"));
  std::size_t files = 0;
  for (auto const& entry : std::filesystem::directory_iterator(path_of("deep/results")))
    files += entry.is_regular_file() ? 1 : 0;
  EXPECT_EQ(files, 3U) << "something was left behind";
}

TEST_F(RunCommandTest, FailsWhereItCannotWrite) {
  auto const file = write("small.yaml", small_scenario);
  EXPECT_EQ(sojourn({"run", file, "--out", file + "/below"}), ExitCode::failed);
  EXPECT_THAT(err(), HasSubstr("cannot write"));
}

TEST_F(RunCommandTest, RefusesResultsThatWouldOverwriteEachOther) {
  std::filesystem::create_directories(path_of("other"));
  auto const first = write("small.yaml", small_scenario);
  auto const second = write("other/small.yaml", small_scenario_with("name: Small", "name: Other"));
  EXPECT_EQ(sojourn({"run", first, second, "--out", path_of("results")}), ExitCode::bad_input);
  EXPECT_THAT(err(), HasSubstr("would overwrite"));
}

TEST_F(RunCommandTest, InterruptedItReportsWhatIsDone) {
  stop_ = true;
  auto const first = write("first.yaml", small_scenario);
  auto const second = write("second.yaml", small_scenario_with("name: Small", "name: Other"));
  EXPECT_EQ(sojourn({"run", first, second}), ExitCode::interrupted);
  EXPECT_THAT(out(), HasSubstr("PARTIAL"));
  EXPECT_THAT(out(), Not(HasSubstr("Other")));
}

TEST_F(RunCommandTest, FailsWhenItsOutputFails) {
  out_.setstate(std::ios::badbit);
  EXPECT_EQ(run_small(), ExitCode::failed);
  EXPECT_THAT(err(), HasSubstr("cannot write the output"));
}

}  // namespace
}  // namespace sojourn
