#pragma once

#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>

#include "app/config/distribution_reader.h"
#include "app/config/document.h"
#include "app/config/load.h"
#include "app/config/reading.h"

namespace sojourn {

inline std::string printed(Diagnostics const& diagnostics) {
  std::ostringstream text;
  text << diagnostics;
  return text.str();
}

/// A scalar as it stands at line 1, column 1 of the file `f`.
inline Node scalar_node(std::string text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  node.text_column = 0;
  node.mark = {std::make_shared<std::string const>("f"), 1, 1};
  return node;
}

/// What a value reads from a text, and what it says about it.
template <class T>
struct ReadValue {
  std::optional<T> value;
  std::string messages;
};

template <class T>
ReadValue<T> read_text(Value<T> const& value, std::string text) {
  Diagnostics diagnostics;
  DataFiles files{{}};
  Reading reading(files, diagnostics);
  Node const node = scalar_node(std::move(text));
  auto result = value.read(node, reading);
  return {std::move(result), printed(diagnostics)};
}

/// A whole scenario around the steps of one operation, `web.checkout`.
inline std::string scenario_with_steps(std::string const& steps) {
  return "duration: 1h\n"
         "workloads: {shoppers: {request: web.checkout, arrivals: poisson(10/s)}}\n"
         "services: {web: {operations: {checkout: " +
         steps + "}}}\n";
}

/// The only variant of a scenario without mistakes.
inline Scenario loaded(std::string const& text, LoadOptions const& options = {}) {
  auto result = load_scenario_text(text, "f", options);
  if (!result.scenario) throw std::runtime_error(printed(result.diagnostics));
  return result.scenario->variants.front().scenario;
}

inline std::string mistakes_of(std::string const& text, LoadOptions const& options = {}) {
  return printed(load_scenario_text(text, "f", options).diagnostics);
}

}  // namespace sojourn
