#include <algorithm>
#include <map>
#include <sstream>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "app/config/document.h"
#include "app/config/syntax_error.h"
#include "app/config/text_file.h"

namespace sojourn {
namespace {

/// Ends the parsing from inside an event; what is wrong has been recorded.
struct StopParsing {};

int parentheses_left_open(std::string_view text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '(') -
                          std::count(text.begin(), text.end(), ')'));
}

/// Turns yaml-cpp's byte offsets into lines and columns of characters. Offsets mostly ascend, and
/// then each character is looked at once.
class Columns {
 public:
  explicit Columns(std::string_view source) : source_(source) {}

  int column(YAML::Mark const& mark) {
    auto const position = static_cast<std::size_t>(mark.pos);
    if (mark.line != line_ || position < position_) {
      line_ = mark.line;
      position_ = position - std::min(position, static_cast<std::size_t>(mark.column));
      column_ = 1;
    }
    for (; position_ < position && position_ < source_.size(); ++position_)
      if ((static_cast<unsigned char>(source_[position_]) & 0xc0U) != 0x80U) ++column_;
    return column_;
  }

 private:
  std::string_view source_;
  int line_ = -1;
  std::size_t position_ = 0;
  int column_ = 1;
};

/// Builds the tree from the parser's events, and refuses what the language has no use for.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view source, std::string const& file, Diagnostics& diagnostics)
      : source_(source),
        columns_(source),
        file_(std::make_shared<std::string const>(file)),
        diagnostics_(diagnostics) {}

  std::optional<Node> take_root() { return std::move(root_); }

  void OnDocumentStart(YAML::Mark const& mark) override {
    if (documents_++ > 0)
      stop(to_mark(mark), "a file holds one scenario; a second one begins here");
  }
  void OnDocumentEnd() override {}

  void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override {
    Node node;
    node.mark = to_mark(mark);
    receive(std::move(node), anchor);
  }

  void OnAlias(YAML::Mark const& mark, YAML::anchor_t anchor) override {
    auto const found = anchors_.find(anchor);
    if (found == anchors_.end())
      stop(to_mark(mark), "an alias cannot stand inside what it repeats");
    if (static_cast<int>(frames_.size()) + found->second.height > deepest_nesting)
      stop(to_mark(mark), too_deep());
    count(found->second.nodes, to_mark(mark));
    receive(found->second.node, YAML::NullAnchor, /*counted=*/true);
  }

  void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                std::string const& text) override {
    Node node;
    node.kind = Node::Kind::scalar;
    node.mark = to_mark(mark);
    node.text = text;
    node.quoted = tag == "!";
    auto const offset = static_cast<std::size_t>(mark.pos) + (node.quoted ? 1U : 0U);
    if (offset <= source_.size() && source_.substr(offset, text.size()) == text)
      node.text_column = node.quoted ? 1 : 0;
    check_tag(tag, node.mark);
    if (node.quoted && !is_closed(static_cast<std::size_t>(mark.pos)))
      stop(node.mark, "a quoted text is not closed");
    if (swallow(node)) return;
    rejoin(node, static_cast<std::size_t>(mark.pos));
    receive(std::move(node), anchor);
  }

  void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Node::Kind::sequence, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Node::Kind::mapping, mark, tag, anchor, style);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    bool flow = false;
    std::optional<Node> key;                     // of a mapping, waiting for its value
    std::unordered_map<std::string, int> lines;  // of its keys
    std::vector<Node> merged;                    // what `<<` brought
    int open_parentheses = 0;                    // of a value that a comma has cut in pieces
    bool swallow_value = false;                  // the value of a swallowed key is swallowed too
  };
  struct Anchored {
    Node node;
    std::size_t nodes = 1;
    int height = 0;
  };

  [[noreturn]] void stop(Mark const& mark, std::string text) {
    diagnostics_.error(mark.place(), std::move(text));
    throw StopParsing{};
  }

  static std::string too_deep() {
    return fmt::format("nested too deeply: at most {} levels", deepest_nesting);
  }

  Mark to_mark(YAML::Mark const& mark) { return {file_, mark.line + 1, columns_.column(mark)}; }

  void count(std::size_t nodes, Mark const& mark) {
    nodes_ += nodes;
    if (nodes_ > most_nodes)
      stop(mark, fmt::format("too much to read: more than {} values, counting what aliases repeat",
                             most_nodes));
  }

  /// The parser takes the end of the file for the end of a quoted text.
  [[nodiscard]] bool is_closed(std::size_t begin) const {
    char const quote = begin < source_.size() ? source_[begin] : '|';
    if (quote != '"' && quote != '\'') return true;
    for (std::size_t at = begin + 1; at < source_.size(); ++at) {
      if (quote == '"' && source_[at] == '\\') {
        ++at;
      } else if (source_[at] == quote) {
        return true;
      }
    }
    return false;
  }

  void check_tag(std::string const& tag, Mark const& mark) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    diagnostics_.error(mark.place(), "tags such as " + in_quotes(tag) + " have no meaning here");
  }

  void open(Node::Kind kind, YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style) {
    Mark const where = to_mark(mark);
    if (static_cast<int>(frames_.size()) >= deepest_nesting) stop(where, too_deep());
    if (!frames_.empty()) frames_.back().open_parentheses = 0;
    check_tag(tag, where);
    Frame frame;
    frame.node.kind = kind;
    frame.node.mark = where;
    frame.anchor = anchor;
    frame.flow = style == YAML::EmitterStyle::Flow;
    frames_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    for (Node& merged : frame.merged) merge_into(frame, std::move(merged));
    receive(std::move(frame.node), frame.anchor);
  }

  /// Puts a finished node where it belongs.
  void receive(Node node, YAML::anchor_t anchor, bool counted = false) {
    if (!counted) count(1, node.mark);
    if (anchor != YAML::NullAnchor) remember(node, anchor);
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (std::exchange(frame.swallow_value, false)) return;
    if (frame.node.is(Node::Kind::sequence)) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key) {
      frame.key = std::move(node);
    } else {
      add_entry(frame, *std::exchange(frame.key, std::nullopt), std::move(node));
    }
  }

  /// What is remembered counts too, else anchors inside anchors would multiply.
  void remember(Node const& node, YAML::anchor_t anchor) {
    Anchored anchored{node, count_nodes(node), height(node)};
    count(anchored.nodes, node.mark);
    anchors_[anchor] = std::move(anchored);
  }

  static int height(Node const& node) {
    int highest = 0;
    for (Node const& item : node.items) highest = std::max(highest, 1 + height(item));
    for (auto const& entry : node.entries) highest = std::max(highest, 1 + height(entry.value));
    return highest;
  }

  void add_entry(Frame& frame, Node key, Node value) {
    if (!key.is(Node::Kind::scalar)) {
      diagnostics_.error(key.place(), "a key must be a word, found " + described(key));
      return;
    }
    if (!key.quoted && key.text == "<<") {
      take_merge(frame, std::move(value));
      return;
    }
    auto const [known, is_new] = frame.lines.try_emplace(key.text, key.mark.line);
    if (!is_new) {
      diagnostics_.error(key.place(), fmt::format("duplicate key {}, first at line {}",
                                                  in_quotes(key.text), known->second));
      return;
    }
    // The parser places an absent value at what follows it.
    if (value.is(Node::Kind::null)) value.mark = key.mark;
    frame.node.entries.push_back({std::move(key.text), std::move(key.mark), std::move(value)});
  }

  /// `<<: *other` or `<<: [*one, *other]`: takes the keys that are not given here.
  void take_merge(Frame& frame, Node value) {
    std::vector<Node> parts;
    if (value.is(Node::Kind::sequence)) {
      parts = std::move(value.items);
    } else {
      parts.push_back(std::move(value));
    }
    for (Node& part : parts) {
      if (part.is(Node::Kind::mapping)) {
        frame.merged.push_back(std::move(part));
      } else {
        diagnostics_.error(part.place(), "'<<' merges mappings, found " + described(part));
      }
    }
  }

  static void merge_into(Frame& frame, Node merged) {
    for (auto& entry : merged.entries) {
      if (!frame.lines.try_emplace(entry.key, entry.mark.line).second) continue;
      frame.node.entries.push_back(std::move(entry));
    }
  }

  /// In { } and [ ] a plain value ends at the comma, even between parentheses. Takes the whole text
  /// from the file instead and says what is missing; `swallow` then drops the other pieces.
  void rejoin(Node& node, std::size_t begin) {
    if (frames_.empty() || !frames_.back().flow || node.quoted) return;
    Frame& frame = frames_.back();
    bool const is_key = frame.node.is(Node::Kind::mapping) && !frame.key;
    int const open = parentheses_left_open(node.text);
    if (open <= 0 || is_key) return;
    frame.open_parentheses = open;
    std::size_t end = begin;
    int depth = 0;
    for (; end < source_.size() && source_[end] != '\n'; ++end) {
      if (source_[end] == '(') ++depth;
      if (source_[end] == ')' && --depth == 0) break;
    }
    if (end < source_.size() && source_[end] == ')') ++end;
    node.text = std::string(source_.substr(begin, end - begin));
    diagnostics_.error(node.place(), "a value with a comma inside { } or [ ] must be quoted: \"" +
                                         node.text + "\"");
  }

  bool swallow(Node const& node) {
    if (frames_.empty()) return false;
    Frame& frame = frames_.back();
    if (frame.swallow_value) {
      frame.swallow_value = false;
      return true;
    }
    if (frame.open_parentheses <= 0) return false;
    frame.open_parentheses += parentheses_left_open(node.text);
    frame.swallow_value = frame.node.is(Node::Kind::mapping);
    return true;
  }

  std::string_view source_;
  Columns columns_;
  std::shared_ptr<std::string const> file_;
  Diagnostics& diagnostics_;
  std::optional<Node> root_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

bool holds_nothing(std::optional<Node> const& root) { return !root || root->is(Node::Kind::null); }

}  // namespace

std::optional<Node> parse_document(std::string_view text, std::string const& file,
                                   Diagnostics& diagnostics) {
  if (text.size() > largest_file) {
    diagnostics.error({file, 0, 0},
                      fmt::format("too large: at most {} MiB are read", largest_file >> 20));
    return std::nullopt;
  }
  if (!check_text(text, file, diagnostics)) return std::nullopt;
  TreeBuilder builder(text, file, diagnostics);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) continue;
  } catch (StopParsing const&) {
    return std::nullopt;
  } catch (YAML::Exception const& error) {
    report_syntax_error({error.msg, error.mark.line + 1, error.mark.column + 1}, text, file,
                        diagnostics);
    return std::nullopt;
  }
  std::optional<Node> root = builder.take_root();
  if (!holds_nothing(root)) return root;
  diagnostics.error({file, 1, 1}, "the file is empty");
  return std::nullopt;
}

}  // namespace sojourn
