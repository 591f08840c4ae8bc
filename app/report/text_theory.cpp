#include <algorithm>

#include <fmt/format.h>

#include "app/report/format_number.h"
#include "app/report/table.h"
#include "app/report/text_sections.h"
#include "app/report/text_width.h"

namespace sojourn {
namespace {

/// "exact 4.277 (M/M/1/11)"
std::string words_of(KnownValue const& known, Unit unit) {
  return fmt::format("{} {} ({}){}", known.exact ? "exact" : "near",
                     format_number(known.value, unit), known.model,
                     known.agrees ? "" : ", disagrees");
}

Paint paint_of(KnownValue const& known) {
  if (!known.agrees) return known.exact ? Paint::bad : Paint::unsure;
  return known.exact ? Paint::good : Paint::plain;
}

bool says_nothing(KnownValue const& known, Estimate const& simulated) {
  return known.value == 0.0 && simulated.mean == 0.0;
}

void add_rows(Table& table, AlternativeResult const& alternative) {
  for (KnownValue const& known : alternative.theory) {
    auto const* simulated = alternative.find(known.metric);
    if (simulated == nullptr || says_nothing(known, simulated->estimate)) continue;
    auto const text = format_estimate(simulated->estimate, simulated->metric.unit);
    table.add_row(
        without_controls(known.metric),
        {{text.value, text.half_width, words_of(known, simulated->metric.unit), paint_of(known)}});
  }
}

std::size_t disagreements(Study const& study) {
  std::size_t count = 0;
  for (auto const& alternative : study.alternatives)
    count += static_cast<std::size_t>(
        std::count_if(alternative.theory.begin(), alternative.theory.end(),
                      [](KnownValue const& known) { return known.exact && !known.agrees; }));
  return count;
}

}  // namespace

void print_theory(TextPage const& page) {
  Study const& study = page.study;
  Table table({"simulated, and by theory"});
  for (auto const& alternative : study.alternatives) {
    if (alternative.theory.empty()) continue;
    table.add_heading(
        "Theory", study.alternatives.size() > 1 ? "  " + without_controls(alternative.name) : "");
    add_rows(table, alternative);
  }
  if (table.empty()) return;
  table.print(page.out, page.options.width, page.paint);
  if (auto const count = disagreements(study))
    page.out << page.paint(Paint::bad,
                           fmt::format("{} exact {} outside the 99.9 % interval of the simulation",
                                       count, count == 1 ? "figure lies" : "figures lie"))
             << '\n';
}

}  // namespace sojourn
