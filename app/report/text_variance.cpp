#include <fmt/format.h>

#include "app/report/format_number.h"
#include "app/report/text_sections.h"
#include "app/report/text_width.h"

namespace sojourn {

namespace {

/// The variance that is left of the mean latency of every workload.
std::vector<std::string> lines_of(Study const& study) {
  std::vector<std::string> lines;
  for (auto const& alternative : study.alternatives) {
    for (auto const& account : alternative.accounts) {
      if (account.definition.of != AccountDefinition::Of::requests) continue;
      auto const* found = alternative.find(account.definition.owner + ".latency.mean");
      if (found == nullptr || !found->estimate.variance_ratio) continue;
      std::string name = found->metric.name;
      if (study.alternatives.size() > 1) name += " of " + alternative.name;
      lines.push_back(fmt::format("{}  {}", without_controls(name),
                                  format_number(*found->estimate.variance_ratio, Unit::ratio)));
    }
  }
  return lines;
}

}  // namespace

void print_variance_reduction(TextPage const& page) {
  auto const lines = lines_of(page.study);
  if (lines.empty()) return;
  page.out << page.paint(Paint::strong, "Variance")
           << (page.study.antithetic ? "  of antithetic pairs" : "  with controls")
           << ", against that of as many plain replications\n";
  for (std::string const& line : lines) page.out << "  " << line << '\n';
}

}  // namespace sojourn
