#include "analysis/theory/answer.h"

#include <array>
#include <charconv>
#include <cmath>

namespace sojourn::theory {

std::string in_words(double value) {
  std::array<char, 32> text{};
  auto const end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4);
  return {text.data(), end.ptr};
}

Requirements& Requirements::require(bool holds, std::string reason) {
  if (!holds && reason_.empty()) reason_ = std::move(reason);
  return *this;
}

Requirements& Requirements::positive(std::string_view what, double value) {
  return require(std::isfinite(value) && value > 0.0,
                 std::string(what) + " is " + in_words(value) + ", and must be more than zero");
}

Requirements& Requirements::not_negative(std::string_view what, double value) {
  return at_least(what, value, 0.0);
}

Requirements& Requirements::at_least(std::string_view what, double value, double least) {
  return require(
      std::isfinite(value) && value >= least,
      std::string(what) + " is " + in_words(value) + ", and must be at least " + in_words(least));
}

Requirements& Requirements::stable(double load) {
  return require(load < 1.0,
                 "more work comes than can be done: " + in_words(load) + " times the capacity");
}

Requirements& Requirements::that(bool holds, std::string_view reason) {
  return require(holds, std::string(reason));
}

}  // namespace sojourn::theory
