#pragma once

#include <atomic>
#include <cstddef>
#include <ostream>

namespace sojourn {

/// What a command sees of the terminal.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool colour = false;      ///< `out` shows ANSI colours.
  bool progress = false;    ///< `err` is a terminal, on which a line may be redrawn.
  std::size_t width = 100;  ///< Columns of `out`.
  std::atomic<bool> const* stop = nullptr;  ///< Set when the user wants an end.
};

/// Standard output and error, as the environment has them: colours on a terminal only, and not
/// where NO_COLOR is set (no-color.org) or the terminal is dumb.
Console standard_console(std::atomic<bool> const& stop);

/// Whether standard output is a pipe whose other end was closed, as by `| head`.
bool reader_is_gone();

}  // namespace sojourn
