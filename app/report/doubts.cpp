#include "app/report/doubts.h"

#include <fmt/format.h>

#include "app/report/format_number.h"
#include "app/report/text_sections.h"
#include "app/report/text_width.h"
#include "sim/ensure.h"

namespace sojourn {

namespace {

/// "web.queue", or where there are several alternatives "web.queue of sync".
std::string series_of(Warning const& warning, Study const& study) {
  return study.alternatives.size() > 1 ? warning.series + " of " + warning.alternative
                                       : warning.series;
}

std::string short_warm_up(Warning const& warning, Study const& study) {
  return fmt::format(
      "The warm-up of {} seems too short: {} is not yet as it is later for the first {} of what is "
      "measured. A longer one{} keeps that out of the figures.",
      format_setting(study.warmup, Unit::second), series_of(warning, study),
      format_number(warning.seconds, Unit::second),
      study.warm_up_choice ? "" : ", or `warmup: auto`,");
}

std::string growth(Warning const& warning, Study const& study) {
  return fmt::format(
      "The load grows without end: {} rises from {} to {} and shows no sign of stopping. More "
      "comes than can leave, and the figures say how long the run was rather than what the system "
      "does.",
      series_of(warning, study), format_number(warning.from, warning.unit),
      format_number(warning.to, warning.unit));
}

std::string dependent_batches(Warning const& warning, Study const& study) {
  return fmt::format(
      "Batches depend on each other, and intervals are too narrow: those of {}{}, even with "
      "neighbours merged. Let there be more batches, or make them longer.",
      series_of(warning, study),
      warning.count > 1 ? fmt::format(" and of {} more figures", warning.count - 1) : "");
}

std::string unsettled(WarmUpChoice const& choice) {
  return fmt::format(
      "No warm-up was found that is long enough: in pilots of {}, {} had not settled by the "
      "middle. "
      "State a `warmup`, or measure for longer.",
      format_setting(choice.pilot, Unit::second), choice.series);
}

void print_paragraph(TextPage const& page, std::string const& text) {
  bool first = true;
  for (auto const& line : wrapped(without_controls(text), page.options.width - 4)) {
    page.out << page.paint(Paint::unsure, (first ? "  ! " : "    ") + line) << '\n';
    first = false;
  }
}

}  // namespace

std::string_view kind_of(Warning const& warning) {
  switch (warning.kind) {
    case Warning::Kind::short_warm_up:
      return "short warm-up";
    case Warning::Kind::growth:
      return "growth";
    case Warning::Kind::dependent_batches:
      return "dependent batches";
  }
  ensure(false, "every kind of warning has a name");
  return "";
}

std::string sentence_of(Warning const& warning, Study const& study) {
  switch (warning.kind) {
    case Warning::Kind::short_warm_up:
      return short_warm_up(warning, study);
    case Warning::Kind::growth:
      return growth(warning, study);
    case Warning::Kind::dependent_batches:
      return dependent_batches(warning, study);
  }
  ensure(false, "every kind of warning has a sentence");
  return "";
}

void print_doubts(TextPage const& page) {
  Study const& study = page.study;
  bool const is_unsettled = study.warm_up_choice && !study.warm_up_choice->settled;
  if (study.warnings.empty() && !is_unsettled) return;
  page.out << page.paint(Paint::strong, "In doubt") << '\n';
  if (is_unsettled) print_paragraph(page, unsettled(*study.warm_up_choice));
  for (Warning const& warning : study.warnings) print_paragraph(page, sentence_of(warning, study));
}

}  // namespace sojourn
