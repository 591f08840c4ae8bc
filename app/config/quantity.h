#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "sim/time.h"

/// Numbers with units, as users write them: `250ms`, `120/s`, `99.9%`, `64`.
namespace sojourn {

/// What a text says, or why it does not say that.
template <class T>
struct Parsed {
  std::optional<T> value;
  std::string problem;  ///< After "found 'text'": ", which has no unit".
};

constexpr Duration longest_quantity = std::chrono::hours(24 * 3653);  ///< 10 years.

/// One number and one unit of ns, us, ms, s, min, h, d; to the nearest nanosecond, but never from
/// more than zero to zero.
Parsed<Duration> parse_duration(std::string_view text);

/// A number a second, minute, hour or day, in 1/s: `120/s`, `3/min`.
Parsed<double> parse_rate(std::string_view text);

/// `99.9%` or `0.999`.
Parsed<double> parse_ratio(std::string_view text);

/// Bytes: `512B`, `4kB` (4000), `64MiB` (2^26).
Parsed<double> parse_size(std::string_view text);

/// In bytes/s: `100Mbit/s`, `12MB/s`.
Parsed<double> parse_bandwidth(std::string_view text);

/// A number without a unit.
Parsed<double> parse_number(std::string_view text);

/// A whole number.
Parsed<std::int64_t> parse_integer(std::string_view text);

/// In the largest unit that leaves it short: "1.5s", "250ms".
std::string to_text(Duration duration);

}  // namespace sojourn
