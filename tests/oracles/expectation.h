#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace sojourn::oracles {

/// One row of expected.yaml.
struct Expectation {
  std::string quantity;              ///< In words.
  std::string variant;               ///< Empty: the scenario has one only.
  std::vector<std::string> sets;     ///< Settings, as of `sojourn run --set`.
  std::string metric;                ///< See formula.h.
  double expected = 0.0;             ///< In SI units.
  std::optional<double> half_width;  ///< The greatest allowed, in the unit of `expected`.
  std::optional<double> tolerance;   ///< In the unit of `expected`.

  /// Percentiles are told within 1/128 of their value.
  [[nodiscard]] double resolution() const;
};

/// What one scenario must say.
struct Case {
  std::string scenario;  ///< The file's name without its ending.
  std::string source;
  std::vector<Expectation> rows;

  friend std::ostream& operator<<(std::ostream& out, Case const& oracle) {
    return out << oracle.scenario;
  }
};

/// Reads expected.yaml, in its order. Throws YAML::Exception or std::invalid_argument if it is not
/// what it should be.
std::vector<Case> read_cases(std::filesystem::path const& path);

}  // namespace sojourn::oracles
