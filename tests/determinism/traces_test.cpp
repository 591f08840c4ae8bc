/// To trace changes nothing: each scenario that comes with Sojourn runs as it does untraced.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/config/load.h"
#include "models/simulate.h"

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

/// NaN is like NaN.
bool are_same(std::vector<double> const& left, std::vector<double> const& right) {
  auto const is_same = [](double one, double other) {
    return one == other || (std::isnan(one) && std::isnan(other));
  };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), is_same);
}

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
    EXPECT_EQ(with.fingerprint, without.fingerprint) << variant.name;
    EXPECT_EQ(with.events, without.events) << variant.name;
    EXPECT_TRUE(are_same(with.values, without.values)) << variant.name;
    ASSERT_EQ(with.series.size(), without.series.size());
    for (std::size_t i = 0; i < with.series.size(); ++i)
      EXPECT_TRUE(are_same(with.series[i], without.series[i])) << variant.name;
    EXPECT_GT(traced.requests, 0U) << variant.name;
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
