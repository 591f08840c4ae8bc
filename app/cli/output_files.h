#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/study.h"
#include "app/report/text_report.h"

namespace sojourn {

/// What went wrong, or nothing.
using Problem = std::optional<std::string>;

/// Writes the file as a whole or not at all: a new one beside it takes its name when all is
/// written. A device, a pipe or what a link leads to is written to as it is.
Problem write_file(std::filesystem::path const& path, std::string_view content);

/// The name, without ending, of the files with the results of that scenario file.
std::string result_name(std::string const& scenario_file);

/// Writes the study as text, JSON and CSV into the folder, which is made if it is missing.
Problem write_results(std::filesystem::path const& folder, Study const& study, bool all);

}  // namespace sojourn
