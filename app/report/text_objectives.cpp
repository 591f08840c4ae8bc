#include <algorithm>
#include <cmath>

#include "app/report/format_number.h"
#include "app/report/text_sections.h"
#include "app/report/text_width.h"

namespace sojourn {

namespace {

struct Mark {
  std::string_view text;
  Paint paint;
};

Mark mark_of(Verdict const& verdict) {
  if (!verdict.applies) return {"·  none", Paint::faint};
  bool const open = !verdict.sure && verdict.value.replications > 1;
  if (verdict.met)
    return open ? Mark{"✓? met, not sure", Paint::unsure} : Mark{"✓  met", Paint::good};
  return open ? Mark{"✗? missed, not sure", Paint::unsure} : Mark{"✗  missed", Paint::bad};
}

std::string value_of(Verdict const& verdict) {
  if (!verdict.applies) return "has no such figure";
  if (std::isnan(verdict.value.mean)) return "no data";
  auto const text = format_estimate(verdict.value, verdict.unit);
  if (verdict.value.is_thin) return text.value + " ? (too few observations)";
  return text.half_width.empty() ? text.value : text.value + " ± " + text.half_width;
}

struct Line {
  std::string alternative;
  std::string goal;
  Mark mark;
  std::string value;
};

std::vector<Line> lines_of(Study const& study) {
  std::vector<Line> lines;
  for (auto const& alternative : study.alternatives) {
    for (Verdict const& verdict : alternative.objectives)
      lines.push_back({without_controls(alternative.name), without_controls(verdict.goal.text),
                       mark_of(verdict), value_of(verdict)});
  }
  return lines;
}

template <class Part>
std::size_t width_of(std::vector<Line> const& lines, Part const& part) {
  std::size_t width = 0;
  for (Line const& line : lines) width = std::max(width, display_width(part(line)));
  return width;
}

}  // namespace

void print_objectives(TextPage const& page) {
  auto const lines = lines_of(page.study);
  if (lines.empty()) return;
  bool const several = page.study.alternatives.size() > 1;
  auto const alternative = width_of(lines, [](Line const& line) { return line.alternative; });
  auto const goal = width_of(lines, [](Line const& line) { return line.goal; });
  auto const mark = width_of(lines, [](Line const& line) { return line.mark.text; });

  page.out << page.paint(Paint::strong, "Objectives") << '\n';
  for (Line const& line : lines) {
    std::string const blanks(mark - display_width(line.mark.text), ' ');
    page.out << "  ";
    if (several) page.out << pad_right(line.alternative, alternative) << "  ";
    page.out << pad_right(line.goal, goal) << "  " << page.paint(line.mark.paint, line.mark.text)
             << blanks << "  " << line.value << '\n';
  }
}

}  // namespace sojourn
