#include "app/config/parameters.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/config/names.h"

namespace sojourn {
namespace {

constexpr std::size_t longest_text = 4096;  ///< Of a scalar with its parameters put in.
constexpr std::size_t longest_chain = 100;  ///< Of parameters that use one another.
constexpr std::size_t most_text = std::size_t{16} << 20;  ///< Of all that parameters are put in.
constexpr char const* too_long = "too long once its parameters are put in";

/// The values by name, each with its own parameters put in when it is first asked for.
class Parameters {
 public:
  Parameters(std::set<std::string>& used, Diagnostics& diagnostics)
      : used_(used), diagnostics_(diagnostics) {}

  void declare(Node::Entry& entry) {
    if (!is_identifier(entry.key)) {
      diagnostics_.error(entry.mark.place(), not_an_identifier("a parameter", entry.key));
    } else if (!entry.value.is(Node::Kind::scalar)) {
      diagnostics_.error(
          entry.value.place(),
          entry.key + ": expected a single value such as 120/s, found " + described(entry.value));
      entry.value.reported = true;
    }
    values_[entry.key].node = &entry.value;
  }

  void resolve_all() {
    for (auto& [name, value] : values_) resolve(name, value);
  }

  void substitute(Node& node) {
    if (node.is(Node::Kind::scalar)) substitute_scalar(node);
    for (Node& item : node.items) substitute(item);
    for (Node::Entry& entry : node.entries) substitute(entry.value);
  }

 private:
  enum class State { untouched, in_progress, done };
  struct Value {
    Node* node = nullptr;
    State state = State::untouched;
  };

  void resolve(std::string const& name, Value& value) {
    if (value.state != State::untouched) return;
    value.state = State::in_progress;
    chain_.push_back(name);
    if (value.node->is(Node::Kind::scalar)) substitute_scalar(*value.node);
    chain_.pop_back();
    value.state = State::done;
  }

  void substitute_scalar(Node& node) {
    if (node.text.find('$') == std::string::npos) return;
    if (total_text_ > most_text) {
      report(node, node.place(), too_long);
      return;
    }
    std::string const text = std::exchange(node.text, {});
    std::vector<Node::Span> spans;
    std::size_t at = 0;
    while (at < text.size() && node.text.size() <= longest_text) {
      std::size_t const dollar = std::min(text.find('$', at), text.size());
      spans.push_back({node.text.size(), at, true});
      node.text.append(text, at, dollar - at);
      at = dollar;
      if (dollar < text.size()) at = replace(node, text, dollar, spans);
    }
    total_text_ += node.text.size();
    node.written = text;
    node.spans = std::move(spans);
    if (node.text.size() <= longest_text && total_text_ <= most_text) return;
    node.text = report(node, node.place(), too_long);
  }

  /// Replaces what begins at the dollar; returns where the text goes on.
  std::size_t replace(Node& node, std::string const& text, std::size_t dollar,
                      std::vector<Node::Span>& spans) {
    if (text.compare(dollar, 2, "$$") == 0) {
      node.text += '$';
      return dollar + 2;
    }
    std::size_t const end =
        dollar + 1 + identifier_length(std::string_view(text).substr(dollar + 1));
    std::string const name = text.substr(dollar + 1, end - dollar - 1);
    spans.push_back({node.text.size(), dollar, false});
    node.text += value_of(name, node, dollar);
    return end;
  }

  std::string value_of(std::string const& name, Node& node, std::size_t offset) {
    Place const place = node.place_of(offset);
    auto const found = values_.find(name);
    if (name.empty())
      return report(node, place, "expected the name of a parameter after '$'; a dollar is '$$'");
    if (found == values_.end())
      return report(
          node, place,
          fmt::format("unknown parameter '${}'{}", name,
                      diagnostics_.want_suggestions() ? did_you_mean(name, names()) : ""));
    used_.insert(name);
    Value& value = found->second;
    if (value.state == State::in_progress)
      return report(node, place, "parameters use each other without end: " + cycle(name));
    if (chain_.size() >= longest_chain)
      return report(node, place, "too many parameters that use one another");
    resolve(name, value);
    node.reported = node.reported || value.node->reported;
    return value.node->text;
  }

  std::string report(Node& node, Place const& place, std::string text) {
    diagnostics_.error(place, std::move(text));
    node.reported = true;
    return {};
  }

  [[nodiscard]] std::string cycle(std::string const& name) const {
    std::string result;
    bool inside = false;
    for (std::string const& link : chain_) {
      inside = inside || link == name;
      if (inside) result += "$" + link + " -> ";
    }
    return result + "$" + name;
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (auto const& [name, value] : values_) result.push_back(name);
    return result;
  }

  std::map<std::string, Value> values_;
  std::vector<std::string> chain_;
  std::size_t total_text_ = 0;
  std::set<std::string>& used_;
  Diagnostics& diagnostics_;
};

}  // namespace

void substitute_parameters(Node& root, std::set<std::string>& used, Diagnostics& diagnostics) {
  Parameters parameters(used, diagnostics);
  if (Node* const section = root.find("parameters")) {
    if (section->is(Node::Kind::mapping)) {
      for (Node::Entry& entry : section->entries) parameters.declare(entry);
    } else {
      diagnostics.error(
          section->place(),
          "parameters: expected a mapping of names to values, found " + described(*section));
    }
  }
  parameters.resolve_all();
  for (Node::Entry& entry : root.entries)
    if (entry.key != "parameters") parameters.substitute(entry.value);
}

}  // namespace sojourn
