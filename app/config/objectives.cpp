#include "app/config/objectives.h"

#include <array>
#include <utility>

#include "app/config/scalars.h"

namespace sojourn {
namespace {

constexpr std::string_view objective_form =
    "an objective such as 'shoppers.latency.p99 <= 1s': a metric, one of <, <=, >=, >, and a value";

struct Operator {
  std::string_view text;
  Objective::Comparison comparison;
};
constexpr std::array<Operator, 4> operators = {{{"<=", Objective::Comparison::at_most},
                                                {">=", Objective::Comparison::at_least},
                                                {"<", Objective::Comparison::less},
                                                {">", Objective::Comparison::more}}};

/// Where the part of the text from `begin` to `end` begins and ends without the spaces around it.
std::pair<std::size_t, std::size_t> trimmed(std::string_view text, std::size_t begin,
                                            std::size_t end) {
  while (begin < end && text[begin] == ' ') ++begin;
  while (begin < end && text[end - 1] == ' ') --end;
  return {begin, end};
}

bool is_metric_name(std::string_view text) {
  std::size_t begin = 0;
  int parts = 0;
  for (; begin <= text.size(); ++parts) {
    std::size_t const end = std::min(text.find('.', begin), text.size());
    if (!is_identifier(text.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return parts >= 2;
}

bool is_quantity(std::string_view text) {
  return parse_duration(text).value || parse_rate(text).value || parse_ratio(text).value;
}

std::optional<ObjectiveSource> read_parts(Node const& node, std::string_view text,
                                          Operator const& sign, std::size_t at, Reading& reading) {
  auto const [metric, metric_end] = trimmed(text, 0, at);
  auto const [value, value_end] = trimmed(text, at + sign.text.size(), text.size());
  ObjectiveSource source;
  source.objective.text = std::string(text);
  source.objective.metric = std::string(text.substr(metric, metric_end - metric));
  source.objective.comparison = sign.comparison;
  source.value = std::string(text.substr(value, value_end - value));
  source.metric_place = node.place_of(metric);
  source.value_place = node.place_of(value);
  bool const named = is_metric_name(source.objective.metric);
  bool const valued = is_quantity(source.value);
  if (!named)
    reading.error(node, metric,
                  "expected a metric such as shoppers.latency.p99, found " +
                      in_quotes(source.objective.metric));
  if (!valued)
    reading.error(
        node, value,
        "expected a value such as 1s, 99.9%, 120/s or 5, found " + in_quotes(source.value));
  return named && valued ? std::optional(std::move(source)) : std::nullopt;
}

std::optional<ObjectiveSource> read_objective(Node const& node, Reading& reading) {
  auto const text = scalar_text(node, objective_form, reading);
  if (!text) return std::nullopt;
  std::size_t const at = text->find_first_of("<>=");
  if (at != std::string_view::npos)
    for (Operator const& sign : operators)
      if (text->substr(at, sign.text.size()) == sign.text)
        return read_parts(node, *text, sign, at, reading);
  reading.expected(node, objective_form);
  return std::nullopt;
}

}  // namespace

Value<ObjectiveSource> objective_value() {
  return {read_objective, [] { return pattern_schema("[^<>=]+(<|<=|>=|>)[^<>=]+"); }};
}

Parsed<double> value_in_unit(std::string_view text, Unit unit) {
  switch (unit) {
    case Unit::second: {
      auto const parsed = parse_duration(text);
      if (parsed.value) return {in_seconds(*parsed.value), ""};
      return {std::nullopt, "a duration such as 250ms"};
    }
    case Unit::per_second: {
      auto const parsed = parse_rate(text);
      if (parsed.value) return {parsed.value, ""};
      return {std::nullopt, "a rate such as 120/s"};
    }
    case Unit::ratio: {
      auto const parsed = parse_ratio(text);
      if (parsed.value) return {parsed.value, ""};
      return {std::nullopt, "a ratio such as 99.9%"};
    }
    case Unit::one:
      break;
  }
  auto const parsed = parse_number(text);
  if (parsed.value) return {parsed.value, ""};
  return {std::nullopt, "a plain number such as 5"};
}

}  // namespace sojourn
