#include "tests/properties/schema_coverage.h"

#include <algorithm>
#include <regex>
#include <sstream>

namespace sojourn::support {
namespace {

using Json = nlohmann::ordered_json;

/// Whether the value may be meant by this one of several alternatives.
bool fits(Json const& schema, Json const& value) {
  auto const properties = schema.find("properties");
  if (properties == schema.end()) return true;
  if (!value.is_object()) return false;
  for (auto const& [key, item] : value.items()) {
    if (!properties->contains(key)) return false;
  }
  return true;
}

}  // namespace

SchemaCoverage::SchemaCoverage(Json schema) : schema_(std::move(schema)) {
  look(schema_, nullptr, "");
}

std::set<std::string> SchemaCoverage::missing() const {
  std::set<std::string> result;
  for (auto const& [what, is_used] : used_) {
    if (!is_used) result.insert(what);
  }
  return result;
}

/// Notes what the schema allows and what of it is in the value. Without a value it lists only.
void SchemaCoverage::look(Json const& schema, Json const* value, std::string const& path) {
  if (auto const reference = schema.find("$ref"); reference != schema.end()) {
    bool const is_steps = *reference == "#/$defs/steps";
    if (!is_steps || (value == nullptr && steps_listed_)) return;
    steps_listed_ = true;
    look(schema_["$defs"]["steps"], value, "steps");
    return;
  }
  if (auto const choices = schema.find("anyOf"); choices != schema.end()) {
    for (Json const& choice : *choices) {
      if (value == nullptr || fits(choice, *value)) look(choice, value, path);
    }
  }
  look_into(schema, value, path);
  see_words(schema, value, path);
  auto const pattern = schema.find("pattern");
  if (pattern != schema.end()) see_functions(pattern->get<std::string>(), value, path);
}

void SchemaCoverage::look_into(Json const& schema, Json const* value, std::string const& path) {
  std::string const inside = path.empty() ? "" : path + ".";
  if (auto const properties = schema.find("properties"); properties != schema.end()) {
    for (auto const& [key, property] : properties->items()) {
      bool const is_used = value != nullptr && value->is_object() && value->contains(key);
      see(inside + key, is_used);
      if (value == nullptr || is_used)
        look(property, is_used ? &(*value)[key] : nullptr, inside + key);
    }
  }
  auto const others = schema.find("additionalProperties");
  if (others != schema.end() && others->is_object()) {
    if (value == nullptr) look(*others, nullptr, inside + "*");
    if (value != nullptr && value->is_object()) {
      for (auto const& item : *value) look(*others, &item, inside + "*");
    }
  }
  if (auto const items = schema.find("items"); items != schema.end()) {
    if (value == nullptr) look(*items, nullptr, path);
    if (value != nullptr && value->is_array()) {
      for (auto const& item : *value) look(*items, &item, path);
    }
  }
}

void SchemaCoverage::see_words(Json const& schema, Json const* value, std::string const& path) {
  auto const see_word = [&](Json const& word) {
    if (word.is_string())
      see(path + " = " + word.get<std::string>(), value != nullptr && *value == word);
  };
  if (auto const one = schema.find("const"); one != schema.end()) see_word(*one);
  if (auto const words = schema.find("enum"); words != schema.end()) {
    for (Json const& word : *words) see_word(word);
  }
}

/// A pattern names its functions so: (poisson|periodic) *\(.*\). One that many keys have in common
/// counts once.
void SchemaCoverage::see_functions(std::string const& pattern, Json const* value,
                                   std::string const& path) {
  static std::regex const names_of(R"(\(?([a-z0-9-]+(?:\|[a-z0-9-]+)*)\)? \*\\\()");
  std::smatch found;
  if (!std::regex_search(pattern, found, names_of)) return;
  std::string const where = path_of_functions_.try_emplace(found.str(1), path).first->second;
  std::istringstream names(found.str(1));
  for (std::string name; std::getline(names, name, '|');) {
    bool const is_used = value != nullptr && value->is_string() &&
                         value->get_ref<std::string const&>().rfind(name + "(", 0) == 0;
    see(where + " = " + name + "(...)", is_used);
  }
}

}  // namespace sojourn::support
