#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/report/text_report.h"
#include "app/theory/expectation.h"

namespace sojourn {

/// What theory says about the variants of one scenario.
struct TheoryReport {
  std::string name, file;
  std::vector<ScenarioExpectation> variants;
};

/// For a person: loads, bottleneck, which model each service is, figures, and what was left out.
void write_theory(TheoryReport const& report, TextOptions const& options, std::ostream& out);

/// For a program, in SI units. See docs/theory.md.
nlohmann::ordered_json json_of(TheoryReport const& report, std::string_view version);

}  // namespace sojourn
