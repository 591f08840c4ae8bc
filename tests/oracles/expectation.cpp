#include "tests/oracles/expectation.h"

#include <cmath>
#include <regex>
#include <set>
#include <stdexcept>

#include <yaml-cpp/yaml.h>

namespace sojourn::oracles {
namespace {

constexpr double default_half_width = 0.02;

/// "3" is 3; "3%" is that share of `whole`.
double amount(YAML::Node const& node, double whole) {
  auto text = node.as<std::string>();
  if (text.back() != '%') return node.as<double>();
  text.pop_back();
  return std::stod(text) / 100.0 * std::abs(whole);
}

void refuse_unknown_keys(YAML::Node const& map, std::set<std::string> const& known) {
  for (auto const& entry : map) {
    auto const key = entry.first.as<std::string>();
    if (known.count(key) == 0) throw std::invalid_argument("unknown key '" + key + "'");
  }
}

Expectation read_row(YAML::Node const& node) {
  refuse_unknown_keys(
      node, {"quantity", "metric", "expected", "half_width", "tolerance", "variant", "set"});
  Expectation row;
  row.quantity = node["quantity"].as<std::string>();
  row.metric = node["metric"].as<std::string>();
  row.expected = node["expected"].as<double>();
  if (node["variant"]) row.variant = node["variant"].as<std::string>();
  if (node["set"]) row.sets = node["set"].as<std::vector<std::string>>();
  if (node["tolerance"]) row.tolerance = amount(node["tolerance"], row.expected);
  if (node["half_width"]) row.half_width = amount(node["half_width"], row.expected);
  if (!row.tolerance && !row.half_width)
    row.half_width = default_half_width * std::abs(row.expected);
  return row;
}

}  // namespace

double Expectation::resolution() const {
  static std::regex const percentile(R"(\.p\d+$)");
  return std::regex_search(metric, percentile) ? std::abs(expected) / 128.0 : 0.0;
}

std::vector<Case> read_cases(std::filesystem::path const& path) {
  std::vector<Case> cases;
  for (auto const& entry : YAML::LoadFile(path.string())) {
    refuse_unknown_keys(entry.second, {"source", "rows"});
    Case oracle{entry.first.as<std::string>(), entry.second["source"].as<std::string>(), {}};
    for (auto const& row : entry.second["rows"]) oracle.rows.push_back(read_row(row));
    cases.push_back(std::move(oracle));
  }
  return cases;
}

}  // namespace sojourn::oracles
