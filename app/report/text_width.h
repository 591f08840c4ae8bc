#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Text laid out in the columns of a terminal. Texts are UTF-8.
namespace sojourn {

/// The columns that a terminal takes for it: two for East Asian wide characters and pictographs,
/// none for combining marks.
std::size_t display_width(std::string_view text);

std::string pad_left(std::string_view text, std::size_t width);
std::string pad_right(std::string_view text, std::size_t width);

/// The text if it fits, else as much of its beginning as fits before a "…".
std::string shortened(std::string_view text, std::size_t width);

/// Without control characters: a name from a file must not steer the terminal. Line breaks and tabs
/// become spaces.
std::string without_controls(std::string_view text);

/// The pieces with blanks between them, in lines of at most `width` columns, longer pieces
/// excepted.
std::vector<std::string> flowed(std::vector<std::string> const& pieces, std::size_t width);

/// The words of the text in such lines.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace sojourn
