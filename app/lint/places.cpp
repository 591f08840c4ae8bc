#include "app/lint/places.h"

#include <algorithm>

namespace sojourn {

Node const* find_node(Node const& root, std::vector<std::string> const& path) {
  Node const* node = &root;
  for (std::size_t i = 0; i < path.size() && node != nullptr; ++i) node = node->find(path[i]);
  return node;
}

Place place_at(Node const& root, std::vector<std::string> const& path) {
  Node const* node = &root;
  Place nearest = root.place();
  for (auto const& key : path) {
    auto const entry = std::find_if(node->entries.begin(), node->entries.end(),
                                    [&](Node::Entry const& other) { return other.key == key; });
    if (entry == node->entries.end()) return nearest;
    nearest = entry->mark.place();
    node = &entry->value;
  }
  return node->place();
}

}  // namespace sojourn
