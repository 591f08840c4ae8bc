#pragma once

#include <string_view>

#include "analysis/study.h"
#include "sim/metric.h"

namespace sojourn {

/// The unit as machine output writes it: "s", "1/s", "ratio", "1" for plain numbers.
constexpr std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::second:
      return "s";
    case Unit::per_second:
      return "1/s";
    case Unit::ratio:
      return "ratio";
    case Unit::one:
      break;
  }
  return "1";
}

constexpr std::string_view name_of(Comparison::Verdict verdict) {
  switch (verdict) {
    case Comparison::Verdict::better:
      return "better";
    case Comparison::Verdict::worse:
      return "worse";
    case Comparison::Verdict::different:
      return "different";
    case Comparison::Verdict::no_difference:
      break;
  }
  return "no difference";
}

}  // namespace sojourn
