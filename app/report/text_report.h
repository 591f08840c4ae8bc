#pragma once

#include <ostream>

#include "analysis/study.h"

namespace sojourn {

struct TextOptions {
  bool colour = false;      ///< ANSI colours, for a terminal.
  bool all = false;         ///< Every figure and series, and not only the telling ones.
  std::size_t width = 100;  ///< Columns; names that are longer may go beyond.
};

/// The study for a person: what was run, the alternatives side by side, what happened over time,
/// the objectives, and the account of every request and message. UTF-8.
void write_text(Study const& study, TextOptions const& options, std::ostream& out);

}  // namespace sojourn
