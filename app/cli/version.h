#pragma once

#include <string_view>

namespace sojourn {

/// As `sojourn --version` prints it and results carry it.
extern std::string_view const version;

}  // namespace sojourn
