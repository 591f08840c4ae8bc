#pragma once

namespace sojourn {

/// Prints `claim` and where it stood to stderr and ends the program with exit code 3.
[[noreturn]] void fail_ensure(char const* claim, char const* file, int line);

/// A claim about Sojourn itself that must hold in every build. A false one is a defect of Sojourn,
/// never of its input, and stops the program rather than let it print wrong numbers.
///
/// The place is that of the caller; `std::source_location` would say it, but clang 14 has none.
inline void ensure(bool holds, char const* claim, char const* file = __builtin_FILE(),
                   int line = __builtin_LINE()) {
  if (!holds) [[unlikely]] {
    fail_ensure(claim, file, line);
  }
}

}  // namespace sojourn
