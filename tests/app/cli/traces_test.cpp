#include <filesystem>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "app/config/load.h"
#include "models/simulate.h"
#include "tests/app/cli/cli_fixture.h"

namespace sojourn {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class TracesCommandTest : public CliTest {
 protected:
  [[nodiscard]] json document() const { return json::parse(read("traces.json")); }

  [[nodiscard]] std::string file() const { return path_of("traces.json"); }
};

std::size_t requests_in(json const& document) {
  std::size_t requests = 0;
  for (json const& resource : document["resourceSpans"])
    for (json const& span : resource["scopeSpans"][0]["spans"])
      requests += span.contains("parentSpanId") ? 0 : 1;
  return requests;
}

std::vector<std::string> resources_of(json const& document) {
  std::vector<std::string> resources;
  for (json const& resource : document["resourceSpans"]) {
    std::string text;
    for (json const& attribute : resource["resource"]["attributes"])
      text += attribute["value"]["stringValue"].get<std::string>() + " ";
    resources.push_back(text);
  }
  return resources;
}

TEST_F(TracesCommandTest, AreWrittenForEachVariant) {
  EXPECT_EQ(run_small({"--traces", file(), "--sample", "100%"}), ExitCode::done) << err();
  EXPECT_THAT(resources_of(document()), ElementsAre("users Small one ", "web Small one ",
                                                    "users Small two ", "web Small two "));
  EXPECT_NEAR(static_cast<double>(requests_in(document())), 2000.0, 200.0);
  EXPECT_THAT(
      out(), HasSubstr("\nTraces  " + std::to_string(requests_in(document())) + " requests with "));
  EXPECT_THAT(out(), HasSubstr(" spans in " + file() + "\n"));
  EXPECT_THAT(err(), IsEmpty());
}

TEST_F(TracesCommandTest, AreWrittenThroughALink) {
  std::filesystem::create_symlink(path_of("elsewhere.json"), file());
  EXPECT_EQ(run_small({"--traces", file()}), ExitCode::done) << err();
  EXPECT_TRUE(std::filesystem::is_symlink(file()));
  EXPECT_GT(requests_in(json::parse(read("elsewhere.json"))), 5U);
}

TEST_F(TracesCommandTest, AFullDeviceIsToldAndLeftAsItIs) {
  std::filesystem::create_symlink("/dev/full", file());
  EXPECT_EQ(run_small({"--traces", file()}), ExitCode::failed);
  EXPECT_THAT(err(), HasSubstr("No space left on device"));
  EXPECT_TRUE(std::filesystem::is_symlink(file()));
}

TEST_F(TracesCommandTest, TakeOneInAHundredUnlessToldOtherwise) {
  EXPECT_EQ(run_small({"--traces", file()}), ExitCode::done);
  EXPECT_GT(requests_in(document()), 5U);
  EXPECT_LT(requests_in(document()), 50U);
}

TEST_F(TracesCommandTest, AreTheSameOnAnyNumberOfThreads) {
  run_small({"--traces", file(), "--sample", "20%", "--jobs", "1"});
  std::string const one = read("traces.json");
  run_small({"--traces", file(), "--sample", "20%", "--jobs", "2"});
  EXPECT_EQ(read("traces.json"), one);
  run_small({"--traces", file(), "--sample", "20%", "--seed", "2"});
  EXPECT_NE(read("traces.json"), one);
}

TEST_F(TracesCommandTest, AreThoseOfTheFirstRun) {
  run_small({"--traces", file(), "--replications", "1"});
  std::string const one = read("traces.json");
  run_small({"--traces", file(), "--replications", "4", "--jobs", "1"});
  EXPECT_EQ(read("traces.json"), one);
  run_small({"--traces", file(), "--precision", "90%", "--jobs", "1"});
  EXPECT_EQ(read("traces.json"), one);
}

TEST_F(TracesCommandTest, AreNotThoseOfTheMirroredRun) {
  auto const loaded = load_scenario_text(small_scenario, "small.yaml");
  auto const requests_with = [&](Draws draws) {
    TracedRun traced;
    Watch watch;
    Scenario const& scenario = loaded.scenario->variants.front().scenario;
    simulate_traced(*compile(scenario), Streams(scenario.seed, 0, draws), watch, {.share = 1.0},
                    traced);
    return traced.requests;
  };
  run_small({"--traces", file(), "--sample", "100%", "--antithetic", "--variant", "one"});
  EXPECT_EQ(requests_in(document()), requests_with(Draws::inverted));
  EXPECT_NE(requests_in(document()), requests_with(Draws::mirrored));
}

TEST_F(TracesCommandTest, ChangeNoFigure) {
  for (std::vector<std::string> const& arguments :
       {std::vector<std::string>{"--format", "json"},
        {"--format", "json", "--antithetic"},
        {"--format", "json", "--precision", "5%"},
        {"--format", "json", "--best", "users.latency.mean"}}) {
    run_small(arguments);
    std::string const untraced = out();
    auto with_traces = arguments;
    with_traces.insert(with_traces.end(), {"--traces", file(), "--sample", "100%"});
    run_small(with_traces);
    EXPECT_EQ(out(), untraced) << arguments.back();
    EXPECT_GT(requests_in(document()), 1500U) << arguments.back();
    EXPECT_LT(requests_in(document()), 2500U) << "of one run only: " << arguments.back();
  }
}

TEST_F(TracesCommandTest, OfSeveralFilesAreInOne) {
  auto const first = write("first.yaml", small_scenario);
  auto const second = write("second.yaml", small_scenario_with("name: Small", "name: Other"));
  EXPECT_EQ(sojourn({"run", first, second, "--variant", "one", "--traces", file()}),
            ExitCode::done);
  EXPECT_THAT(resources_of(document()), ElementsAre("users Small one ", "web Small one ",
                                                    "users Other one ", "web Other one "));
}

TEST_F(TracesCommandTest, SayNothingWhereNothingIsToBeSaid) {
  EXPECT_EQ(run_small({"--traces", file(), "--quiet"}), ExitCode::done);
  EXPECT_THAT(out(), Not(HasSubstr("\nTraces  ")));
  EXPECT_EQ(run_small({"--traces", file(), "--format", "csv"}), ExitCode::done);
  EXPECT_THAT(out(), Not(HasSubstr("\nTraces  ")));
}

TEST_F(TracesCommandTest, SayWhenThereAreMoreThanCanBeTraced) {
  EXPECT_EQ(run_small({"--traces", file(), "--sample", "100%", "--variant", "one", "--set",
                       "duration=300s", "--replications", "1"}),
            ExitCode::done);
  EXPECT_EQ(requests_in(document()), 10'000U);
  EXPECT_THAT(err(), HasSubstr("sojourn: Small: one: 10000 requests are traced, and no later ones; "
                               "ask for a smaller --sample\n"));
}

TEST_F(TracesCommandTest, AreWrittenWhenInterrupted) {
  stop_ = true;
  EXPECT_EQ(run_small({"--traces", file()}), ExitCode::interrupted);
  EXPECT_TRUE(document()["resourceSpans"].is_array());
}

TEST_F(TracesCommandTest, FailWhereTheyCannotBeWritten) {
  EXPECT_EQ(run_small({"--traces", path_of("nowhere/traces.json")}), ExitCode::failed);
  EXPECT_THAT(err(), HasSubstr("sojourn: cannot write " + path_of("nowhere/traces.json") + ": "));
  EXPECT_THAT(out(), HasSubstr("Small"));
  EXPECT_THAT(out(), Not(HasSubstr("\nTraces  ")));
}

TEST_F(TracesCommandTest, RefuseWhatTheyCannotDo) {
  struct Wrong {
    std::vector<std::string> arguments;
    std::string message;
  };
  std::string const share = "--sample: expected a share such as 2%, above 0 and at most 100%, ";
  for (auto const& [arguments, message] :
       std::vector<Wrong>{{{"--traces", file(), "--sample", "0%"}, share + "found '0%'"},
                          {{"--traces", file(), "--sample", "101%"}, share + "found '101%'"},
                          {{"--traces", file(), "--sample", "many"}, share + "found 'many'"},
                          {{"--sample", "2%"}, "--sample requires --traces"},
                          {{"--traces", file(), "--batches", "16"}, "excludes"},
                          {{"--traces", file(), "--control"}, "excludes"}}) {
    EXPECT_EQ(run_small(arguments), ExitCode::bad_input) << message;
    EXPECT_THAT(err(), HasSubstr(message));
    EXPECT_THAT(out(), IsEmpty());
  }
}

TEST_F(TracesCommandTest, AreInTheHelp) {
  EXPECT_EQ(sojourn({"run", "--help"}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("--traces FILE"));
  EXPECT_THAT(out(), HasSubstr("--sample SHARE"));
}

}  // namespace
}  // namespace sojourn
