#include "app/config/reading.h"

namespace sojourn {

void Reading::error(Node const& node, std::string_view text) {
  if (!node.reported) diagnostics_.error(node.place(), about_key(text));
}

void Reading::error(Node const& node, std::size_t offset, std::string_view text) {
  if (!node.reported) diagnostics_.error(node.place_of(offset), about_key(text));
}

void Reading::error_at(Place const& place, std::string_view text) {
  diagnostics_.error(place, std::string(text));
}

void Reading::warning_at(Place const& place, std::string_view text) {
  diagnostics_.warning(place, std::string(text));
}

void Reading::expected(Node const& node, std::string_view what, std::string_view problem) {
  error(node,
        "expected " + std::string(what) + ", found " + described(node) + std::string(problem));
}

Place Reading::key_place(Node const& node) const {
  return entry_ != nullptr && &entry_->value == &node ? entry_->mark.place() : node.place();
}

void Reading::declare(NameKind kind, std::string const& name, Mark const& mark) {
  if (!is_identifier(name)) error_at(mark.place(), not_an_identifier(with_article(kind), name));
  names_.declare(kind, owner.empty() ? name : owner + "." + name, mark.place(), diagnostics_);
}

void Reading::refer(std::vector<NameKind> kinds, std::string name, Node const& node) {
  if (!node.reported) refer_at(std::move(kinds), std::move(name), node.place());
}

void Reading::refer_at(std::vector<NameKind> kinds, std::string name, Place const& place) {
  names_.refer({std::move(kinds), std::move(name), place, key()});
}

std::string Reading::about_key(std::string_view text) const {
  return (entry_ == nullptr ? "" : entry_->key + ": ") + std::string(text);
}

}  // namespace sojourn
