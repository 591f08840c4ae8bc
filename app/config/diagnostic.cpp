#include "app/config/diagnostic.h"

#include <algorithm>
#include <cctype>
#include <ostream>
#include <tuple>

#include <fmt/format.h>

namespace sojourn {
namespace {

constexpr std::size_t most_printed = 200;
constexpr std::size_t most_kept = 10'000;

auto key_of(Place const& place) { return std::tie(place.file, place.line, place.column); }

std::string lower(std::string_view word) {
  std::string result(word);
  for (char& letter : result)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

/// How many slips a word of that length may hold and still be recognised.
std::size_t tolerance(std::size_t length) {
  return length <= 2 ? 1 : std::min<std::size_t>(3, (length + 1) / 3);
}

}  // namespace

bool operator==(Place const& left, Place const& right) { return key_of(left) == key_of(right); }
bool operator<(Place const& left, Place const& right) { return key_of(left) < key_of(right); }

bool operator<(Diagnostic const& left, Diagnostic const& right) {
  return std::tie(left.place, left.severity, left.text) <
         std::tie(right.place, right.severity, right.text);
}

void Diagnostics::error(Place const& place, std::string text) {
  add({Diagnostic::Severity::error, place, std::move(text)});
}

void Diagnostics::warning(Place const& place, std::string text) {
  add({Diagnostic::Severity::warning, place, std::move(text)});
}

void Diagnostics::add(Diagnostics const& others) {
  for (Diagnostic const& diagnostic : others.all_) add(diagnostic);
}

void Diagnostics::add(Diagnostic diagnostic) {
  bool const is_error = diagnostic.severity == Diagnostic::Severity::error;
  if (all_.size() >= most_kept && !(is_error && errors_ == 0)) return;
  if (all_.insert(std::move(diagnostic)).second && is_error) ++errors_;
}

std::ostream& operator<<(std::ostream& out, Diagnostics const& diagnostics) {
  std::size_t printed = 0;
  for (Diagnostic const& diagnostic : diagnostics.all()) {
    if (printed++ == most_printed) break;
    Place const& place = diagnostic.place;
    out << place.file << ':';
    if (place.line > 0) out << place.line << ':' << place.column << ':';
    if (diagnostic.severity == Diagnostic::Severity::warning) out << " warning:";
    out << ' ' << diagnostic.text << '\n';
  }
  if (diagnostics.all().size() > most_printed)
    out << "... and " << diagnostics.all().size() - most_printed << " more\n";
  return out;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string result = "'";
  for (char const letter : text.substr(0, longest)) {
    auto const code = static_cast<unsigned char>(letter);
    if (letter == '\n') {
      result += "\\n";
    } else if (code < 0x20 || code == 0x7f) {
      result += fmt::format("\\x{:02x}", code);
    } else {
      result += letter;
    }
  }
  // A character of several bytes that was cut in two would no longer be text.
  if (text.size() > longest) {
    while (!result.empty() && (static_cast<unsigned char>(result.back()) & 0x80U) != 0)
      result.pop_back();
    result += "...";
  }
  return result + "'";
}

std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before(to.size() + 1), last(to.size() + 1), row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      std::size_t const change = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      bool const swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[to.size()];
}

std::string did_you_mean(std::string_view word, std::vector<std::string> const& names) {
  constexpr std::size_t longest = 100;
  if (word.size() > longest) return {};
  std::string const wanted = lower(word);
  std::size_t const limit = tolerance(word.size());
  std::size_t nearest = limit + 1;
  std::string const* best = nullptr;
  for (std::string const& name : names) {
    if (name.size() > word.size() + limit || word.size() > name.size() + limit) continue;
    std::size_t const distance = edit_distance(wanted, lower(name));
    if (distance >= nearest) continue;
    nearest = distance;
    best = &name;
  }
  return best == nullptr ? std::string{} : fmt::format("; did you mean {}?", in_quotes(*best));
}

std::string either_of(std::vector<std::string> const& words) {
  std::string result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) result += i + 1 == words.size() ? " or " : ", ";
    result += words[i];
  }
  return result;
}

}  // namespace sojourn
