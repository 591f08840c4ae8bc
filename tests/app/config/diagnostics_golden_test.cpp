#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/config/load.h"

namespace sojourn {
namespace {

std::filesystem::path const folder =
    std::filesystem::path(SOJOURN_SOURCE_DIR) / "tests" / "golden" / "diagnostics";

std::string content(std::filesystem::path const& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Lines such as `#! --set seed=3` say with which options the file is loaded.
LoadOptions options_in(std::filesystem::path const& path) {
  LoadOptions options;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("#! --set ", 0) == 0) options.sets.push_back(line.substr(9));
    if (line.rfind("#! --variant ", 0) == 0) options.variants.push_back(line.substr(13));
  }
  return options;
}

/// What loading the file prints, with file names as they are in the folder.
std::string diagnostics_of(std::filesystem::path const& path) {
  std::ostringstream printed;
  printed << load_scenario(path, options_in(path)).diagnostics;
  std::string text = printed.str();
  std::string const prefix = folder.string() + "/";
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
    text.erase(at, prefix.size());
  return text;
}

std::vector<std::string> faulty_scenarios() {
  std::vector<std::string> names;
  for (auto const& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

class DiagnosticsGoldenTest : public testing::TestWithParam<std::string> {};

/// Set UPDATE_GOLDENS=1 to rewrite what is expected; then read the difference.
TEST_P(DiagnosticsGoldenTest, PrintsWhatIsExpected) {
  auto const path = folder / (GetParam() + ".yaml");
  auto const expected = folder / (GetParam() + ".txt");
  std::string const printed = diagnostics_of(path);
  EXPECT_FALSE(printed.empty()) << "a faulty scenario has no diagnostic";
  char const* const update = std::getenv("UPDATE_GOLDENS");
  if (update != nullptr && std::string(update) == "1")
    std::ofstream(expected, std::ios::binary) << printed;
  EXPECT_EQ(printed, content(expected));
}

INSTANTIATE_TEST_SUITE_P(FaultyScenarios, DiagnosticsGoldenTest,
                         testing::ValuesIn(faulty_scenarios()),
                         [](auto const& scenario) { return scenario.param; });

}  // namespace
}  // namespace sojourn
