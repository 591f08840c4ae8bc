#pragma once

#include <string>

#include "analysis/study.h"
#include "sim/metric.h"

/// Numbers as people read them: three or four digits, a unit that fits the size.
namespace sojourn {

/// "12.4 ms", "119.8/s", "99.93 %", "104,512"; "–" for NaN, "never" for an infinite time.
std::string format_number(double value, Unit unit);

/// An estimate in two parts that are printed around a "±". Both have the same unit and decimals,
/// which only the first one shows: "12.4 ms" and "0.3".
struct EstimateText {
  std::string value;
  std::string half_width;  ///< Empty where there is no interval.
};
EstimateText format_estimate(Estimate const& estimate, Unit unit);

/// The same for a difference: with its sign, and ratios in percentage points ("+7.4 pp").
EstimateText format_difference(Estimate const& difference, Unit unit);

/// A quantity that somebody chose, such as a length of time or a level of confidence: without zeros
/// that say nothing ("15 min", "90 s", "95 %").
std::string format_setting(double value, Unit unit);

/// A whole number with thousands separators: "1,080,123".
std::string format_count(std::uint64_t count);

}  // namespace sojourn
