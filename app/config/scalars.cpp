#include "app/config/scalars.h"

#include <charconv>
#include <cmath>

#include "app/config/quantity.h"

namespace sojourn {
namespace {

constexpr double fastest_rate = 1e9;            // 1/s: one a tick of the clock
constexpr double slowest_rate = 1.0 / 3.156e8;  // 1/s: one in 10 years

std::string bound_text(Bound bound) {
  switch (bound) {
    case Bound::any:
      return "";
    case Bound::not_negative:
      return ", not negative";
    case Bound::positive:
      return ", more than zero";
  }
  return "";
}

template <class T>
bool holds(Bound bound, T value, T zero) {
  return bound == Bound::any || value > zero || (bound == Bound::not_negative && value == zero);
}

/// A quantity read by `parse` that `accept` then judges; `bounds` says how.
template <class T, class Parse, class Accept>
Value<T> quantity(std::string expected, std::string bounds, Parse parse, Accept accept,
                  Json schema) {
  auto read = [=](Node const& node, Reading& reading) -> std::optional<T> {
    auto const text = scalar_text(node, expected, reading);
    if (!text) return std::nullopt;
    auto const parsed = parse(*text);
    if (parsed.value && accept(*parsed.value)) return parsed.value;
    reading.expected(node, parsed.value ? expected + bounds : expected, parsed.problem);
    return std::nullopt;
  };
  return {std::move(read), [schema] { return schema; }};
}

Json number_schema(Json bounds) {
  bounds["type"] = "number";
  return {{"anyOf", Json::array({std::move(bounds), pattern_schema("\\$.*")})}};
}

Json integer_schema(std::int64_t least, std::int64_t most) {
  Json integer = {{"type", "integer"}, {"minimum", least}};
  if (most != unlimited) integer["maximum"] = most;
  return {{"anyOf", Json::array({std::move(integer), pattern_schema("\\$.*")})}};
}

template <class Name>
Value<Name> pair_of_names(NameKind kind, std::string expected) {
  auto read = [kind, expected](Node const& node, Reading& reading) -> std::optional<Name> {
    auto const text = scalar_text(node, expected, reading);
    if (!text) return std::nullopt;
    auto const parts = split_name(*text);
    if (!parts) {
      reading.expected(node, expected);
      return std::nullopt;
    }
    reading.refer({kind}, std::string(*text), node);
    return Name{parts->first, parts->second};
  };
  return {std::move(read),
          [] { return pattern_schema("[A-Za-z][A-Za-z0-9_-]*\\.[A-Za-z][A-Za-z0-9_-]*"); }};
}

std::string count_bounds(std::int64_t least, std::int64_t most) {
  return fmt::format(", from {} to {}", least, most);
}

}  // namespace

std::optional<std::string_view> scalar_text(Node const& node, std::string_view expected,
                                            Reading& reading) {
  if (node.is(Node::Kind::scalar) && !node.reported) return node.text;
  reading.expected(node, expected);
  return std::nullopt;
}

Json pattern_schema(std::string const& pattern) {
  bool const parameter_only = pattern == "\\$.*";
  std::string const whole = parameter_only ? "\\$" : "^(" + pattern + ")$|\\$";
  return {{"type", "string"}, {"pattern", whole}};
}

std::optional<std::pair<std::string, std::string>> split_name(std::string_view text) {
  std::size_t const dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  std::string owner(text.substr(0, dot)), name(text.substr(dot + 1));
  if (!is_identifier(owner) || !is_identifier(name)) return std::nullopt;
  return std::pair{std::move(owner), std::move(name)};
}

std::string to_text(OperationName const& name) { return name.service + "." + name.operation; }
std::string to_text(ChannelName const& name) { return name.broker + "." + name.channel; }

Value<Duration> duration_value(Bound bound) {
  return quantity<Duration>(
      "a duration such as 250ms or 1.5s", bound_text(bound), parse_duration,
      [bound](Duration duration) { return holds(bound, duration, Duration::zero()); },
      pattern_schema("[0-9.eE+-]+(ns|us|ms|s|min|h|d)"));
}

Value<WarmUp> warm_up_value() {
  auto parse = [](std::string_view text) -> Parsed<WarmUp> {
    if (text == "auto") return {WarmUp{Duration::zero(), true}, ""};
    auto parsed = parse_duration(text);
    if (!parsed.value) return {std::nullopt, std::move(parsed.problem)};
    return {WarmUp{*parsed.value, false}, ""};
  };
  return quantity<WarmUp>(
      "a duration such as 250ms or 1.5s, or auto", bound_text(Bound::not_negative), parse,
      [](WarmUp warm_up) { return warm_up.length >= Duration::zero(); },
      pattern_schema("auto|[0-9.eE+-]+(ns|us|ms|s|min|h|d)"));
}

Value<double> rate_value() {
  return quantity<double>(
      "a rate such as 120/s or 3/min", ", more than zero and at most 1e9/s", parse_rate,
      [](double rate) { return rate >= slowest_rate && rate <= fastest_rate; },
      pattern_schema("[0-9.eE+-]+/(s|min|h|d)"));
}

Value<double> size_value() {
  constexpr double largest = 1e15;
  return quantity<double>(
      "a size such as 512B or 4kB", ", from 0B to 1000TB", parse_size,
      [](double bytes) { return bytes >= 0.0 && bytes <= largest; },
      pattern_schema("[0-9.eE+-]+(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)"));
}

Value<double> bandwidth_value() {
  constexpr double fastest = 1e15;  // bytes/s
  return quantity<double>(
      "a bandwidth such as 100Mbit/s or 12MB/s", ", at least 1B/s and at most 1e15B/s",
      parse_bandwidth, [](double rate) { return rate >= 1.0 && rate <= fastest; },
      pattern_schema("[0-9.eE+-]+(bit|kbit|Mbit|Gbit|B|kB|MB|GB|MiB)/s"));
}

Value<double> ratio_value(Bound bound) {
  bool const positive = bound == Bound::positive;
  Json number = {{"type", "number"}, {"minimum", 0}, {"maximum", 1}};
  return quantity<double>(
      "a ratio such as 99.9% or 0.999", positive ? ", more than 0 and at most 1" : ", from 0 to 1",
      parse_ratio, [bound](double ratio) { return holds(bound, ratio, 0.0) && ratio <= 1.0; },
      {{"anyOf", Json::array({std::move(number), pattern_schema("[0-9.eE+-]+%?")})}});
}

Value<double> number_value(Bound bound, double largest) {
  Json bounds = {{"maximum", largest}};
  if (bound == Bound::not_negative) bounds["minimum"] = 0;
  if (bound == Bound::positive) bounds["exclusiveMinimum"] = 0;
  return quantity<double>(
      "a number such as 1.5", fmt::format("{} and at most {}", bound_text(bound), largest),
      parse_number, [=](double number) { return holds(bound, number, 0.0) && number <= largest; },
      number_schema(std::move(bounds)));
}

Value<std::int64_t> count_value(std::int64_t least, std::int64_t most) {
  return quantity<std::int64_t>(
      "a whole number such as 64", count_bounds(least, most), parse_integer,
      [=](std::int64_t count) { return count >= least && count <= most; },
      integer_schema(least, most));
}

Value<Limit> limit_value(std::int64_t least) {
  constexpr std::int64_t most = 1'000'000'000;
  auto parse = [](std::string_view text) -> Parsed<std::int64_t> {
    if (text == "unlimited") return {unlimited, ""};
    return parse_integer(text);
  };
  Json schema = integer_schema(least, most);
  schema["anyOf"].push_back({{"const", "unlimited"}});
  return quantity<Limit>(
      "unlimited or a whole number such as 64", count_bounds(least, most), parse,
      [=](Limit limit) { return limit == unlimited || (limit >= least && limit <= most); },
      std::move(schema));
}

Value<std::uint64_t> seed_value() {
  auto parse = [](std::string_view text) -> Parsed<std::uint64_t> {
    std::uint64_t seed = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    if (error == std::errc{} && end == text.data() + text.size()) return {seed, ""};
    return {std::nullopt, ""};
  };
  return quantity<std::uint64_t>(
      "a whole number from 0 to 18446744073709551615", "", parse,
      [](std::uint64_t) { return true; }, integer_schema(0, unlimited));
}

Value<bool> flag_value() {
  auto value = enumeration<bool>({{"true", true}, {"false", false}});
  value.schema = [] {
    return Json{{"anyOf", Json::array({Json{{"type", "boolean"}}, pattern_schema("\\$.*")})}};
  };
  return value;
}

Value<std::string> text_value() {
  auto read = [](Node const& node, Reading& reading) -> std::optional<std::string> {
    auto const text = scalar_text(node, "a text", reading);
    if (!text) return std::nullopt;
    return std::string(*text);
  };
  return {std::move(read), [] {
            return Json{{"type", Json::array({"string", "number", "boolean"})}};
          }};
}

Value<OperationName> operation_value() {
  return pair_of_names<OperationName>(NameKind::operation,
                                      "service.operation such as web.checkout");
}

Value<ChannelName> channel_value() {
  return pair_of_names<ChannelName>(NameKind::channel, "broker.channel such as rabbit.charges");
}

Value<std::string> name_value(std::vector<NameKind> kinds, std::string what) {
  auto read = [kinds, what](Node const& node, Reading& reading) -> std::optional<std::string> {
    auto const text = scalar_text(node, what, reading);
    if (!text) return std::nullopt;
    reading.refer(kinds, std::string(*text), node);
    return std::string(*text);
  };
  return {std::move(read), [] { return pattern_schema("[A-Za-z][A-Za-z0-9_-]*"); }};
}

}  // namespace sojourn
