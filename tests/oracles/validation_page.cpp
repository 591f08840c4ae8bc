#include "tests/oracles/validation_page.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "analysis/confidence_interval.h"

namespace sojourn::oracles {
namespace {

constexpr char const* begin_mark =
    "<!-- The table below is written by the test of the oracles. -->\n";
constexpr char const* end_mark =
    "<!-- The table above is written by the test of the oracles. -->\n";

bool has_interval(Finding const& finding) { return finding.estimate.half_width > 0.0; }

std::string simulated(Finding const& finding) {
  if (!has_interval(finding)) return fmt::format("{:.7g}", finding.estimate.mean);
  // As many digits of the mean as the interval makes sense of.
  int const digits =
      std::max(0, 1 - static_cast<int>(std::floor(std::log10(finding.estimate.half_width))));
  return fmt::format("{:.{}f} ± {:.{}f}", finding.estimate.mean, digits,
                     finding.estimate.half_width, digits);
}

double in_standard_errors(Finding const& finding) {
  auto const freedom = static_cast<double>(finding.estimate.replications) - 1.0;
  double const quantile = student_t_quantile((1.0 + finding.estimate.confidence) / 2.0, freedom);
  return (finding.estimate.mean - finding.row.expected) / (finding.estimate.half_width / quantile);
}

std::string deviation(Finding const& finding) {
  if (has_interval(finding)) return fmt::format("{:+.1f}", in_standard_errors(finding));
  return fmt::format("{:.2g} of {:.2g}", finding.estimate.mean - finding.row.expected,
                     finding.row.tolerance.value_or(0.0) + finding.row.resolution());
}

std::string name_of(Case const& oracle, Expectation const& row) {
  return row.variant.empty() ? oracle.scenario : oracle.scenario + ", " + row.variant;
}

}  // namespace

std::string ValidationPage::summary() const {
  double squares = 0.0;
  std::size_t intervals = 0, figures = 0;
  for (auto const& [oracle, findings] : results_) {
    figures += findings.size();
    for (Finding const& finding : findings) {
      if (!has_interval(finding)) continue;
      ++intervals;
      squares += in_standard_errors(finding) * in_standard_errors(finding);
    }
  }
  return fmt::format(
      "{} figures of {} cases. {} of them have an interval; their deviations, in standard errors, "
      "have\na root mean square of {:.2f}. It should be about 1.\n",
      figures, results_.size(), intervals, std::sqrt(squares / static_cast<double>(intervals)));
}

std::string ValidationPage::table() const {
  std::string text =
      "| case, variant | quantity | exact | simulated | deviation | source |\n"
      "|---|---|---|---|---|---|\n";
  for (auto const& [oracle, findings] : results_) {
    for (Finding const& finding : findings) {
      text += fmt::format("| {} | {} | {:.7g} | {} | {} | {} |\n", name_of(oracle, finding.row),
                          finding.row.quantity, finding.row.expected, simulated(finding),
                          deviation(finding), oracle.source);
    }
  }
  return text;
}

void ValidationPage::write(std::filesystem::path const& page) const {
  std::ifstream in(page);
  std::string const text(std::istreambuf_iterator<char>(in), {});
  auto const begin = text.find(begin_mark);
  auto const end = text.find(end_mark);
  if (begin == std::string::npos || end == std::string::npos || end < begin)
    throw std::invalid_argument(page.string() + " has no place for the table");
  std::size_t const after_mark = begin + std::string(begin_mark).size();
  std::ofstream(page) << text.substr(0, after_mark) << '\n'
                      << summary() << '\n'
                      << coverage_ << '\n'
                      << table() << '\n'
                      << text.substr(end);
}

}  // namespace sojourn::oracles
