#pragma once

#include <ostream>

#include "analysis/study.h"
#include "app/report/paint.h"
#include "app/report/text_report.h"

/// The sections of the text report, each of which prints nothing where it has nothing to say.
namespace sojourn {

struct TextPage {
  Study const& study;
  TextOptions const& options;
  Painter const& paint;
  std::ostream& out;
};

void print_header(TextPage const& page);
void print_precision(TextPage const& page);
/// How much antithetic pairs or controls have gained.
void print_variance_reduction(TextPage const& page);
/// Which alternative is the best.
void print_selection(TextPage const& page);
/// What speaks against trusting the figures.
void print_doubts(TextPage const& page);
void print_figures(TextPage const& page);
/// What theory says beside what was simulated, and where the two do not agree.
void print_theory(TextPage const& page);
void print_objectives(TextPage const& page);
void print_requests(TextPage const& page);
void print_messages(TextPage const& page);
void print_fault_messages(TextPage const& page);
void print_sagas(TextPage const& page);

}  // namespace sojourn
