#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "analysis/study.h"

namespace sojourn {

/// The study as `docs/results-format.md` describes it: keys in that order, SI units, null for a
/// figure that is not a finite number.
nlohmann::ordered_json json_of(Study const& study, std::string_view version);

/// The document as indented text. Ends with a line break.
std::string json_text(nlohmann::ordered_json const& document);

}  // namespace sojourn
