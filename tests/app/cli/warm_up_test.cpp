#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "app/cli/undisturbed.h"
#include "app/config/load.h"
#include "tests/app/cli/cli_fixture.h"

namespace sojourn {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr char const* busy_queue = R"(name: Queue
duration: 500s
warmup: auto
replications: 5
parameters: {rate: 90/s}
workloads:
  users: {request: server.get, arrivals: poisson($rate)}
services:
  server:
    operations:
      get:
        - work: exponential(10ms)
)";

std::string busy_queue_with(std::string const& from, std::string const& to) {
  std::string text = busy_queue;
  return text.replace(text.find(from), from.size(), to);
}

class WarmUpTest : public CliTest {
 protected:
  json document_of(std::string const& file, std::string const& jobs = "1") {
    EXPECT_EQ(sojourn({"run", file, "--format", "json", "--jobs", jobs}), ExitCode::done) << err();
    return json::parse(out());
  }
};

TEST_F(WarmUpTest, IsFoundAndToldOf) {
  auto const file = write("queue.yaml", busy_queue);
  auto const found = document_of(file);
  double const warmup = found["scenario"]["warmup"];
  EXPECT_LE(warmup, 250.0);
  EXPECT_EQ(found["scenario"]["warmup_found"]["by"], "MSER-5");
  EXPECT_EQ(found["scenario"]["warmup_found"]["pilot"]["replications"], 5);
  EXPECT_EQ(sojourn({"run", file}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr(" of warm-up (found by MSER-5)"));
}

TEST_F(WarmUpTest, FoundIsTheSameAsStated) {
  auto const found = document_of(write("queue.yaml", busy_queue), "2");
  auto const text = fmt::format("{:.9f}s", found["scenario"]["warmup"].get<double>());
  auto const stated =
      document_of(write("stated.yaml", busy_queue_with("warmup: auto", "warmup: " + text)));
  EXPECT_EQ(found["alternatives"], stated["alternatives"]);
  EXPECT_FALSE(stated["scenario"].contains("warmup_found"));
}

TEST_F(WarmUpTest, IsOneForAllVariants) {
  auto const text =
      std::string(busy_queue) + "variants:\n  calm: {parameters: {rate: 10/s}}\n  busy: {}\n";
  auto const found = document_of(write("queue.yaml", text));
  EXPECT_EQ(found["scenario"]["warmup_found"]["alternative"], "busy");
}

TEST_F(WarmUpTest, ALoadWithoutEndIsNamed) {
  auto const file = write("queue.yaml", busy_queue_with("rate: 90/s", "rate: 120/s"));
  auto const document = document_of(file);
  ASSERT_EQ(document["warnings"].size(), 2U);
  EXPECT_EQ(document["warnings"][0]["kind"], "growth");
  EXPECT_EQ(document["warnings"][0]["series"], "users.in_flight");
  EXPECT_EQ(document["warnings"][1]["series"], "server.queue");
  EXPECT_EQ(sojourn({"run", file}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("In doubt\n  ! The load grows without end: users.in_flight rises"));
}

TEST_F(WarmUpTest, AWarmUpThatIsTooShortIsNamed) {
  auto text = busy_queue_with("warmup: auto", "warmup: 0s");
  text.replace(text.find("rate: 90/s"), 10, "rate: 5/s");
  text.replace(text.find("- work: exponential(10ms)"), 25, "- wait: erlang(60s, k=20)");
  text.replace(text.find("    operations"), 14, "    concurrency: unlimited\n    operations");
  auto const file = write("queue.yaml", text);
  auto const document = document_of(file);
  ASSERT_FALSE(document["warnings"].empty());
  EXPECT_EQ(document["warnings"][0]["kind"], "short warm-up");
  EXPECT_EQ(sojourn({"run", file}), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("The warm-up of 0 s seems too short: users."));
}

TEST_F(WarmUpTest, AQueueThatIsOnlyBusyIsNotDoubted) {
  for (int seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(sojourn({"run", write("queue.yaml", busy_queue_with("warmup: auto", "warmup: 60s")),
                       "--seed", std::to_string(seed), "--jobs", "1"}),
              ExitCode::done);
    EXPECT_THAT(out(), Not(HasSubstr("In doubt"))) << "seed " << seed;
  }
}

TEST_F(WarmUpTest, AWordThatIsNoneIsRefused) {
  EXPECT_EQ(sojourn({"run", write("queue.yaml", busy_queue_with("auto", "long"))}),
            ExitCode::bad_input);
  EXPECT_THAT(err(), HasSubstr("queue.yaml:3:9: warmup: expected a duration such as 250ms or 1.5s, "
                               "or auto, found 'long'"));
}

Undisturbed undisturbed_with(std::string const& more) {
  auto const loaded = load_scenario_text(std::string(busy_queue) + more, "test");
  EXPECT_TRUE(loaded.scenario) << loaded.diagnostics;
  return undisturbed_in(loaded.scenario->variants.front().scenario);
}

TEST(UndisturbedTest, IsAllWhereNothingIsPlanned) {
  EXPECT_EQ(undisturbed_with("").from, 0.0);
  EXPECT_GT(undisturbed_with("").until, 1e300);
}

TEST(UndisturbedTest, EndsWithTheFirstFaultAndBeginsAfterTheLast) {
  auto const stretches = undisturbed_with(
      "faults:\n  a: {at: 100s, for: 20s, crash: server}\n  b: {at: 200s, for: 30s, slow: server, "
      "factor: 2}\n");
  EXPECT_EQ(stretches.until, 100.0);
  EXPECT_EQ(stretches.from, 230.0);
}

TEST(UndisturbedTest, IsNowhereAmongFaultsThatComeByThemselves) {
  auto const stretches =
      undisturbed_with("faults:\n  a: {every: exponential(100s), for: 20s, crash: server}\n");
  EXPECT_EQ(stretches.until, 0.0);
  EXPECT_GT(stretches.from, 1e300);
}

TEST(UndisturbedTest, WithoutEventsThereAreNone) {
  auto const loaded = load_scenario_text(
      std::string(busy_queue) + "faults:\n  a: {at: 100s, for: 20s, crash: server}\n", "test");
  EXPECT_GT(undisturbed_in(without_events(loaded.scenario->variants.front().scenario)).until,
            1e300);
}

}  // namespace
}  // namespace sojourn
