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

constexpr std::string_view name_of(Study::Precision::End end) {
  switch (end) {
    case Study::Precision::End::reached:
      return "reached";
    case Study::Precision::End::replications:
      return "max-replications";
    case Study::Precision::End::time:
      return "max-time";
    case Study::Precision::End::undefined:
      return "undefined";
    case Study::Precision::End::stopped:
      break;
  }
  return "stopped";
}

constexpr std::string_view name_of(Study::Selection::End end) {
  switch (end) {
    case Study::Selection::End::selected:
      return "selected";
    case Study::Selection::End::replications:
      return "max-replications";
    case Study::Selection::End::time:
      return "max-time";
    case Study::Selection::End::undefined:
      return "undefined";
    case Study::Selection::End::stopped:
      break;
  }
  return "stopped";
}

constexpr std::string_view name_of(Study::Precision::Figure::State state) {
  switch (state) {
    case Study::Precision::Figure::State::reached:
      return "reached";
    case Study::Precision::Figure::State::wide:
      return "wide";
    case Study::Precision::Figure::State::always_zero:
      return "always zero";
    case Study::Precision::Figure::State::without_value:
      break;
  }
  return "without value";
}

}  // namespace sojourn
