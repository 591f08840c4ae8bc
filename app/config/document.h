#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/diagnostic.h"

namespace sojourn {

/// Where a node stands: a `Place` in little space.
struct Mark {
  std::shared_ptr<std::string const> file;
  int line = 0;
  int column = 0;

  [[nodiscard]] Place place() const { return {file ? *file : std::string{}, line, column}; }
};

/// A part of a YAML document: a tree of values, each with its place in the file.
struct Node {
  enum class Kind : std::uint8_t { null, scalar, sequence, mapping };
  struct Entry;
  /// From `begin` on the text came from character `source` of what the file says.
  struct Span {
    std::size_t begin = 0;
    std::size_t source = 0;
    bool verbatim = true;
  };

  Kind kind = Kind::null;
  bool quoted = false;    ///< A scalar in quotes, or a block of text.
  bool reported = false;  ///< What is wrong with it has been said.
  int text_column = -1;   ///< From `mark` to the first character of `text`; -1: not one to one.
  Mark mark;
  std::string text;            ///< Of a scalar.
  std::string written;         ///< The text before parameters were put in, where there were some.
  std::vector<Span> spans;     ///< Where there were parameters.
  std::vector<Node> items;     ///< Of a sequence.
  std::vector<Entry> entries;  ///< Of a mapping, in the order of the file.

  [[nodiscard]] Place place() const { return mark.place(); }
  /// The place of character `offset` of the text.
  [[nodiscard]] Place place_of(std::size_t offset) const;
  /// The value of the key, or null. Cost: linear in the number of keys.
  [[nodiscard]] Node const* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  [[nodiscard]] std::vector<std::string> keys() const;
  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
};

struct Node::Entry {
  std::string key;
  Mark mark;  ///< Of the key.
  Node value;
};

/// What a node is, for messages: "nothing", "a list", "a mapping" or its text in quotes.
std::string described(Node const& node);

/// The nodes of the tree.
std::size_t count_nodes(Node const& node);

constexpr std::size_t largest_file = std::size_t{4} << 20;  ///< Bytes of a scenario file.
constexpr std::size_t most_nodes = 300'000;  ///< Of one document, what aliases repeat included.
constexpr int deepest_nesting = 100;

/// Reads one YAML document. Whatever is wrong with it is recorded, and the tree is what could still
/// be understood; there is none if nothing could. Safe on any text: depth, nodes and aliases are
/// limited.
std::optional<Node> parse_document(std::string_view text, std::string const& file,
                                   Diagnostics& diagnostics);

}  // namespace sojourn
