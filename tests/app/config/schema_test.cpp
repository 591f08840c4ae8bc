#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "app/config/document.h"
#include "tests/app/config/reading_support.h"

namespace sojourn {
namespace {

using Json = nlohmann::ordered_json;

std::string content(std::filesystem::path const& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// A YAML tree as an editor's validator sees it.
Json to_json(Node const& node) {
  Json result;
  switch (node.kind) {
    case Node::Kind::null:
      break;
    case Node::Kind::scalar: {
      static std::regex const number("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
      if (!node.quoted && (node.text == "true" || node.text == "false")) return node.text == "true";
      if (node.quoted || !std::regex_match(node.text, number)) return node.text;
      return Json::parse(node.text);
    }
    case Node::Kind::sequence:
      result = Json::array();
      for (Node const& item : node.items) result.push_back(to_json(item));
      break;
    case Node::Kind::mapping:
      result = Json::object();
      for (auto const& entry : node.entries) result[entry.key] = to_json(entry.value);
      break;
  }
  return result;
}

/// As much of JSON Schema as the schema uses; a keyword that is not known here fails the test.
class Validator {
 public:
  explicit Validator(Json schema) : root_(std::move(schema)) {}

  [[nodiscard]] bool accepts(Json const& value) const { return accepts(root_, value); }

 private:
  [[nodiscard]] bool accepts(Json const& schema, Json const& value) const {
    for (auto const& [keyword, rule] : schema.items())
      if (!holds(keyword, rule, schema, value)) return false;
    return true;
  }

  [[nodiscard]] bool holds(std::string const& keyword, Json const& rule, Json const& schema,
                           Json const& value) const {
    static std::set<std::string> const annotations = {"$schema", "$defs", "title", "description"};
    if (annotations.count(keyword) > 0) return true;
    if (keyword == "$ref") return accepts(referred(rule), value);
    if (keyword == "type") return is_of_type(rule, value);
    if (keyword == "const") return value == rule;
    if (keyword == "enum") return std::find(rule.begin(), rule.end(), value) != rule.end();
    if (keyword == "anyOf") return matches(rule, value) > 0;
    if (keyword == "oneOf") return matches(rule, value) == 1;
    if (keyword == "allOf") return matches(rule, value) == rule.size();
    if (keyword == "minimum") return !value.is_number() || value >= rule;
    if (keyword == "exclusiveMinimum") return !value.is_number() || value > rule;
    if (keyword == "maximum") return !value.is_number() || value <= rule;
    if (keyword == "pattern")
      return !value.is_string() ||
             std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>()));
    if (keyword == "minItems") return !value.is_array() || value.size() >= rule;
    if (keyword == "maxItems") return !value.is_array() || value.size() <= rule;
    if (keyword == "required") return has_all(rule, value);
    if (keyword == "items") return each(value.is_array(), rule, value);
    if (keyword == "properties") return properties_hold(rule, value);
    if (keyword == "additionalProperties") return others_hold(rule, schema, value);
    ADD_FAILURE() << "unknown keyword " << keyword;
    return false;
  }

  [[nodiscard]] Json const& referred(Json const& reference) const {
    return root_.at(Json::json_pointer(reference.get<std::string>().substr(1)));
  }

  static bool is_of_type(Json const& rule, Json const& value) {
    if (rule.is_array())
      return std::any_of(rule.begin(), rule.end(),
                         [&](Json const& type) { return is_of_type(type, value); });
    if (rule == "integer") return value.is_number_integer();
    return rule == (value.is_number() ? "number" : value.type_name());
  }

  [[nodiscard]] std::size_t matches(Json const& schemas, Json const& value) const {
    return static_cast<std::size_t>(
        std::count_if(schemas.begin(), schemas.end(),
                      [&](Json const& schema) { return accepts(schema, value); }));
  }

  static bool has_all(Json const& keys, Json const& value) {
    return !value.is_object() || std::all_of(keys.begin(), keys.end(), [&](Json const& key) {
      return value.contains(key.get<std::string>());
    });
  }

  [[nodiscard]] bool each(bool applies, Json const& schema, Json const& value) const {
    return !applies || std::all_of(value.begin(), value.end(),
                                   [&](Json const& item) { return accepts(schema, item); });
  }

  [[nodiscard]] bool properties_hold(Json const& properties, Json const& value) const {
    if (!value.is_object()) return true;
    for (auto const& [key, schema] : properties.items())
      if (value.contains(key) && !accepts(schema, value.at(key))) return false;
    return true;
  }

  [[nodiscard]] bool others_hold(Json const& rule, Json const& schema, Json const& value) const {
    if (!value.is_object()) return true;
    for (auto const& [key, item] : value.items()) {
      if (schema.contains("properties") && schema.at("properties").contains(key)) continue;
      if (rule.is_boolean() ? !rule.get<bool>() : !accepts(rule, item)) return false;
    }
    return true;
  }

  Json root_;
};

void collect_keys(Json const& schema, std::set<std::string>& keys) {
  if (schema.is_object() && schema.contains("properties"))
    for (auto const& [key, value] : schema["properties"].items()) keys.insert(key);
  for (Json const& part : schema)
    if (part.is_structured()) collect_keys(part, keys);
}

bool accepts(std::string const& text) {
  Diagnostics diagnostics;
  auto const root = parse_document(text, "f", diagnostics);
  EXPECT_TRUE(root) << printed(diagnostics);
  return root && Validator(scenario_schema()).accepts(to_json(*root));
}

std::filesystem::path const source = SOJOURN_SOURCE_DIR;

TEST(SchemaTest, AcceptsEveryScenarioThatIsShipped) {
  for (auto const& entry : std::filesystem::directory_iterator(source / "scenarios"))
    EXPECT_TRUE(entry.path().extension() != ".yaml" || accepts(content(entry.path())))
        << entry.path();
}

TEST(SchemaTest, RefusesWhatTheReaderRefuses) {
  std::string const good = scenario_with_steps("[work: 5ms]");
  ASSERT_TRUE(accepts(good));
  EXPECT_FALSE(accepts(good + "durtion: 5s\n")) << "unknown key";
  EXPECT_FALSE(accepts(good + "warmup: 5\n")) << "no unit";
  EXPECT_FALSE(accepts(good.substr(good.find('\n') + 1))) << "no duration";
  EXPECT_FALSE(accepts(good + "replications: 0\n"));
  EXPECT_FALSE(accepts(good + "faults: {f: {at: 1s, every: 2s, crash: web}}\n")) << "two times";
  EXPECT_FALSE(accepts(good + "faults: {f: {at: 1s}}\n")) << "no effect";
  EXPECT_FALSE(accepts(scenario_with_steps("[wrok: 5ms]")));
  EXPECT_FALSE(accepts(scenario_with_steps("[{work: 5ms, timeout: 1s}]")));
  EXPECT_FALSE(accepts(scenario_with_steps("[work: lognormal]")));
  EXPECT_FALSE(accepts(good + "variants: {a: {services: {web: {replcas: 2}}}}\n"));
  EXPECT_FALSE(accepts(good + "variants: {a: {seed: 2}}\n"));
}

TEST(SchemaTest, VariantsSayOnlyWhatDiffersAndMayRemove) {
  std::string const good = scenario_with_steps("[work: 5ms]");
  EXPECT_TRUE(accepts(good + "variants: {a: {services: {web: {replicas: 2}}}}\n"));
  EXPECT_TRUE(accepts(good + "variants: {a: {services: {web: null}, faults: null}, b: {}}\n"));
  EXPECT_TRUE(accepts(good + "variants: {a: {workloads: {shoppers: {timeout: null}}}}\n"));
}

TEST(SchemaTest, ParametersMayStandForAnyValue) {
  EXPECT_TRUE(
      accepts("duration: $length\nreplications: $n\nparameters: {length: 1h, n: 5}\n"
              "services: {web: {replicas: $n, cores: $n, operations: {x: [work: $w]}}}\n"));
}

/// What is documented is what there is: the document's keys are checked against the tables.
TEST(SchemaTest, EveryKeyIsDocumented) {
  std::string const document = content(source / "docs" / "scenario-format.md");
  std::set<std::string> keys;
  collect_keys(scenario_schema(), keys);
  ASSERT_GT(keys.size(), 60U);
  for (std::string const& key : keys)
    EXPECT_NE(document.find('`' + key + '`'), std::string::npos) << key << " is not documented";
}

TEST(SchemaTest, EveryKeyIsDescribed) {
  std::string const text = scenario_schema().dump();
  EXPECT_EQ(text.find("\"description\":\"\""), std::string::npos);
  EXPECT_EQ(text.find("\"description\":\" Default"), std::string::npos);
}

}  // namespace
}  // namespace sojourn
