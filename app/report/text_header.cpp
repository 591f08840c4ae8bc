#include <fmt/format.h>

#include "app/report/format_number.h"
#include "app/report/text_sections.h"
#include "app/report/text_width.h"

namespace sojourn {

namespace {

std::string plural(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", format_count(count), thing,
                     count == 1              ? ""
                     : thing.ends_with("ch") ? "es"
                                             : "s");
}

std::string what_was_run(Study const& study) {
  std::string text = format_setting(study.duration, Unit::second) + " measured";
  if (study.warmup > 0.0 || study.warm_up_choice)
    text += " after " + format_setting(study.warmup, Unit::second) + " of warm-up";
  if (study.warm_up_choice) text += " (found by MSER-5)";
  if (study.batches)
    text += fmt::format(", {} of that length in one run", plural(*study.batches, "batch"));
  else
    text += ", " + plural(study.replications, "replication");
  text += fmt::format(", seed {}", study.seed);
  if (!study.alternatives.empty() && !study.alternatives[0].metrics.empty() &&
      study.replications > 1)
    text += fmt::format(
        ", ± at {} confidence",
        format_setting(study.alternatives[0].metrics[0].estimate.confidence, Unit::ratio));
  return text;
}

void print_paragraph(TextPage const& page, std::string const& text, Paint paint) {
  for (std::string const& line : wrapped(without_controls(text), page.options.width))
    page.out << page.paint(paint, line) << '\n';
}

void print_fingerprints(TextPage const& page) {
  auto const& alternatives = page.study.alternatives;
  bool const one = alternatives.size() == 1;
  std::vector<std::string> pieces{one ? "Fingerprint" : "Fingerprints"};
  for (auto const& alternative : alternatives) {
    std::string const name = one ? "" : " " + without_controls(alternative.name) + " ";
    pieces.push_back(fmt::format("{}{:016x}", name, alternative.fingerprint));
  }
  for (std::string const& line : flowed(pieces, page.options.width))
    page.out << page.paint(Paint::faint, line) << '\n';
}

/// How far an alternative came that was stopped before its end.
std::string how_far(AlternativeResult const& alternative, Study const& study) {
  if (alternative.replications == 0) return "nothing";
  std::string text =
      fmt::format("{} of {}", alternative.replications, plural(study.replications, "replication"));
  if (alternative.simulated < study.duration)
    text += fmt::format(", the shortest of {}", format_number(alternative.simulated, Unit::second));
  return text;
}

void print_warnings(TextPage const& page) {
  Study const& study = page.study;
  if (study.partial) {
    std::string text = "PARTIAL: interrupted before the end. What follows rests on what was done.";
    page.out << '\n' << page.paint(Paint::bad, text) << '\n';
  } else if (!study.errors.empty()) {
    page.out << '\n'
             << page.paint(
                    Paint::bad,
                    "PARTIAL: a run had to be given up. What follows rests on what was done.")
             << '\n';
  }
  for (auto const& error : study.errors)
    page.out << page.paint(Paint::bad, "  " + without_controls(error)) << '\n';
  for (auto const& alternative : study.alternatives) {
    if (alternative.partial)
      page.out << page.paint(Paint::bad, "  " + without_controls(alternative.name) + ": " +
                                             how_far(alternative, study))
               << '\n';
  }
}

}  // namespace

void print_header(TextPage const& page) {
  Study const& study = page.study;
  print_paragraph(page, study.name, Paint::strong);
  if (!study.file.empty()) print_paragraph(page, study.file, Paint::faint);
  if (!study.description.empty()) {
    page.out << '\n';
    print_paragraph(page, study.description, Paint::plain);
    page.out << '\n';
  }
  print_paragraph(page, what_was_run(study), Paint::plain);
  print_fingerprints(page);
  print_warnings(page);
}

}  // namespace sojourn
