#include "app/report/text_width.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <sstream>

namespace sojourn {

namespace {

struct Range {
  char32_t first, last;
};

/// The blocks that common terminals draw two columns wide. Source: Unicode Standard Annex 11.
constexpr std::array<Range, 9> wide{{{0x1100, 0x115F},
                                     {0x2E80, 0x303E},
                                     {0x3041, 0xA4CF},
                                     {0xAC00, 0xD7A3},
                                     {0xF900, 0xFAFF},
                                     {0xFE30, 0xFE6F},
                                     {0xFF00, 0xFF60},
                                     {0x1F300, 0x1FAFF},
                                     {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 4> combining{
    {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

template <std::size_t n>
bool is_in(std::array<Range, n> const& ranges, char32_t point) {
  return std::ranges::any_of(
      ranges, [point](Range range) { return range.first <= point && point <= range.last; });
}

struct Character {
  char32_t point = 0;
  std::size_t bytes = 1;
};

/// The first character of a text that is not empty. A byte that begins none stands for itself.
Character first_character(std::string_view text) {
  auto const lead = static_cast<unsigned char>(text.front());
  std::size_t const bytes = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes == 1 || text.size() < bytes) return {lead, 1};
  char32_t point = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i)
    point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {point, bytes};
}

std::size_t columns_of(char32_t point) {
  return is_in(combining, point) ? 0 : is_in(wide, point) ? 2 : 1;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    Character const character = first_character(text);
    columns += columns_of(character.point);
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string pad_left(std::string_view text, std::size_t width) {
  std::size_t const taken = display_width(text);
  return std::string(width > taken ? width - taken : 0, ' ').append(text);
}

std::string pad_right(std::string_view text, std::size_t width) {
  std::size_t const taken = display_width(text);
  return std::string(text).append(width > taken ? width - taken : 0, ' ');
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string kept;
  std::size_t columns = 1;  // of the ellipsis
  while (!text.empty()) {
    Character const character = first_character(text);
    columns += columns_of(character.point);
    if (columns > width) break;
    kept.append(text.substr(0, character.bytes));
    text.remove_prefix(character.bytes);
  }
  return kept + "…";
}

std::string without_controls(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    Character const character = first_character(text);
    bool const blank = character.point == '\n' || character.point == '\t';
    bool const control =
        character.point < 0x20 || (character.point >= 0x7F && character.point < 0xA0);
    if (blank) clean += ' ';
    if (!control) clean.append(text.substr(0, character.bytes));
    text.remove_prefix(character.bytes);
  }
  return clean;
}

std::vector<std::string> flowed(std::vector<std::string> const& pieces, std::size_t width) {
  std::vector<std::string> lines;
  for (std::string const& piece : pieces) {
    if (!lines.empty() && display_width(lines.back()) + 1 + display_width(piece) <= width) {
      lines.back().append(" ").append(piece);
    } else {
      lines.push_back(piece);
    }
  }
  return lines;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::istringstream stream{std::string(text)};
  return flowed({std::istream_iterator<std::string>(stream), {}}, width);
}

}  // namespace sojourn
