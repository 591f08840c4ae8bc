#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/oracles/finding.h"

namespace sojourn::oracles {

/// The table of docs/validation.md, filled in as the cases run.
class ValidationPage {
 public:
  void add(Case const& oracle, std::vector<Finding> findings) {
    results_.emplace_back(oracle, std::move(findings));
  }

  /// The table in Markdown: case, quantity, exact, simulated, deviation, source.
  [[nodiscard]] std::string table() const;

  /// What the page says beside the table of how intervals cover.
  void set_coverage(std::string text) { coverage_ = std::move(text); }

  /// How many figures there are, and how far off they are on the whole.
  [[nodiscard]] std::string summary() const;

  /// Puts both between the two marks of the page. Throws std::invalid_argument if it has none.
  void write(std::filesystem::path const& page) const;

 private:
  std::vector<std::pair<Case, std::vector<Finding>>> results_;
  std::string coverage_;
};

}  // namespace sojourn::oracles
