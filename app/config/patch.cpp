#include "app/config/patch.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

namespace sojourn {
namespace {

void report_missing(Node const& base, Node::Entry const& removal, Diagnostics& diagnostics) {
  bool const suggest = diagnostics.want_suggestions();
  diagnostics.error(removal.mark.place(),
                    "nothing named " + in_quotes(removal.key) + " to remove" +
                        (suggest ? did_you_mean(removal.key, base.keys()) : std::string{}));
}

/// The node without the nulls in its mappings: there is nothing for them to remove.
Node without_removals(Node node, Diagnostics& diagnostics) {
  if (!node.is(Node::Kind::mapping)) return node;
  std::vector<Node::Entry> kept;
  for (Node::Entry& entry : node.entries) {
    if (entry.value.is(Node::Kind::null)) {
      report_missing({}, entry, diagnostics);
      continue;
    }
    entry.value = without_removals(std::move(entry.value), diagnostics);
    kept.push_back(std::move(entry));
  }
  node.entries = std::move(kept);
  return node;
}

void remove_entries(Node& mapping, std::set<std::string> const& removed) {
  if (removed.empty()) return;
  auto const gone = [&](Node::Entry const& entry) { return removed.count(entry.key) > 0; };
  auto& entries = mapping.entries;
  entries.erase(std::remove_if(entries.begin(), entries.end(), gone), entries.end());
}

/// The path's parts from `begin` to `end` as one key.
std::string joined(std::vector<std::string> const& path, std::size_t begin, std::size_t end) {
  std::string key = path[begin];
  for (std::size_t i = begin + 1; i < end; ++i) key += "." + path[i];
  return key;
}

/// Where a path has come to, and what is left of it.
struct Step {
  Node* node = nullptr;
  std::size_t next = 0;
};

/// Enters the longest key that the path can go on with.
std::optional<Step> enter_mapping(Node& mapping, std::vector<std::string> const& path,
                                  std::size_t begin) {
  for (std::size_t end = path.size(); end > begin; --end)
    if (Node* const value = mapping.find(joined(path, begin, end))) return Step{value, end};
  return std::nullopt;
}

std::optional<Step> enter_sequence(Node& sequence, std::vector<std::string> const& path,
                                   std::size_t begin) {
  std::string const& part = path[begin];
  std::size_t index = 0;
  auto const [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  bool const whole = error == std::errc{} && end == part.data() + part.size();
  if (!whole || index >= sequence.items.size()) return std::nullopt;
  return Step{&sequence.items[index], begin + 1};
}

std::string dead_end(Node const& node, std::vector<std::string> const& path, std::size_t begin) {
  std::string const where = begin == 0 ? "the scenario" : in_quotes(joined(path, 0, begin));
  if (node.is(Node::Kind::mapping))
    return fmt::format("{} has no key {}{}", where, in_quotes(path[begin]),
                       did_you_mean(path[begin], node.keys()));
  if (node.is(Node::Kind::sequence))
    return fmt::format("{} is a list of {}; expected a position from 0, found {}", where,
                       node.items.size(), in_quotes(path[begin]));
  return fmt::format("{} is {} and has no keys", where, described(node));
}

void set_key(Node& mapping, std::string const& key, Setting const& setting) {
  if (setting.value.is(Node::Kind::null)) {
    remove_entries(mapping, {key});
  } else if (Node* const value = mapping.find(key)) {
    *value = setting.value;
  } else {
    mapping.entries.push_back({key, setting.value.mark, setting.value});
  }
}

}  // namespace

void apply_patch(Node& base, Node const& patch, Diagnostics& diagnostics) {
  if (!base.is(Node::Kind::mapping) || !patch.is(Node::Kind::mapping)) {
    base = without_removals(patch, diagnostics);
    return;
  }
  std::map<std::string_view, std::size_t> known;
  for (std::size_t i = 0; i < base.entries.size(); ++i) known[base.entries[i].key] = i;
  std::set<std::string> removed;
  std::vector<Node::Entry> added;
  for (Node::Entry const& entry : patch.entries) {
    auto const found = known.find(entry.key);
    if (found != known.end()) {
      Node& value = base.entries[found->second].value;
      if (entry.value.is(Node::Kind::null)) {
        removed.insert(entry.key);
      } else {
        apply_patch(value, entry.value, diagnostics);
      }
    } else if (entry.value.is(Node::Kind::null)) {
      report_missing(base, entry, diagnostics);
    } else {
      added.push_back({entry.key, entry.mark, without_removals(entry.value, diagnostics)});
    }
  }
  for (Node::Entry& entry : added) base.entries.push_back(std::move(entry));
  remove_entries(base, removed);
}

std::optional<Setting> parse_setting(std::string_view text, Diagnostics& diagnostics) {
  std::size_t const equals = text.find('=');
  std::string const path(text.substr(0, equals));
  Setting setting;
  setting.label = "--set " + path;
  Place const whole{setting.label, 0, 0};
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = path.find('.', begin);
    setting.path.push_back(path.substr(begin, end == std::string::npos ? end : end - begin));
  }
  bool const has_gap = std::count(setting.path.begin(), setting.path.end(), "") > 0;
  if (equals == std::string_view::npos || has_gap) {
    diagnostics.error(whole, "expected PATH=VALUE such as services.web.replicas=3");
    return std::nullopt;
  }
  std::string_view const value = text.substr(equals + 1);
  bool const removes = value == "null" || value == "~";
  if (removes) return setting;
  if (value.find_first_not_of(" \t\n") == std::string_view::npos) {
    diagnostics.error(whole, "a value is missing after '='");
    return std::nullopt;
  }
  auto parsed = parse_document(value, setting.label, diagnostics);
  if (!parsed) return std::nullopt;
  setting.value = std::move(*parsed);
  return setting;
}

bool apply_setting(Node& root, Setting const& setting, Diagnostics& diagnostics) {
  auto const& path = setting.path;
  Node* node = &root;
  Node* parent = nullptr;
  std::size_t begin = 0, last = 0;
  while (begin < path.size()) {
    auto const step = node->is(Node::Kind::mapping)    ? enter_mapping(*node, path, begin)
                      : node->is(Node::Kind::sequence) ? enter_sequence(*node, path, begin)
                                                       : std::nullopt;
    if (!step) break;
    parent = node;
    node = step->node;
    last = begin;
    begin = step->next;
  }
  bool const new_key = begin + 1 == path.size() && node->is(Node::Kind::mapping);
  if (begin < path.size() && !new_key) {
    diagnostics.error({setting.label, 0, 0}, dead_end(*node, path, begin));
    return false;
  }
  if (new_key) {
    set_key(*node, path.back(), setting);
  } else if (parent->is(Node::Kind::mapping)) {
    set_key(*parent, joined(path, last, path.size()), setting);
  } else {
    *node = setting.value;
  }
  return true;
}

}  // namespace sojourn
