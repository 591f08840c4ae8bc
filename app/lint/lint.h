#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "app/config/load.h"

namespace sojourn {

/// Holds the rules against scenarios, one variant after another, and remembers what they find.
class Lint {
 public:
  explicit Lint(std::vector<std::string> const& ignored)
      : ignored_(ignored.begin(), ignored.end()) {}

  /// Precondition: the variant was read from the tree without a mistake.
  void inspect(LoadedVariant const& variant, Node const& tree);

  /// All findings as warnings, each once: "S101: what; remedy", with the variants that it is about
  /// unless it is about all of its file.
  [[nodiscard]] Diagnostics findings() const;
  /// How many of them are about variants of that file.
  [[nodiscard]] std::size_t count(std::string const& file) const;

 private:
  struct Finding {
    std::string file;  ///< Of the scenario; the place may be that of a setting.
    Place place;
    std::string text;
    friend bool operator<(Finding const& left, Finding const& right) {
      return std::tie(left.file, left.place, left.text) <
             std::tie(right.file, right.place, right.text);
    }
  };

  std::set<std::string> ignored_;
  std::map<std::string, std::size_t> variants_;  // by file: how many were inspected
  std::map<Finding, std::vector<std::string>> found_in_;
};

}  // namespace sojourn
