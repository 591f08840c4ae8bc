#include <cmath>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "app/config/load.h"
#include "app/theory/theory_of.h"

/// Scenarios whose figures are known are known to theory: where it says that a figure is exact it
/// is, to the digits to which the known one is written.
namespace sojourn {
namespace {

std::filesystem::path const folder =
    std::filesystem::path(SOJOURN_SOURCE_DIR) / "tests" / "oracles";

struct Agreement {
  int exact = 0, near = 0, far = 0;
  std::set<std::string> scenarios;
};

double known_value(YAML::Node const& row) {
  auto const text = row["expected"].as<std::string>();
  return std::stod(text) * (text.ends_with('%') ? 0.01 : 1.0);
}

LoadOptions options_of(YAML::Node const& row) {
  LoadOptions options;
  if (row["set"])
    for (auto const& set : row["set"]) options.sets.push_back(set.as<std::string>());
  if (row["variant"]) options.variants.push_back(row["variant"].as<std::string>());
  return options;
}

void compare(std::string const& scenario, YAML::Node const& row, Agreement& agreement) {
  auto const loaded = load_scenario(folder / (scenario + ".yaml"), options_of(row));
  ASSERT_TRUE(loaded.scenario) << scenario;
  auto const expectation = theory_of(loaded.scenario->variants.front().scenario);
  auto const metric = row["metric"].as<std::string>();
  auto const* figure = expectation.find(metric);
  if (figure == nullptr) return;
  ++(figure->exact ? agreement.exact : agreement.near);
  agreement.scenarios.insert(scenario);
  double const known = known_value(row), off = std::abs(figure->value - known);
  if (figure->exact) {
    EXPECT_LE(off, 2e-4 * std::abs(known)) << scenario << ' ' << metric << ", " << figure->model;
  } else if (off > 0.35 * std::abs(known)) {
    ++agreement.far;
  }
}

TEST(TheoryTest, ExactFiguresAreThoseThatAreKnown) {
  Agreement agreement;
  auto const cases = YAML::LoadFile((folder / "expected.yaml").string());
  for (auto const& entry : cases) {
    auto const scenario = entry.first.as<std::string>();
    if (!std::filesystem::exists(folder / (scenario + ".yaml"))) continue;
    for (auto const& row : entry.second["rows"]) compare(scenario, row, agreement);
  }
  EXPECT_GE(agreement.exact, 100);
  EXPECT_GE(agreement.scenarios.size(), 25U);
  EXPECT_LE(agreement.far, agreement.near / 2);
  RecordProperty("exact", agreement.exact);
  RecordProperty("near", agreement.near);
  RecordProperty("far", agreement.far);
}

}  // namespace
}  // namespace sojourn
