#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "app/config/diagnostic.h"

namespace sojourn {

/// The whole of a text file of at most `limit` bytes, without a byte order mark. Whatever is wrong
/// with it is recorded under its path.
std::optional<std::string> read_text_file(std::filesystem::path const& path, std::size_t limit,
                                          Diagnostics& diagnostics);

/// Whether the text is UTF-8 without NUL; if not, records where it ceases to be.
bool check_text(std::string_view text, std::string const& file, Diagnostics& diagnostics);

}  // namespace sojourn
