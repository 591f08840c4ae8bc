/// To trace changes nothing: each scenario that comes with Sojourn runs as it does untraced.
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/config/load.h"
#include "models/simulate.h"
#include "tests/support/same_results.h"

namespace sojourn {
namespace {

std::vector<std::string> shipped() {
  std::vector<std::string> names;
  for (auto const& entry : std::filesystem::directory_iterator(SOJOURN_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  return names;
}

class TracesChangeNothingTest : public testing::TestWithParam<std::string> {};

TEST_P(TracesChangeNothingTest, ToTheLastBit) {
  auto const loaded = load_scenario(SOJOURN_SOURCE_DIR "/scenarios/" + GetParam() + ".yaml");
  ASSERT_TRUE(loaded.scenario) << loaded.diagnostics;
  for (LoadedVariant const& variant : loaded.scenario->variants) {
    auto const program = compile(variant.scenario);
    Streams const streams(variant.scenario.seed, 0);
    Watch watch;
    TracedRun traced;
    RunResult const without = simulate(*program, streams, watch);
    RunResult const with = simulate_traced(*program, streams, watch, {.share = 0.02}, traced);
    SCOPED_TRACE(variant.name);
    support::expect_same(with, without);
    EXPECT_GT(traced.requests, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, TracesChangeNothingTest, testing::ValuesIn(shipped()),
                         [](auto const& scenario) {
                           std::string name = scenario.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace sojourn
