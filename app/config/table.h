#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/config/document.h"
#include "app/config/reading.h"

/// The table of keys. Each mapping of the language is one `Table`, each kind of value one `Value`;
/// both reading and the JSON Schema come from them, so that they cannot differ.
namespace sojourn {

using Json = nlohmann::ordered_json;

/// A kind of value: how it is read and what its JSON Schema is.
template <class T>
struct Value {
  /// The value, or nothing: then a mistake has been recorded.
  std::function<std::optional<T>(Node const&, Reading&)> read;
  std::function<Json()> schema;
};

/// A mapping with known keys that is read into an `S`.
template <class S>
class Table {
 public:
  template <class T, class Into>
  Table& required(std::string key, Value<T> value, Into into, std::string description) {
    add(std::move(key), std::move(value), into, std::move(description), "", true);
    return *this;
  }

  /// `standard` tells what holds where the key is absent; empty: nothing of the kind.
  template <class T, class Into>
  Table& optional(std::string key, Value<T> value, Into into, std::string standard,
                  std::string description) {
    add(std::move(key), std::move(value), into, std::move(description), std::move(standard), false);
    return *this;
  }

  /// One of the keys must be there, and only one.
  Table& exactly_one(std::vector<std::string> keys) {
    alternatives_.push_back(std::move(keys));
    return *this;
  }

  /// Called after all keys have been read, for what concerns several of them.
  Table& check(std::function<void(Node const&, S&, Reading&)> check) {
    check_ = std::move(check);
    return *this;
  }

  /// Names the keys that belong elsewhere, to say so: called with an unknown key.
  Table& hint(std::function<std::string(std::string const&)> hint) {
    hint_ = std::move(hint);
    return *this;
  }

  [[nodiscard]] std::optional<S> read(Node const& node, Reading& reading) const {
    S result{};
    if (!read_into(result, node, reading)) return std::nullopt;
    return result;
  }

  /// Reads what there is; whether all of it is there that must be.
  bool read_into(S& result, Node const& node, Reading& reading) const {
    if (!node.is(Node::Kind::mapping)) {
      reading.expected(node, "a mapping with " + key_list());
      return false;
    }
    for (Node::Entry const& entry : node.entries) read_entry(entry, result, reading);
    bool const has_keys = has_required(node, reading);
    bool const has_choices = has_alternatives(node, reading);
    if (check_) check_(node, result, reading);
    return has_keys && has_choices;
  }

  [[nodiscard]] Json schema() const {
    Json result = {{"type", "object"}, {"properties", Json::object()}};
    Json needed = Json::array();
    for (Row const& row : rows_) {
      Json value = row.schema();
      value["description"] = row.described();
      result["properties"][row.key] = std::move(value);
      if (row.required) needed.push_back(row.key);
    }
    result["additionalProperties"] = false;
    if (!needed.empty()) result["required"] = std::move(needed);
    Json choices = Json::array();
    for (auto const& keys : alternatives_) choices.push_back(one_of_schema(keys));
    if (!choices.empty()) result["allOf"] = std::move(choices);
    return result;
  }

  [[nodiscard]] std::vector<std::string> keys() const {
    std::vector<std::string> result;
    for (Row const& row : rows_) result.push_back(row.key);
    return result;
  }

 private:
  struct Row {
    std::string key;
    bool required = false;
    std::string standard;
    std::string description;
    std::function<void(Node const&, S&, Reading&)> read;
    std::function<Json()> schema;

    [[nodiscard]] std::string described() const {
      return standard.empty() ? description : description + " Default: " + standard + ".";
    }
  };

  template <class T, class Into>
  void add(std::string key, Value<T> value, Into into, std::string description,
           std::string standard, bool required) {
    auto read = [read_value = std::move(value.read), into](Node const& node, S& target,
                                                           Reading& reading) {
      std::optional<T> read_result = read_value(node, reading);
      if (!read_result) return;
      if constexpr (std::is_member_object_pointer_v<Into>) {
        target.*into = std::move(*read_result);
      } else {
        into(target, std::move(*read_result));
      }
    };
    rows_.push_back({std::move(key), required, std::move(standard), std::move(description),
                     std::move(read), std::move(value.schema)});
  }

  [[nodiscard]] Row const* find(std::string const& key) const {
    for (Row const& row : rows_)
      if (row.key == key) return &row;
    return nullptr;
  }

  void read_entry(Node::Entry const& entry, S& result, Reading& reading) const {
    if (Row const* const row = find(entry.key)) {
      Reading::Within const within(reading, entry);
      row->read(entry.value, result, reading);
      return;
    }
    std::string hint = hint_ ? hint_(entry.key) : "";
    if (hint.empty()) hint = did_you_mean(entry.key, keys());
    if (hint.empty()) hint = "; expected " + key_list();
    reading.error_at(entry.mark.place(),
                     fmt::format("unknown key {}{}", in_quotes(entry.key), hint));
  }

  bool has_required(Node const& node, Reading& reading) const {
    bool complete = true;
    for (Row const& row : rows_) {
      if (!row.required || node.find(row.key) != nullptr) continue;
      missing(node, in_quotes(row.key), reading);
      complete = false;
    }
    return complete;
  }

