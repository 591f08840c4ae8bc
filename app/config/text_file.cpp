#include "app/config/text_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace sojourn {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// The length of the UTF-8 character that `text` begins with; 0 if it is none.
/// Source: The Unicode Standard, version 15, table 3-7.
std::size_t character_length(std::string_view text) {
  auto const byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  auto const follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return byte(i) >= low && byte(i) <= high;
  };
  unsigned const first = byte(0);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    unsigned const low = first == 0xe0 ? 0xa0 : 0x80;
    unsigned const high = first == 0xed ? 0x9f : 0xbf;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    unsigned const low = first == 0xf0 ? 0x90 : 0x80;
    unsigned const high = first == 0xf4 ? 0x8f : 0xbf;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

std::string size_in_words(std::size_t bytes) {
  constexpr std::size_t mebibyte = std::size_t{1} << 20;
  return fmt::format("{} MiB", bytes / mebibyte);
}

/// Reads until the end or one byte past the limit, so that a pipe or a device without end is
/// refused like any other file that is too large.
bool read_all(std::FILE* file, std::size_t limit, std::string& text) {
  constexpr std::size_t block = std::size_t{1} << 16;
  while (text.size() <= limit) {
    std::size_t const before = text.size();
    text.resize(before + block);
    std::size_t const got = std::fread(text.data() + before, 1, block, file);
    text.resize(before + got);
    if (got < block) break;
  }
  return std::ferror(file) == 0;
}

}  // namespace

bool check_text(std::string_view text, std::string const& file, Diagnostics& diagnostics) {
  Place place{file, 1, 1};
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t const length = character_length(text.substr(at));
    if (length == 0) {
      diagnostics.error(place, "not a text file: expected UTF-8");
      return false;
    }
    place.column = text[at] == '\n' ? 1 : place.column + 1;
    place.line += text[at] == '\n' ? 1 : 0;
    at += length;
  }
  return true;
}

std::optional<std::string> read_text_file(std::filesystem::path const& path, std::size_t limit,
                                          Diagnostics& diagnostics) {
  Place const whole{path.string(), 0, 0};
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    diagnostics.error(whole, "cannot be read: it is a directory");
    return std::nullopt;
  }
  auto const size = std::filesystem::file_size(path, error);
  bool const too_large = !error && size > limit;
  std::string text;
  if (!too_large) {
    errno = 0;
    std::unique_ptr<std::FILE, CloseFile> const file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr || !read_all(file.get(), limit, text)) {
      diagnostics.error(whole, "cannot be read: " + std::generic_category().message(errno));
      return std::nullopt;
    }
  }
  if (too_large || text.size() > limit) {
    diagnostics.error(whole, "too large: at most " + size_in_words(limit) + " are read");
    return std::nullopt;
  }
  if (text.rfind("\xef\xbb\xbf", 0) == 0) text.erase(0, 3);
  if (!check_text(text, whole.file, diagnostics)) return std::nullopt;
  return text;
}

}  // namespace sojourn
