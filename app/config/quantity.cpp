#include "app/config/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/config/diagnostic.h"

namespace sojourn {
namespace {

using namespace std::chrono_literals;

struct DurationUnit {
  char const* name;
  Duration length;
};
constexpr std::array<DurationUnit, 7> duration_units = {
    {{"ns", 1ns}, {"us", 1us}, {"ms", 1ms}, {"s", 1s}, {"min", 1min}, {"h", 1h}, {"d", 24h}}};

struct RateUnit {
  char const* name;
  double seconds;
};

struct ByteUnit {
  char const* name;
  double bytes;
};
constexpr std::array<ByteUnit, 9> size_units = {{{"B", 1.0},
                                                 {"kB", 1e3},
                                                 {"MB", 1e6},
                                                 {"GB", 1e9},
                                                 {"TB", 1e12},
                                                 {"KiB", 1024.0},
                                                 {"MiB", 1048576.0},
                                                 {"GiB", 1073741824.0},
                                                 {"TiB", 1099511627776.0}}};
constexpr std::array<ByteUnit, 9> bandwidth_units = {{{"bit/s", 0.125},
                                                      {"kbit/s", 0.125e3},
                                                      {"Mbit/s", 0.125e6},
                                                      {"Gbit/s", 0.125e9},
                                                      {"B/s", 1.0},
                                                      {"kB/s", 1e3},
                                                      {"MB/s", 1e6},
                                                      {"GB/s", 1e9},
                                                      {"MiB/s", 1048576.0}}};
constexpr std::array<RateUnit, 4> rate_units = {
    {{"/s", 1.0}, {"/min", 60.0}, {"/h", 3600.0}, {"/d", 86400.0}}};

/// A number at the beginning of a text, and what follows it.
struct Amount {
  double value = 0.0;
  std::optional<std::int64_t> whole;  ///< Exactly, where it is written as a whole number.
  std::string_view unit;
};

bool is_digit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (is_digit(text, at)) ++at;
  return at;
}

/// digits [. digits] [e [+-] digits], after a '-' or none.
std::size_t number_length(std::string_view text) {
  std::size_t const begin = !text.empty() && text[0] == '-' ? 1 : 0;
  std::size_t end = skip_digits(text, begin);
  if (end == begin) return 0;
  if (end < text.size() && text[end] == '.' && is_digit(text, end + 1))
    end = skip_digits(text, end + 1);
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t exponent = end + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (is_digit(text, exponent)) end = skip_digits(text, exponent);
  }
  return end;
}

Parsed<Amount> parse_amount(std::string_view text) {
  std::size_t const length = number_length(text);
  if (length == 0) return {std::nullopt, ""};
  Amount amount;
  auto const read = std::from_chars(text.data(), text.data() + length, amount.value);
  if (read.ec != std::errc{} || !std::isfinite(amount.value))
    return {std::nullopt, ", which is out of range"};
  std::int64_t whole = 0;
  auto const exact = std::from_chars(text.data(), text.data() + length, whole);
  if (exact.ec == std::errc{} && exact.ptr == text.data() + length) amount.whole = whole;
  amount.unit = text.substr(length);
  if (!amount.unit.empty() && amount.unit.front() == ' ')
    return {std::nullopt, ", with a space before its unit"};
  return {amount, ""};
}

template <class Units>
std::string unknown_unit(std::string_view unit, Units const& units) {
  if (unit.empty()) return ", which has no unit";
  std::vector<std::string> names;
  for (auto const& known : units) names.emplace_back(known.name);
  return fmt::format(", whose unit {} is none of {}", in_quotes(unit), fmt::join(names, " "));
}

template <class Units>
Parsed<double> parse_bytes(std::string_view text, Units const& units) {
  auto const amount = parse_amount(text);
  if (!amount.value) return {std::nullopt, amount.problem};
  for (ByteUnit const& unit : units)
    if (amount.value->unit == unit.name) return {amount.value->value * unit.bytes, ""};
  return {std::nullopt, unknown_unit(amount.value->unit, units)};
}

Parsed<Duration> to_duration(Amount const& amount, Duration unit) {
  auto const scale = static_cast<double>(unit.count());
  double const nanoseconds = amount.value * scale;
  if (std::abs(nanoseconds) > static_cast<double>(longest_quantity.count()))
    return {std::nullopt, ", which is longer than 10 years"};
  if (amount.whole) return {Duration(*amount.whole * unit.count()), ""};
  Duration const rounded(std::llround(nanoseconds));
  if (rounded == Duration::zero() && amount.value != 0.0)
    return {std::nullopt, ", which is shorter than 1ns"};
  return {rounded, ""};
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
  auto const amount = parse_amount(text);
  if (!amount.value) return {std::nullopt, amount.problem};
  for (DurationUnit const& unit : duration_units)
    if (amount.value->unit == unit.name) return to_duration(*amount.value, unit.length);
  return {std::nullopt, unknown_unit(amount.value->unit, duration_units)};
}

Parsed<double> parse_rate(std::string_view text) {
  auto const amount = parse_amount(text);
  if (!amount.value) return {std::nullopt, amount.problem};
  for (RateUnit const& unit : rate_units)
    if (amount.value->unit == unit.name) return {amount.value->value / unit.seconds, ""};
  return {std::nullopt, unknown_unit(amount.value->unit, rate_units)};
}

Parsed<double> parse_ratio(std::string_view text) {
  auto const amount = parse_amount(text);
  if (!amount.value) return {std::nullopt, amount.problem};
  if (amount.value->unit == "%") return {amount.value->value / 100.0, ""};
  if (amount.value->unit.empty()) return {amount.value->value, ""};
  return {std::nullopt, ", whose unit is not %"};
}

Parsed<double> parse_size(std::string_view text) { return parse_bytes(text, size_units); }

Parsed<double> parse_bandwidth(std::string_view text) { return parse_bytes(text, bandwidth_units); }

Parsed<double> parse_number(std::string_view text) {
  auto const amount = parse_amount(text);
  if (!amount.value) return {std::nullopt, amount.problem};
  if (amount.value->unit.empty()) return {amount.value->value, ""};
  return {std::nullopt, ""};
}

Parsed<std::int64_t> parse_integer(std::string_view text) {
  auto const amount = parse_amount(text);
  if (!amount.value) return {std::nullopt, amount.problem};
  if (!amount.value->unit.empty()) return {std::nullopt, ""};
  if (amount.value->whole) return {amount.value->whole, ""};
  constexpr double largest_exact = 9007199254740992.0;  // 2^53
  double const value = amount.value->value;
  if (std::abs(value) > largest_exact) return {std::nullopt, ", which is out of range"};
  if (std::floor(value) != value) return {std::nullopt, ", which is not a whole number"};
  return {static_cast<std::int64_t>(value), ""};
}

std::string to_text(Duration duration) {
  for (auto unit = duration_units.rbegin(); unit != duration_units.rend(); ++unit) {
    double const amount =
        static_cast<double>(duration.count()) / static_cast<double>(unit->length.count());
    if (std::abs(amount) >= 1.0) return fmt::format("{:.6g}{}", amount, unit->name);
  }
  return "0s";
}

}  // namespace sojourn
