#include "app/config/document.h"

#include <algorithm>
#include <utility>

namespace sojourn {

Place Node::place_of(std::size_t offset) const {
  Place result = place();
  auto const span = std::find_if(spans.rbegin(), spans.rend(), [offset](auto const& candidate) {
    return candidate.begin <= offset;
  });
  if (span != spans.rend()) {
    offset = span->source + (span->verbatim ? offset - span->begin : 0);
  }
  if (text_column >= 0) result.column += text_column + static_cast<int>(offset);
  return result;
}

Node const* Node::find(std::string_view key) const {
  for (Entry const& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

std::vector<std::string> Node::keys() const {
  std::vector<std::string> result;
  for (Entry const& entry : entries) result.push_back(entry.key);
  return result;
}

std::string described(Node const& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::mapping:
      return "a mapping";
    case Node::Kind::scalar:
      break;
  }
  std::string const origin = node.written.empty() ? "" : " (from " + in_quotes(node.written) + ")";
  return in_quotes(node.text) + origin;
}

std::size_t count_nodes(Node const& node) {
  std::size_t nodes = 1;
  for (Node const& item : node.items) nodes += count_nodes(item);
  for (Node::Entry const& entry : node.entries) nodes += count_nodes(entry.value);
  return nodes;
}

}  // namespace sojourn
