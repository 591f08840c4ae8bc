#include <cmath>

#include <fmt/format.h>

#include "app/report/format_number.h"
#include "app/report/names.h"
#include "app/report/text_sections.h"
#include "app/report/text_width.h"

namespace sojourn {

namespace {

using Precision = Study::Precision;

std::string how_it_ended(Study const& study) {
  std::string const replications = format_count(study.replications) + " replications";
  switch (study.precision->end) {
    case Precision::End::reached:
      return "reached with " + replications;
    case Precision::End::replications:
      return "not reached with " + replications + ", the most allowed";
    case Precision::End::time:
      return "not reached in the time allowed, with " + replications;
    case Precision::End::undefined:
      return "not to be had of every figure, with " + replications;
    case Precision::End::stopped:
      break;
  }
  return "not reached: the study was stopped";
}

std::string words_of(Precision::Figure const& figure, double wanted) {
  switch (figure.state) {
    case Precision::Figure::State::always_zero:
      return "was 0 in every replication: no interval is a share of nothing";
    case Precision::Figure::State::without_value:
      return "has no finite mean: there was nothing to measure, or it was without bound";
    case Precision::Figure::State::reached:
    case Precision::Figure::State::wide:
      break;
  }
  if (!std::isfinite(figure.relative_half_width)) return "is not different from 0";
  auto const shown = [](double share) { return format_setting(share, Unit::ratio); };
  std::string const text = "± " + shown(figure.relative_half_width);
  return figure.relative_half_width > wanted ? text + ", more than " + shown(wanted) : text;
}

}  // namespace

void print_precision(TextPage const& page) {
  Study const& study = page.study;
  if (!study.precision) return;
  page.out << page.paint(Paint::strong, "Precision") << "  ± "
           << format_setting(study.precision->wanted, Unit::ratio) << ' ' << how_it_ended(study)
           << '\n';
  for (auto const& figure : study.precision->figures) {
    std::string name = figure.metric;
    if (study.alternatives.size() > 1) name += " of " + figure.alternative;
    bool const reached = figure.state == Precision::Figure::State::reached;
    page.out << "  " << without_controls(name) << "  "
             << page.paint(reached ? Paint::plain : Paint::unsure,
                           words_of(figure, study.precision->wanted))
             << '\n';
  }
}

}  // namespace sojourn
