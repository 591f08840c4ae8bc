#include <algorithm>

#include <fmt/format.h>

#include "app/config/sections.h"
#include "app/config/step_kinds.h"

namespace sojourn {
namespace {

/// The other kinds that have the key, so that a modifier in the wrong place is sent to the right
/// one.
std::string belongs_to(std::vector<StepWord> const& kinds, std::string const& key) {
  std::vector<std::string> words;
  for (StepWord const& kind : kinds)
    if (std::count(kind.keys.begin(), kind.keys.end(), key) > 0)
      words.push_back(in_quotes(kind.word));
  return words.empty() ? "" : either_of(words);
}

std::vector<std::string> step_words() {
  std::vector<std::string> words;
  for (StepWord const& kind : step_kinds()) words.push_back(kind.word);
  words.emplace_back("respond");
  return words;
}

StepWord const* find_kind(std::string const& word) {
  for (StepWord const& kind : step_kinds())
    if (kind.word == word) return &kind;
  return nullptr;
}

std::optional<Step> read_word(Node const& node, Reading& reading) {
  if (node.reported) return std::nullopt;
  if (node.text == "respond") {
    refuse_in_branch("respond", node.place(), reading);
    return Step{RespondStep{}};
  }
  if (find_kind(node.text) != nullptr) {
    reading.error_at(node.place(), fmt::format("step '{}' needs a value", node.text));
  } else {
    reading.error_at(node.place(),
                     fmt::format("expected a step such as 'work: 5ms', found {}{}", described(node),
                                 did_you_mean(node.text, step_words())));
  }
  return std::nullopt;
}

void no_step_word(Node const& node, Reading& reading) {
  if (node.entries.empty()) {
    reading.error_at(node.place(), "expected a step such as 'work: 5ms', found an empty mapping");
    return;
  }
  Node::Entry const& first = node.entries.front();
  std::string const owner = belongs_to(step_kinds(), first.key);
  std::string hint = did_you_mean(first.key, step_words());
  if (first.key == "respond") hint = "; 'respond' stands alone, without ':'";
  if (hint.empty() && !owner.empty()) hint = "; " + in_quotes(first.key) + " belongs to " + owner;
  if (hint.empty()) hint = fmt::format("; expected {}", fmt::join(step_words(), ", "));
  reading.error_at(first.mark.place(),
                   fmt::format("no step is called {}{}", in_quotes(first.key), hint));
}

/// Keys that no step of this kind has; true if there were none.
void refuse_foreign_keys(Node& node, StepWord const& kind, Reading& reading) {
  auto const foreign = [&](Node::Entry const& entry) {
    if (std::count(kind.keys.begin(), kind.keys.end(), entry.key) > 0) return false;
    std::string const owner = belongs_to(step_kinds(), entry.key);
    if (owner.empty()) return false;
    reading.error_at(entry.mark.place(), fmt::format("{} does not belong to '{}' but to {}",
                                                     in_quotes(entry.key), kind.word, owner));
    return true;
  };
  auto& entries = node.entries;
  entries.erase(std::remove_if(entries.begin(), entries.end(), foreign), entries.end());
}

bool has_foreign_keys(Node const& node, StepWord const& kind) {
  return std::any_of(node.entries.begin(), node.entries.end(), [&](Node::Entry const& entry) {
    return std::count(kind.keys.begin(), kind.keys.end(), entry.key) == 0;
  });
}

std::optional<Step> read_kind(Node const& node, StepWord const& kind, Reading& reading) {
  if (!has_foreign_keys(node, kind)) return kind.value.read(node, reading);
  Node own = node;
  refuse_foreign_keys(own, kind, reading);
  return kind.value.read(own, reading);
}

std::optional<Step> read_mapping(Node const& node, Reading& reading) {
  std::vector<Node::Entry const*> words;
  for (Node::Entry const& entry : node.entries)
    if (find_kind(entry.key) != nullptr) words.push_back(&entry);
  if (words.empty()) {
    no_step_word(node, reading);
    return std::nullopt;
  }
  if (words.size() > 1) {
    reading.error_at(words[1]->mark.place(),
                     fmt::format("'{}' in the step that is a '{}' already; a step of its own "
                                 "begins with '- '",
                                 words[1]->key, words[0]->key));
    return std::nullopt;
  }
  return read_kind(node, *find_kind(words.front()->key), reading);
}

std::optional<Step> read_step(Node const& node, Reading& reading) {
  if (node.is(Node::Kind::scalar)) return read_word(node, reading);
  if (node.is(Node::Kind::mapping)) return read_mapping(node, reading);
  reading.expected(node, "a step such as 'work: 5ms'");
  return std::nullopt;
}

bool forwards(Node const& node) {
  return node.is(Node::Kind::mapping) && node.find("forward") != nullptr;
}

std::optional<Steps> read_steps(Node const& node, Reading& reading) {
  if (!node.is(Node::Kind::sequence)) {
    reading.expected(node, "a list of steps");
    return std::nullopt;
  }
  Steps steps;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0 && forwards(node.items[i - 1]))
      reading.error_at(node.items[i].place(), "never reached: it comes after 'forward'");
    if (auto step = read_step(node.items[i], reading)) steps.push_back(std::move(*step));
  }
  return steps;
}

}  // namespace

Value<Steps> steps_value() {
  return {read_steps, [] { return Json{{"$ref", "#/$defs/steps"}}; }};
}

Json steps_schema() {
  Json kinds = Json::array({Json{{"const", "respond"}}});
  for (StepWord const& kind : step_kinds()) kinds.push_back(kind.value.schema());
  return {{"type", "array"}, {"items", {{"anyOf", std::move(kinds)}}}};
}

}  // namespace sojourn
