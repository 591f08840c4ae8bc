#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/cli_fixture.h"

namespace sojourn {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

class PrecisionCommandTest : public CliTest {
 protected:
  json document_of(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "json"});
    EXPECT_EQ(run_small(std::move(arguments)), ExitCode::done) << err();
    return json::parse(out());
  }
};

TEST_F(PrecisionCommandTest, IsReachedForTheMeanLatencyOfEveryWorkload) {
  auto const document = document_of({"--precision", "2%"});
  auto const& precision = document["precision"];
  EXPECT_EQ(precision["wanted"], 0.02);
  EXPECT_EQ(precision["end"], "reached");
  ASSERT_EQ(precision["figures"].size(), 2U) << "one workload in two variants";
  EXPECT_EQ(precision["figures"][0]["metric"], "users.latency.mean");
  EXPECT_LE(precision["figures"][0]["relative_half_width"], 0.02);
  EXPECT_GE(document["scenario"]["replications"], 10);
}

TEST_F(PrecisionCommandTest, GivesWhatAsManyReplicationsGive) {
  auto const grown = document_of({"--precision", "1%", "--of", "users.latency.p50"});
  auto const n = std::to_string(grown["scenario"]["replications"].get<int>());
  EXPECT_EQ(grown["alternatives"], document_of({"--replications", n})["alternatives"]);
}

TEST_F(PrecisionCommandTest, SaysWhatWasReachedWhereTheLimitEndedIt) {
  EXPECT_EQ(run_small({"--precision", "0.1%", "--max-replications", "12"}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("Precision  ± 0.1 % not reached with 12 replications, the most "
                               "allowed\n  users.latency.mean of one  ± "));
  EXPECT_THAT(out(), HasSubstr(" %, more than 0.1 %\n"));
}

TEST_F(PrecisionCommandTest, SaysThatNothingIsAShareOfNothing) {
  EXPECT_EQ(run_small({"--precision", "2%", "--of", "users.failures.timeout"}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("not to be had of every figure"));
  EXPECT_THAT(out(), HasSubstr("users.failures.timeout of one  was 0 in every replication"));
}

TEST_F(PrecisionCommandTest, EndsWhenTimeIsUp) {
  EXPECT_EQ(run_small({"--precision", "0.001%", "--max-time", "1ms"}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("not reached in the time allowed, with "));
}

TEST_F(PrecisionCommandTest, RefusesWhatItCannotDo) {
  struct Wrong {
    std::vector<std::string> arguments;
    std::string message;
  };
  for (auto const& [arguments, message] : std::vector<Wrong>{
           {{"--precision", "2%", "--of", "users.latenci.p99"},
            "--of: no metric is called 'users.latenci.p99'; did you mean 'users.latency.p99'?"},
           {{"--precision", "0%"}, "--precision: expected a share such as 2%"},
           {{"--precision", "100%"}, "--precision: expected a share such as 2%"},
           {{"--precision", "nan"}, "--precision: expected a share such as 2%"},
           {{"--precision", "2%", "--max-replications", "1"}, "--max-replications"},
           {{"--precision", "2%", "--max-time", "0s"}, "--max-time: expected a duration"},
           {{"--of", "users.latency.p99"}, "--of requires --precision"}}) {
    EXPECT_EQ(run_small(arguments), ExitCode::bad_input) << message;
    EXPECT_THAT(err(), HasSubstr(message));
    EXPECT_THAT(out(), IsEmpty());
  }
}

TEST_F(PrecisionCommandTest, MarksPercentilesThatAreNotKnown) {
  std::vector<std::string> const few{"--set", "workloads.users.arrivals=poisson(1/s)"};
  EXPECT_EQ(run_small(few), ExitCode::done);
  EXPECT_THAT(out(), testing::ContainsRegex("latency.p99 +[0-9.]+ ms \\?"));
  EXPECT_THAT(out(), HasSubstr("?  not known: fewer than 10 observations lie beyond"));
  auto const document = document_of(few);
  auto const& metrics = document["alternatives"][0]["metrics"];
  EXPECT_EQ(metrics["users.latency.p99"]["thin"], true);
  EXPECT_FALSE(metrics["users.latency.p50"].contains("thin"));
  EXPECT_EQ(metrics["users.latency.p99"]["observations"],
            metrics["users.latency.p50"]["observations"]);
  EXPECT_FALSE(metrics["users.latency.mean"].contains("observations"));
}

TEST_F(PrecisionCommandTest, AnObjectiveOnAPercentileThatIsNotKnownIsNotSure) {
  auto const file = write(
      "thin.yaml", small_scenario_with("users.availability >= 99%", "users.latency.p999 <= 100s"));
  EXPECT_EQ(sojourn({"run", file, "--set", "workloads.users.arrivals=poisson(1/s)"}),
            ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("met, not sure"));
  EXPECT_THAT(out(), HasSubstr("(too few observations)"));
}

}  // namespace
}  // namespace sojourn
