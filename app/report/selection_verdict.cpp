#include "app/report/selection_verdict.h"

#include <fmt/format.h>

#include "app/report/format_number.h"
#include "app/report/text_sections.h"
#include "app/report/text_width.h"

namespace sojourn {

namespace {

using Selection = Study::Selection;

std::string share(double value) { return format_setting(value, Unit::ratio); }

std::string estimate_of(Selection::Contender const& contender, Unit unit) {
  auto const text = format_estimate(contender.estimate, unit);
  return text.half_width.empty() ? text.value : text.value + " ± " + text.half_width;
}

std::string ruled_out(Selection const& selection) {
  std::string text;
  for (auto const& contender : selection.contenders) {
    if (contender.ruled_out_after == 0) continue;
    text += fmt::format(" {} ({}) was ruled out after {} replications.", contender.alternative,
                        estimate_of(contender, selection.unit), contender.ruled_out_after);
  }
  return text;
}

std::string chosen(Selection const& selection) {
  auto const& best = selection.contenders.front();
  return fmt::format(
      "With a probability of at least {} the best by {} is {}: {}. Where another is better, then "
      "by "
      "less than {} ({}), which was said not to matter.",
      share(selection.probability), selection.metric, best.alternative,
      estimate_of(best, selection.unit), share(selection.indifference),
      format_number(selection.margin, selection.unit));
}

std::string undecided(Selection const& selection, std::string const& why) {
  std::string text =
      fmt::format("Which is the best by {} is not decided with a probability of {}: {}.",
                  selection.metric, share(selection.probability), why);
  text += " Still in question:";
  std::string_view separator = " ";
  for (auto const& contender : selection.contenders) {
    if (contender.ruled_out_after > 0) continue;
    text += fmt::format("{}{} ({})", separator, contender.alternative,
                        estimate_of(contender, selection.unit));
    separator = ", ";
  }
  return text + ".";
}

std::string verdict(Selection const& selection, Study const& study) {
  switch (selection.end) {
    case Selection::End::selected:
      return chosen(selection);
    case Selection::End::replications:
      return undecided(selection, format_count(study.replications) + " replications are allowed");
    case Selection::End::time:
      return undecided(selection, "the time allowed is over");
    case Selection::End::undefined:
      return undecided(selection,
                       "in some replication it has no finite value, or the best is 0, of which "
                       "nothing is a share");
    case Selection::End::stopped:
      break;
  }
  return undecided(selection, "the study was stopped");
}

}  // namespace

std::string verdict_of(Selection const& selection, Study const& study) {
  return verdict(selection, study) + ruled_out(selection);
}

void print_selection(TextPage const& page) {
  if (!page.study.selection) return;
  page.out << page.paint(Paint::strong, "The best") << '\n';
  std::string const text = verdict_of(*page.study.selection, page.study);
  for (auto const& line : wrapped(without_controls(text), page.options.width - 2))
    page.out << "  " << line << '\n';
}

}  // namespace sojourn
