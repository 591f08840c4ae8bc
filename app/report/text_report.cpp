#include "app/report/text_report.h"

#include <sstream>

#include "app/report/chart.h"
#include "app/report/text_sections.h"

namespace sojourn {

namespace {

/// A blank line before each section that has something to say.
template <class Section>
void print_section(TextPage const& page, Section const& section) {
  std::ostringstream text;
  section(TextPage{page.study, page.options, page.paint, text});
  if (!text.str().empty()) page.out << '\n' << text.str();
}

void print_charts_of(TextPage const& page) {
  print_charts(page.study, {page.options.width, page.options.all}, page.paint, page.out);
}

}  // namespace

void write_text(Study const& study, TextOptions const& options, std::ostream& out) {
  Painter const paint(options.colour);
  TextPage const page{study, options, paint, out};
  print_header(page);
  print_section(page, print_selection);
  print_section(page, print_precision);
  print_section(page, print_variance_reduction);
  print_section(page, print_doubts);
  print_section(page, print_figures);
  print_section(page, print_theory);
  print_section(page, print_charts_of);
  print_section(page, print_objectives);
  print_section(page, print_requests);
  print_section(page, print_messages);
  print_section(page, print_fault_messages);
  print_section(page, print_sagas);
}

}  // namespace sojourn
