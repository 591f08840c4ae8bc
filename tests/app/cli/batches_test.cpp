#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/app/cli/cli_fixture.h"

namespace sojourn {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class BatchesCommandTest : public CliTest {
 protected:
  json document_of(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "json"});
    EXPECT_EQ(run_small(std::move(arguments)), ExitCode::done) << err();
    return json::parse(out());
  }
};

TEST_F(BatchesCommandTest, AreOneLongRun) {
  auto const document = document_of({"--batches", "16"});
  EXPECT_EQ(document["scenario"]["batches"], 16);
  auto const& one = document["alternatives"][0];
  EXPECT_EQ(one["replications"], 16);
  EXPECT_NEAR(one["metrics"]["users.arrivals"]["mean"].get<double>(), 50.0, 3.0);
  EXPECT_NEAR(one["account"]["requests"]["users"]["arrived"].get<double>(), 16 * 1000.0, 600.0);
  EXPECT_LE(one["account"]["requests"]["users"]["in_flight"].get<double>(), 20.0);
  EXPECT_EQ(run_small({"--batches", "--set", "duration=2s"}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("32 batches of that length in one run, seed 1"));
}

TEST_F(BatchesCommandTest, AreTheSameOnAnyNumberOfThreads) {
  EXPECT_EQ(document_of({"--batches", "8", "--jobs", "1"}),
            document_of({"--batches", "8", "--jobs", "3"}));
}

TEST_F(BatchesCommandTest, RefuseWhatIsPlannedToHappenOnce) {
  auto const file = write("fault.yaml", std::string(small_scenario) +
                                            "faults:\n  out: {at: 5s, for: 1s, crash: web}\n");
  EXPECT_EQ(sojourn({"run", file, "--batches"}), ExitCode::bad_input);
  EXPECT_THAT(err(), HasSubstr("--batches: one long run goes only once through"));
  EXPECT_EQ(run_small({"--batches", "16", "--replications", "3"}), ExitCode::bad_input);
  for (char const* const few : {"7", "0", "many"}) {
    EXPECT_EQ(run_small({"--batches", few}), ExitCode::bad_input);
    EXPECT_THAT(err(), HasSubstr("--batches: expected from 8 to 100000 of them, found '"));
  }
  EXPECT_EQ(run_small({"--batches", "32", "--set", "duration=3000d"}), ExitCode::bad_input);
  EXPECT_THAT(err(), HasSubstr("longer than ten years"));
}

class VarianceCommandTest : public BatchesCommandTest {
 protected:
  double ratio_with(std::string const& option) {
    auto const document =
        document_of({option, "--replications", "100", "--set", "services.web.concurrency=1",
                     "--variant", "one", "--set", "workloads.users.arrivals=poisson(70/s)"});
    return document["alternatives"][0]["metrics"]["users.latency.mean"]["variance_ratio"];
  }
};

TEST_F(VarianceCommandTest, AntitheticPairsSayWhatTheyGain) {
  EXPECT_LT(ratio_with("--antithetic"), 0.9);
  EXPECT_EQ(run_small({"--antithetic", "--replications", "9"}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("10 replications")) << "for they are pairs";
  EXPECT_THAT(out(), HasSubstr("Variance  of antithetic pairs, against that of as many plain "
                               "replications\n  users.latency.mean of one  "));
}

TEST_F(VarianceCommandTest, ControlsSayWhatTheyGain) {
  EXPECT_LT(ratio_with("--control"), 0.9);
  auto const document = document_of({"--control", "--replications", "10"});
  EXPECT_EQ(document["alternatives"][0]["controls"],
            (json{"users/arrivals", document["alternatives"][0]["controls"][1]}));
  EXPECT_EQ(document["alternatives"][0]["fingerprint"],
            document_of({"--replications", "10"})["alternatives"][0]["fingerprint"]);
}

TEST_F(VarianceCommandTest, PlainRunsKnowNothingOfIt) {
  auto const document = document_of({});
  EXPECT_FALSE(document["scenario"].contains("antithetic"));
  EXPECT_FALSE(document["alternatives"][0].contains("controls"));
  EXPECT_FALSE(
      document["alternatives"][0]["metrics"]["users.latency.mean"].contains("variance_ratio"));
}

TEST_F(VarianceCommandTest, OneAtATime) {
  EXPECT_EQ(run_small({"--antithetic", "--control"}), ExitCode::bad_input);
  EXPECT_EQ(run_small({"--antithetic", "--precision", "2%"}), ExitCode::bad_input);
  EXPECT_EQ(run_small({"--control", "--batches", "8"}), ExitCode::bad_input);
}

}  // namespace
}  // namespace sojourn
