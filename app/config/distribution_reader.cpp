#include "app/config/distribution_reader.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "app/config/arguments.h"
#include "app/config/distribution_functions.h"
#include "app/config/quantity.h"

namespace sojourn {
namespace {

constexpr std::string_view a_distribution =
    "a duration such as 5ms or a distribution such as exponential(5ms)";
constexpr std::string_view a_count_distribution =
    "a whole number such as 3 or a distribution such as geometric(3)";
constexpr double sum_tolerance = 1e-9;

using Made = std::optional<Distribution>;

/// A call and what it stands in, for functions whose arguments have no fixed names.
struct Call {
  Expression const& expression;
  Node const& node;
  Reading& reading;

  Made fail(std::size_t offset, std::string_view text) const {
    reading.error(node, offset, text);
    return std::nullopt;
  }
};

// --- Durations by points, parts or values --------------------------------------------------------

/// The probability that an argument's name such as `p99.9` states.
std::optional<double> probability_of(std::string const& name) {
  if (name.size() < 2 || name[0] != 'p') return std::nullopt;
  auto const percent = parse_number(std::string_view(name).substr(1));
  if (!percent.value || *percent.value < 0.0 || *percent.value > 100.0) return std::nullopt;
  return *percent.value / 100.0;
}

Made make_quantiles(Call const& call) {
  std::vector<std::pair<double, double>> points;
  for (Expression::Argument const& argument : call.expression.arguments) {
    auto const probability = probability_of(argument.name);
    if (!probability || !argument.weight.empty())
      return call.fail(argument.offset, "quantiles wants points such as p50=5ms, from p0 to p100");
    auto const value = parse_duration(argument.value.text);
    if (argument.value.is_call || !value.value || *value.value < Duration::zero())
      return call.fail(argument.value.offset,
                       fmt::format("{} of quantiles: expected a duration such as 5ms, found {}{}",
                                   argument.name, in_quotes(argument.value.text), value.problem));
    double const seconds = in_seconds(*value.value);
    if (!points.empty() && (*probability <= points.back().first || seconds < points.back().second))
      return call.fail(argument.offset, "quantiles wants its points in ascending order");
    points.emplace_back(*probability, seconds);
  }
  bool const whole =
      points.size() >= 2 && points.front().first == 0.0 && points.back().first == 1.0;
  if (!whole)
    return call.fail(call.expression.offset, "quantiles wants points from p0 to p100, both given");
  return Distribution::quantiles(points);
}

Made make_mixture(Call const& call) {
  std::vector<std::pair<double, Distribution>> parts;
  double sum = 0.0;
  bool good = true;
  for (Expression::Argument const& argument : call.expression.arguments) {
    auto const weight = parse_ratio(argument.weight);
    if (!argument.name.empty() || !weight.value || *weight.value <= 0.0 || *weight.value > 1.0)
      return call.fail(argument.offset, "mixture wants parts such as 90% 2ms, each with its share");
    auto part = read_distribution(argument.value, Bound::not_negative, call.node, call.reading);
    good = good && part;
    sum += *weight.value;
    if (part) parts.emplace_back(*weight.value, std::move(*part));
  }
  if (std::abs(sum - 1.0) > sum_tolerance)
    return call.fail(
        call.expression.offset,
        fmt::format("the shares of a mixture must sum to 100 %, not to {:.6g} %", sum * 100.0));
  if (!good) return std::nullopt;
  for (auto& part : parts) part.first /= sum;
  return Distribution::mixture(std::move(parts));
}

Made make_empirical(Call const& call, Arguments& arguments) {
  std::string const file = arguments.word("file");
  if (!arguments.good()) return std::nullopt;
  auto const content = call.reading.files().read(file, call.reading.diagnostics());
  if (!content->good) return call.fail(call.expression.offset, "cannot use " + content->file);
  std::vector<double> values;
  for (auto const& value : content->values) values.push_back(in_seconds(value.duration));
  return Distribution::empirical(std::move(values));
}

Made make_duration(Call const& call) {
  auto const* const function =
      find_function(duration_functions(), call.expression, call.node, call.reading);
  if (function == nullptr) return std::nullopt;
  if (function->name == "quantiles") return make_quantiles(call);
  if (function->name == "mixture") return make_mixture(call);
  Arguments arguments(call.expression, function->arguments, call.node, call.reading);
  if (function->name == "empirical") return make_empirical(call, arguments);
  return function->make(arguments);
}

Made constant_duration(Expression const& expression, Bound bound, Node const& node,
                       Reading& reading) {
  auto const parsed = parse_duration(expression.text);
  if (parsed.value && *parsed.value >= Duration{bound == Bound::positive ? 1 : 0})
    return Distribution::constant(in_seconds(*parsed.value));
  std::string const limit = !parsed.value              ? ""
                            : bound == Bound::positive ? ", which is not more than zero"
                                                       : ", which is negative";
  std::string problem = parsed.value ? limit : parsed.problem;
  for (auto const& function : duration_functions())
    if (function.name == expression.text) problem = ", without its arguments in ( )";
  reading.error(
      node, expression.offset,
      fmt::format("expected {}, found {}{}", a_distribution, in_quotes(expression.text), problem));
  return std::nullopt;
}

std::string pattern_of(std::vector<Function<MakeDistribution>> const& functions,
                       std::string const& constant) {
  std::string names;
  for (auto const& function : functions) names += (names.empty() ? "" : "|") + function.name;
  return constant + "|(" + names + ") *\\(.*\\)";
}

}  // namespace

std::optional<Expression> read_expression(Node const& node, std::string_view expected,
                                          Reading& reading) {
  auto const text = scalar_text(node, expected, reading);
  if (!text) return std::nullopt;
  auto parsed = parse_expression(*text);
  if (!parsed.value) reading.error(node, parsed.error.offset, parsed.error.text);
  return std::move(parsed.value);
}

std::optional<Distribution> read_distribution(Expression const& expression, Bound bound,
                                              Node const& node, Reading& reading) {
  if (!expression.is_call) return constant_duration(expression, bound, node, reading);
  auto made = make_duration({expression, node, reading});
  if (!made || bound != Bound::positive || made->mean() > 0.0) return made;
  reading.error(node, expression.offset, "expected a distribution with a mean of more than zero");
  return std::nullopt;
}

std::optional<Distribution> read_count_distribution(Expression const& expression, Node const& node,
                                                    Reading& reading) {
  if (expression.is_call) {
    auto const* const function = find_function(count_functions(), expression, node, reading);
    if (function == nullptr) return std::nullopt;
    Arguments arguments(expression, function->arguments, node, reading);
    return function->make(arguments);
  }
  auto const parsed = parse_integer(expression.text);
  bool const in_range =
      parsed.value && *parsed.value >= 0 && static_cast<double>(*parsed.value) <= largest_count;
  if (in_range) return Distribution::constant(static_cast<double>(*parsed.value));
  std::string const problem = parsed.value ? ", which is not from 0 to 1000000" : parsed.problem;
  reading.error(node, expression.offset,
                fmt::format("expected {}, found {}{}", a_count_distribution,
                            in_quotes(expression.text), problem));
  return std::nullopt;
}

Value<Distribution> distribution_value(Bound bound) {
  auto read = [bound](Node const& node, Reading& reading) -> std::optional<Distribution> {
    auto const expression = read_expression(node, a_distribution, reading);
    if (!expression) return std::nullopt;
    return read_distribution(*expression, bound, node, reading);
  };
  return {
      std::move(read), [] {
        return pattern_schema(pattern_of(duration_functions(), "[0-9.eE+-]+(ns|us|ms|s|min|h|d)"));
      }};
}

Value<Distribution> count_distribution_value() {
  auto read = [](Node const& node, Reading& reading) -> std::optional<Distribution> {
    auto const expression = read_expression(node, a_count_distribution, reading);
    if (!expression) return std::nullopt;
    return read_count_distribution(*expression, node, reading);
  };
  return {std::move(read), [] {
            Json const integer = {{"type", "integer"}, {"minimum", 0}};
            return Json{
                {"anyOf",
                 Json::array({integer, pattern_schema(pattern_of(count_functions(), "[0-9]+"))})}};
          }};
}

}  // namespace sojourn
