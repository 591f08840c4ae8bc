#pragma once

#include <map>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

namespace sojourn::support {

/// Which of the language files use: of the keys of every mapping in the JSON Schema, of the words
/// of every enumeration, and of the functions that are written in values.
class SchemaCoverage {
 public:
  using Json = nlohmann::ordered_json;

  explicit SchemaCoverage(Json schema);

  void add(Json const& file) { look(schema_, &file, ""); }

  /// What no file has used, such as "services.*.queue.capacity".
  [[nodiscard]] std::set<std::string> missing() const;

 private:
  void look(Json const& schema, Json const* value, std::string const& path);
  void look_into(Json const& schema, Json const* value, std::string const& path);
  void see(std::string const& what, bool is_used) { used_[what] = used_[what] || is_used; }
  void see_words(Json const& schema, Json const* value, std::string const& path);
  void see_functions(std::string const& pattern, Json const* value, std::string const& path);

  Json schema_;
  bool steps_listed_ = false;
  std::map<std::string, std::string> path_of_functions_;  ///< (patterns) -> where it first stands
  std::map<std::string, bool> used_;
};

}  // namespace sojourn::support
