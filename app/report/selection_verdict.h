#pragma once

#include <string>

#include "analysis/study.h"

namespace sojourn {

/// Which alternative is the best, or why nobody knows: sentences with numbers.
std::string verdict_of(Study::Selection const& selection, Study const& study);

}  // namespace sojourn
