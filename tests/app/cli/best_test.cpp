#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/cli_fixture.h"

namespace sojourn {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

class BestCommandTest : public CliTest {
 protected:
  BestCommandTest() {
    text_ = small_scenario_with("work: exponential(10ms)", "work: exponential($pace)");
    text_.replace(text_.find("variants:"), std::string::npos,
                  "parameters: {pace: 10ms}\n"
                  "variants:\n  slow: {parameters: {pace: 20ms}}\n  fast: {}\n"
                  "  faster: {parameters: {pace: 8ms}}\n");
  }

  ExitCode run_three(std::vector<std::string> arguments) {
    std::vector<std::string> all{"run", write("three.yaml", text_)};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return sojourn(std::move(all));
  }

  std::string text_;
};

TEST_F(BestCommandTest, SaysWhichItIsInASentenceWithNumbers) {
  EXPECT_EQ(run_three({"--best", "users.latency.mean"}), ExitCode::done) << err();
  EXPECT_THAT(out(), HasSubstr("With a probability of at least 95 % the best by users.latency.mean "
                               "is faster: 8."));
  EXPECT_THAT(out(), HasSubstr("ruled out after 10 replications"));
}

TEST_F(BestCommandTest, TellsProgramsToo) {
  EXPECT_EQ(run_three({"--best", "users.latency.mean", "--probability", "99%", "--indifference",
                       "10%", "--format", "json"}),
            ExitCode::done);
  auto const selection = json::parse(out())["selection"];
  EXPECT_EQ(selection["best"], "faster");
  EXPECT_EQ(selection["probability"], 0.99);
  EXPECT_EQ(selection["indifference"], 0.1);
  EXPECT_EQ(selection["end"], "selected");
  EXPECT_TRUE(selection["contenders"][0]["ruled_out_after"].is_null());
}

TEST_F(BestCommandTest, ComparesEveryPair) {
  EXPECT_EQ(run_three({"--format", "json"}), ExitCode::done);
  auto const comparisons = json::parse(out())["comparisons"];
  int between_the_others = 0;
  for (auto const& comparison : comparisons)
    if (comparison["from"] == "fast" && comparison["to"] == "faster") ++between_the_others;
  EXPECT_GT(between_the_others, 10);
  EXPECT_NEAR(comparisons[0]["confidence"].get<double>(), 1.0 - 0.05 / 3.0, 1e-12);
  EXPECT_EQ(run_three({}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("Against slow, each ± at 98.3 % confidence"));
}

TEST_F(BestCommandTest, RefusesWhatItCannotChooseBy) {
  struct Wrong {
    std::vector<std::string> arguments;
    std::string message;
  };
  for (auto const& [arguments, message] : std::vector<Wrong>{
           {{"--best", "users.latenci.p99"}, "did you mean 'users.latency.p99'?"},
           {{"--best", "users.arrivals"},
            "--best: neither a high nor a low users.arrivals is the better one"},
           {{"--best", "users.latency.p99", "--variant", "fast"},
            "--best: the best is chosen from at least two variants, and there is one"},
           {{"--best", "users.latency.p99", "--probability", "30%"}, "is reached by guessing"},
           {{"--best", "users.latency.p99", "--indifference", "0%"}, "--indifference: expected"},
           {{"--best", "users.latency.p99", "--precision", "2%"}, "--precision"},
           {{"--probability", "99%"}, "--probability requires --best"},
           {{"--max-time", "5s"}, "end a --precision or a --best"}}) {
    EXPECT_EQ(run_three(arguments), ExitCode::bad_input) << message;
    EXPECT_THAT(err(), HasSubstr(message));
    EXPECT_THAT(out(), IsEmpty());
  }
}

}  // namespace
}  // namespace sojourn
