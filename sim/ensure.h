#pragma once

#include <source_location>

namespace sojourn {

/// Prints `claim` and where it stood to stderr and ends the program with exit code 3.
[[noreturn]] void fail_ensure(char const* claim, std::source_location place);

/// A claim about Sojourn itself that must hold in every build. A false one is a defect of Sojourn,
/// never of its input, and stops the program rather than let it print wrong numbers.
inline void ensure(bool holds, char const* claim,
                   std::source_location place = std::source_location::current()) {
  if (!holds) [[unlikely]]
    fail_ensure(claim, place);
}

}  // namespace sojourn
