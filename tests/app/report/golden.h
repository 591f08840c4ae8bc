#pragma once

#include <string>

namespace sojourn {

/// Compares the text with tests/golden/reports/`name`, byte for byte. Set UPDATE_GOLDENS=1 to
/// rewrite what is expected; then read the difference.
void expect_golden(std::string const& name, std::string const& text);

}  // namespace sojourn