  bool has_alternatives(Node const& node, Reading& reading) const {
    bool complete = true;
    for (auto const& keys : alternatives_) {
      std::vector<Node::Entry const*> present;
      for (Node::Entry const& entry : node.entries)
        if (std::count(keys.begin(), keys.end(), entry.key) > 0) present.push_back(&entry);
      if (present.size() == 1) continue;
      complete = false;
      if (present.empty()) {
        std::vector<std::string> names;
        for (auto const& key : keys) names.push_back(in_quotes(key));
        missing(node, either_of(names), reading);
      } else {
        reading.error_at(
            present[1]->mark.place(),
            fmt::format("{} does not go with {}: only one of {}", in_quotes(present[1]->key),
                        in_quotes(present[0]->key), fmt::join(keys, ", ")));
      }
    }
    return complete;
  }

  void missing(Node const& node, std::string const& what, Reading& reading) const {
    std::string const key = reading.key();
    reading.error_at(reading.key_place(node),
                     (key.empty() ? "" : key + ": ") + "missing key " + what);
  }

  [[nodiscard]] std::string key_list() const { return fmt::format("{}", fmt::join(keys(), ", ")); }

  static Json one_of_schema(std::vector<std::string> const& keys) {
    Json choices = Json::array();
    for (auto const& key : keys) choices.push_back({{"required", Json::array({key})}});
    return {{"oneOf", std::move(choices)}};
  }

  std::vector<Row> rows_;
  std::vector<std::vector<std::string>> alternatives_;
  std::function<void(Node const&, S&, Reading&)> check_;
  std::function<std::string(std::string const&)> hint_;
};

/// A mapping as a value.
template <class S>
Value<S> object(Table<S> table) {
  auto const shared = std::make_shared<Table<S> const>(std::move(table));
  return {[shared](Node const& node, Reading& reading) { return shared->read(node, reading); },
          [shared] { return shared->schema(); }};
}

/// A list whose items are all read alike.
template <class T>
Value<std::vector<T>> list_of(Value<T> item, std::string what) {
  auto read = [item, what](Node const& node, Reading& reading) -> std::optional<std::vector<T>> {
    if (!node.is(Node::Kind::sequence)) {
      reading.expected(node, "a list of " + what);
      return std::nullopt;
    }
    std::vector<T> result;
    for (Node const& element : node.items)
      if (auto value = item.read(element, reading)) result.push_back(std::move(*value));
    return result;
  };
  return {std::move(read), [item] { return Json{{"type", "array"}, {"items", item.schema()}}; }};
}

/// A list, or one item alone.
template <class T>
Value<std::vector<T>> one_or_list_of(Value<T> item, std::string what) {
  auto const list = list_of(item, what);
  auto read = [item, list](Node const& node, Reading& reading) -> std::optional<std::vector<T>> {
    if (node.is(Node::Kind::sequence)) {
      if (node.items.empty()) reading.error(node, "expected at least one");
      return list.read(node, reading);
    }
    auto one = item.read(node, reading);
    if (!one) return std::nullopt;
    return std::vector<T>{std::move(*one)};
  };
  return {std::move(read), [item, list] {
            return Json{{"anyOf", Json::array({item.schema(), list.schema()})}};
          }};
}

/// A mapping from names to values; `begin` is called with each entry before its value is read, and
/// `end` with the value to take it over.
template <class T, class Begin, class End>
Value<std::vector<T>> named(Value<T> value, std::string what, Begin begin, End end) {
  auto read = [value, what, begin, end](Node const& node,
                                        Reading& reading) -> std::optional<std::vector<T>> {
    if (!node.is(Node::Kind::mapping)) {
      reading.expected(node, "a mapping of " + what);
      return std::nullopt;
    }
    std::vector<T> result;
    for (Node::Entry const& entry : node.entries) {
      Reading::Within const within(reading, entry);
      begin(entry, reading);
      auto item = value.read(entry.value, reading);
      if (!item) continue;
      end(*item, entry, reading);
      result.push_back(std::move(*item));
    }
    return result;
  };
  return {std::move(read), [value] {
            return Json{{"type", "object"}, {"additionalProperties", value.schema()}};
          }};
}

/// Named things of one kind; services and brokers own the names inside them.
template <class T>
Value<std::vector<T>> declared(Value<T> value, std::string what, NameKind kind) {
  bool const owns = kind == NameKind::service || kind == NameKind::broker;
  auto begin = [kind, owns](Node::Entry const& entry, Reading& reading) {
    if (owns) reading.owner.clear();
    reading.declare(kind, entry.key, entry.mark);
    if (owns) reading.owner = entry.key;
  };
  auto end = [](T& item, Node::Entry const& entry, Reading&) { item.name = entry.key; };
  auto all = named(std::move(value), std::move(what), begin, end);
  if (!owns) return all;
  auto read = [all](Node const& node, Reading& reading) {
    auto result = all.read(node, reading);
    reading.owner.clear();
    return result;
  };
  return {std::move(read), all.schema};
}

/// A scalar read one way and a mapping or list read another.
template <class T>
Value<T> scalar_or(Value<T> scalar, Value<T> other) {
  auto read = [scalar, other](Node const& node, Reading& reading) {
    bool const is_scalar = node.is(Node::Kind::scalar) || node.is(Node::Kind::null);
    return is_scalar ? scalar.read(node, reading) : other.read(node, reading);
  };
  return {std::move(read), [scalar, other] {
            return Json{{"anyOf", Json::array({scalar.schema(), other.schema()})}};
          }};
}

/// The same value as another type.
template <class To, class From, class Convert>
Value<To> converted(Value<From> value, Convert convert) {
  auto read = [value, convert](Node const& node, Reading& reading) -> std::optional<To> {
    auto result = value.read(node, reading);
    if (!result) return std::nullopt;
    return convert(std::move(*result));
  };
  return {std::move(read), value.schema};
}

}  // namespace sojourn
