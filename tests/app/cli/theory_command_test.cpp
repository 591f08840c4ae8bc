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

class TheoryBesideRunTest : public CliTest {
 protected:
  /// Metrics by name, all of whose exact figures agree.
  nlohmann::json agreeing(std::string const& scenario) {
    EXPECT_EQ(sojourn({"run", write("queue.yaml", scenario), "--theory", "--format", "json"}),
              ExitCode::done)
        << err();
    auto metrics = nlohmann::json::parse(out())["alternatives"][0]["metrics"];
    for (auto const& [name, metric] : metrics.items()) {
      bool const exact = metric.contains("theory") && metric["theory"]["exact"] == true;
      if (exact) {
        EXPECT_EQ(metric["theory"]["agrees"], true) << name << ' ' << metric;
      }
    }
    return metrics;
  }
};

/// Sharp enough that three per cent more or less would be seen, at 99.9 %.
TEST_F(TheoryBesideRunTest, AnExactQueueAgreesWithItsSimulationWithinThreePerCent) {
  auto const metrics = agreeing(
      "duration: 500s\nwarmup: 5s\nreplications: 20\n"
      "workloads: {users: {request: web.get, arrivals: poisson(100/s)}}\n"
      "services: {web: {operations: {get: [{work: exponential(5ms)}]}}}\n");
  for (char const* const name : {"web.wait.mean", "web.latency.mean", "web.queue.mean"}) {
    auto const& metric = metrics[name];
    EXPECT_EQ(metric["theory"]["exact"], true) << name;
    EXPECT_LT(1.9 * metric["half_width"].get<double>(), 0.03 * metric["mean"].get<double>())
        << name;
  }
}

TEST_F(TheoryBesideRunTest, AServiceThatCrashesAndSlowsDownAgreesWithItsSimulation) {
  std::string const queue =
      "duration: 200s\nwarmup: 5s\nreplications: 10\n"
      "workloads: {users: {request: web.get, arrivals: poisson(50/s)}}\n"
      "services: {web: {concurrency: 2, queue: 4, operations: {get: [{work: "
      "exponential(30ms)}]}}}\n"
      "faults: {flaps: {every: exponential(2s), for: exponential(200ms), ";
  auto const crashes = agreeing(queue + "crash: web}}\n");
  EXPECT_EQ(crashes["users.failures.error"]["theory"]["exact"], true);
  auto const slow = agreeing(queue + "slow: web, factor: 4}}\n");
  EXPECT_EQ(slow["users.failures.rejected"]["theory"]["exact"], true);
}

}  // namespace
}  // namespace sojourn
