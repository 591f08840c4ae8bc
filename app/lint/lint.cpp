#include "app/lint/lint.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/lint/catalogue.h"
#include "app/lint/rules.h"

namespace sojourn {
namespace {

std::string_view remedy_of(std::string_view rule) {
  for (RuleText const& text : rule_texts())
    if (text.number == rule) return text.remedy;
  return {};
}

}  // namespace

void Lint::inspect(LoadedVariant const& variant, Node const& tree) {
  std::string const file = tree.place().file;
  ++variants_[file];
  Design const design(variant.scenario, tree);
  Findings findings;
  auto const& own = variant.ignored_rules;
  for (Rule const& rule : rules()) {
    std::string const number(rule.number);
    if (ignored_.count(number) > 0 || std::count(own.begin(), own.end(), number) > 0) continue;
    findings.begin(rule.number);
    rule.find(design, findings);
  }
  for (Findings::Finding const& found : findings.all()) {
    auto const text = fmt::format("{}: {}; {}", found.rule, found.text, remedy_of(found.rule));
    auto& variants = found_in_[{file, found.place, text}];
    if (variants.empty() || variants.back() != variant.name) variants.push_back(variant.name);
  }
}

Diagnostics Lint::findings() const {
  Diagnostics result;
  for (auto const& [finding, variants] : found_in_) {
    std::string text = finding.text;
    if (variants.size() < variants_.at(finding.file))
      text += fmt::format(" [{}]", fmt::join(variants, ", "));
    result.warning(finding.place, std::move(text));
  }
  return result;
}

std::size_t Lint::count(std::string const& file) const {
  return static_cast<std::size_t>(
      std::count_if(found_in_.begin(), found_in_.end(),
                    [&](auto const& entry) { return entry.first.file == file; }));
}

}  // namespace sojourn
