#pragma once

#include <string>
#include <string_view>

#include "app/config/diagnostic.h"

namespace sojourn {

/// What the YAML parser says of a text that is no YAML, and where; line and column from 1.
struct SyntaxError {
  std::string message;
  int line = 1;
  int column = 1;
};

/// Records it in the user's words.
void report_syntax_error(SyntaxError const& error, std::string_view text, std::string const& file,
                         Diagnostics& diagnostics);

}  // namespace sojourn
