#include "app/config/names.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "sim/ensure.h"

namespace sojourn {
namespace {

/// Those of which a name must say alone what it is: results are named after them (`name.metric`),
/// faults and links may refer to any of them.
constexpr NameKind in_one_space[] = {NameKind::workload, NameKind::service, NameKind::host,
                                     NameKind::zone,     NameKind::broker,  NameKind::fault};

bool is_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool may_follow(char letter) {
  return is_letter(letter) || (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
}

}  // namespace

std::size_t identifier_length(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return 0;
  std::size_t length = 1;
  while (length < text.size() && may_follow(text[length])) ++length;
  return length;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && identifier_length(text) == text.size();
}

std::string not_an_identifier(std::string_view what, std::string_view name) {
  return fmt::format(
      "expected the name of {}: a letter, then letters, digits, '_' and '-'; found {}", what,
      in_quotes(name));
}

std::string with_article(NameKind kind) {
  switch (kind) {
    case NameKind::workload:
      return "a workload";
    case NameKind::service:
      return "a service";
    case NameKind::operation:
      return "an operation";
    case NameKind::pool:
      return "a pool";
    case NameKind::host:
      return "a host";
    case NameKind::zone:
      return "a zone";
    case NameKind::broker:
      return "a broker";
    case NameKind::channel:
      return "a channel";
    case NameKind::fault:
      return "a fault";
  }
  return {};
}

void Names::declare(NameKind kind, std::string name, Place const& place, Diagnostics& diagnostics) {
  bool const is_in_one_space =
      std::find(std::begin(in_one_space), std::end(in_one_space), kind) != std::end(in_one_space);
  if (is_in_one_space) {
    for (NameKind const other : in_one_space) {
      bool const is_same_zone = kind == NameKind::zone && other == kind;
      if (is_same_zone || !declares(other, name)) continue;
      diagnostics.error(
          place, fmt::format("{} is already the name of {} (line {}); results are named after it",
                             in_quotes(name), with_article(other), place_of(other, name).line));
      break;
    }
  }
  declared_[kind].try_emplace(std::move(name), place);
}

bool Names::declares(NameKind kind, std::string const& name) const {
  auto const names = declared_.find(kind);
  return names != declared_.end() && names->second.count(name) > 0;
}

Place Names::place_of(NameKind kind, std::string const& name) const {
  ensure(declares(kind, name), "only the place of a declared name is asked for");
  return declared_.at(kind).at(name);
}

void Names::check_references(Diagnostics& diagnostics) const {
  for (Reference const& reference : references_) check_reference(reference, diagnostics);
}

void Names::check_reference(Reference const& reference, Diagnostics& diagnostics) const {
  std::vector<std::string> kinds;
  for (NameKind const kind : reference.kinds) {
    if (declares(kind, reference.name)) return;
    kinds.push_back(with_article(kind));
  }
  // Where the reference is the key itself, naming it once is enough.
  std::string const key = reference.key == reference.name ? "" : reference.key + ": ";
  diagnostics.error(
      reference.place,
      fmt::format("{}{} is not {}{}", key, in_quotes(reference.name), either_of(kinds),
                  diagnostics.want_suggestions() ? suggestion(reference) : ""));
}

std::string Names::suggestion(Reference const& reference) const {
  std::vector<std::string> names;
  for (NameKind const kind : reference.kinds) {
    auto const known = declared_.find(kind);
    if (known == declared_.end()) continue;
    for (auto const& [name, place] : known->second) names.push_back(name);
  }
  return did_you_mean(reference.name, names);
}

}  // namespace sojourn
