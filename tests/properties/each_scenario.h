#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "app/config/load.h"
#include "tests/properties/random_file.h"
#include "tests/support/same_results.h"

namespace sojourn::support {

/// The first and the last seed to try.
inline std::pair<std::uint64_t, std::uint64_t> seeds() {
  char const* const wanted = std::getenv("SOJOURN_SEEDS");
  if (wanted == nullptr) return {1, 300};
  char* end = nullptr;
  std::uint64_t const first = std::strtoull(wanted, &end, 10);
  if (*end != '-') return {1, first};
  return {first, std::strtoull(end + 1, nullptr, 10)};
}

/// The scenario of a file as the real reader reads it, or nothing: then the test has failed.
inline std::optional<Scenario> read(RandomFile const& file) {
  std::filesystem::current_path(SOJOURN_SOURCE_DIR "/tests/properties");
  LoadResult result = load_scenario_text(file.text, "random.yaml");
  if (result.scenario) return std::move(result.scenario->variants.front().scenario);
  ADD_FAILURE() << result.diagnostics;
  return std::nullopt;
}

/// Calls `check(scenario, file)` for each seed until one fails, and then tells the file, which
/// `sojourn run` replays where its CSV files are.
template <class Check>
void for_each_scenario(Check&& check) {
  auto const [first, last] = seeds();
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    RandomFile const file = random_file(seed);
    if (auto const scenario = read(file)) check(*scenario, file);
    ASSERT_FALSE(testing::Test::HasFailure()) << "# seed " << seed << "\n" << file.text;
  }
}

/// Calls `change(options)` for each call in the steps, and `change(step)` for each publish.
template <class Change>
void change_calls(Steps& steps, Change const& change) {
  auto const change_in = [&](auto& action) {
    if constexpr (requires { action.options; }) change(action.options);
    if constexpr (requires { action.confirm; }) change(action);
    if constexpr (requires { action.steps; }) change_calls(action.steps, change);
    if constexpr (requires { action.fallback; }) {
      if (action.fallback) change_calls(*action.fallback, change);
    }
    if constexpr (requires { action.miss; }) change_calls(action.miss, change);
    if constexpr (requires { action.parts; }) {
      for (auto& part : action.parts) {
        change_calls(part.steps, change);
        if (part.undo) change_calls(*part.undo, change);
      }
    }
    if constexpr (requires { action.branches; }) {
      for (auto& branch : action.branches) {
        if constexpr (requires { branch.steps; }) {
          change_calls(branch.steps, change);
        } else {
          change_calls(branch, change);
        }
      }
    }
  };
  for (Step& step : steps) std::visit(change_in, step.action);
}

}  // namespace sojourn::support
