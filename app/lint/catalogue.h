#pragma once

#include <string_view>
#include <vector>

namespace sojourn {

/// What users read about a rule; docs/lint.md says why it matters.
struct RuleText {
  std::string_view number;
  std::string_view finds;
  std::string_view remedy;
};

/// All rules by their numbers, which never change and are never given to another rule.
std::vector<RuleText> const& rule_texts();

}  // namespace sojourn
