#pragma once

#include <string>
#include <string_view>

#include "analysis/study.h"

namespace sojourn {

/// As machine output writes it: "short warm-up".
std::string_view kind_of(Warning const& warning);

/// What speaks against trusting the figures, as a sentence with numbers.
std::string sentence_of(Warning const& warning, Study const& study);

}  // namespace sojourn
