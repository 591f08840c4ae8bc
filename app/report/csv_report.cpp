#include "app/report/csv_report.h"

#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "app/report/names.h"

namespace sojourn {

namespace {

std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (char const letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + '"';
}

/// The shortest digits that read back as the same number.
std::string field(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

}  // namespace

void write_csv_header(std::ostream& out) {
  out << "scenario,alternative,metric,unit,mean,half_width,confidence,replications\r\n";
}

void write_csv(Study const& study, std::ostream& out) {
  for (auto const& alternative : study.alternatives) {
    for (auto const& [metric, estimate] : alternative.metrics) {
      out << field(study.name) << ',' << field(alternative.name) << ',' << field(metric.name) << ','
          << name_of(metric.unit) << ',' << field(estimate.mean) << ','
          << field(estimate.half_width) << ',' << field(estimate.confidence) << ','
          << estimate.replications << "\r\n";
    }
  }
}

}  // namespace sojourn
