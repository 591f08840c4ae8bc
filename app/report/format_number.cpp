#include "app/report/format_number.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

namespace sojourn {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// How a figure is written: times `factor`, with so many decimals, followed by `suffix`.
struct Style {
  double factor = 1.0;
  std::string_view suffix;
  int decimals = 0;
};

struct TimeUnit {
  double size;  // s
  double from;  // the least number of seconds written in it
  std::string_view suffix;
};

constexpr std::array<TimeUnit, 7> time_units{{{86400.0, 172800.0, " d"},
                                              {3600.0, 7200.0, " h"},
                                              {60.0, 120.0, " min"},
                                              {1.0, 0.99995, " s"},
                                              {1e-3, 0.99995e-3, " ms"},
                                              {1e-6, 0.99995e-6, " µs"},
                                              {1e-9, 0.0, " ns"}}};

int exponent_of(double magnitude) { return static_cast<int>(std::floor(std::log10(magnitude))); }

/// Three significant digits, four between 100 and 10,000, all of a greater whole part.
int decimals_for(double magnitude) {
  if (magnitude == 0.0 || magnitude >= 999.95) return 0;
  if (magnitude >= 9.995) return 1;
  return std::min(2 - exponent_of(1.0005 * magnitude), 9);  // 0.9997 is written as 1.00
}

/// Close to 100 % it is the distance to 100 % whose digits count.
int decimals_for_percent(double percent) {
  if (percent == 0.0 || percent == 100.0) return 0;
  if (percent > 50.0 && percent < 100.0) return std::clamp(-exponent_of(100.0 - percent), 1, 5);
  return std::clamp(decimals_for(percent), 1, 5);
}

Style time_style(double magnitude) {
  if (magnitude == 0.0) return {1.0, " s", 0};
  auto const unit =
      std::ranges::find_if(time_units, [&](TimeUnit const& u) { return magnitude >= u.from; });
  return {1.0 / unit->size, unit->suffix, decimals_for(magnitude / unit->size)};
}

bool is_whole(double value) { return value == std::floor(value) && std::abs(value) < 1e15; }

Style style_for(double magnitude, Unit unit) {
  switch (unit) {
    case Unit::second:
      return time_style(magnitude);
    case Unit::per_second:
      return {1.0, "/s", decimals_for(magnitude)};
    case Unit::ratio:
      return {100.0, " %", decimals_for_percent(100.0 * magnitude)};
    case Unit::one:
      break;
  }
  return {1.0, "", is_whole(magnitude) ? 0 : decimals_for(magnitude)};
}

std::string with_separators(std::string digits) {
  auto const point = std::min(digits.find('.'), digits.size());
  for (auto place = static_cast<std::ptrdiff_t>(point) - 3; place > 0; place -= 3)
    digits.insert(static_cast<std::size_t>(place), ",");
  return digits;
}

constexpr double least_written_out = 0.5e-6;

std::string fixed_digits_of(double magnitude, int decimals) {
  return with_separators(fmt::format("{:.{}f}", magnitude, decimals));
}

/// The digits of a number that is not negative.
std::string digits_of(double magnitude, int decimals) {
  if (magnitude >= 1e15) return fmt::format("{:.3e}", magnitude);
  if (magnitude != 0.0 && magnitude < least_written_out) return fmt::format("{:.2e}", magnitude);
  return fixed_digits_of(magnitude, decimals);
}

bool is_zero(std::string const& digits) {
  return digits.find_first_not_of("0.,") == std::string::npos;
}

/// With the decimals of its mean, where that is written out.
std::string half_width_text(double half_width, double mean, Style const& style) {
  if (!std::isfinite(half_width)) return {};
  double const shown = half_width * style.factor;
  bool const is_mean_tiny = mean * style.factor < least_written_out;
  std::string digits = is_mean_tiny || shown >= 1e15 ? digits_of(shown, style.decimals)
                                                     : fixed_digits_of(shown, style.decimals);
  if (half_width == 0.0 || !is_zero(digits)) return digits;
  return fmt::format("<{}", digits_of(std::pow(10.0, -style.decimals), style.decimals));
}

/// One digit more where that shows the half-width, else hidden by rounding, within four digits.
void refine(Style& style, double magnitude, double half_width) {
  if (!(half_width > 0.0) || std::isinf(half_width)) return;
  double const shown = half_width * style.factor;
  double const step = std::pow(10.0, -style.decimals);
  double const size = magnitude * style.factor;
  if (shown < 0.5 * step && shown >= 0.05 * step && size < 99.95) ++style.decimals;
}

std::string text_of(double value, Style const& style, std::string_view plus) {
  std::string digits = digits_of(std::abs(value) * style.factor, style.decimals);
  std::string_view const sign = is_zero(digits) ? "" : value < 0.0 ? "-" : plus;
  return fmt::format("{}{}{}", sign, digits, style.suffix);
}

/// "95.0 %" without the zeros behind its point.
std::string without_idle_zeros(std::string text) {
  auto const point = text.find('.');
  if (point == std::string::npos) return text;
  auto const end = std::min(text.find_first_not_of("0123456789", point + 1), text.size());
  auto const last = text.find_last_not_of('0', end - 1);
  text.erase(last == point ? point : last + 1, end - (last == point ? point : last + 1));
  return text;
}

std::string infinite_text(double value, Unit unit, std::string_view plus) {
  std::string_view const sign = value < 0.0 ? "-" : plus;
  return unit == Unit::second && sign.empty() ? "never" : fmt::format("{}∞", sign);
}

EstimateText format(double value, double half_width, Unit unit, std::string_view plus) {
  if (std::isnan(value)) return {"–", ""};
  if (half_width <= 1e-12 * std::abs(value)) half_width = 0.0;  // rounding, and no spread
  if (std::isinf(value)) return {infinite_text(value, unit, plus), ""};
  double const magnitude = std::abs(value);
  Style style = style_for(magnitude == 0.0 && half_width > 0.0 ? half_width : magnitude, unit);
  if (unit == Unit::one && half_width > 0.0 && !is_whole(half_width))
    style.decimals = decimals_for(std::max(magnitude, half_width));
  if (unit == Unit::ratio && !plus.empty()) {
    style.suffix = " pp";
    style.decimals = std::clamp(decimals_for(100.0 * magnitude), 1, 5);
  }
  refine(style, magnitude, half_width);
  return {text_of(value, style, plus), half_width_text(half_width, magnitude, style)};
}

}  // namespace

std::string format_number(double value, Unit unit) { return format(value, none, unit, "").value; }

EstimateText format_estimate(Estimate const& estimate, Unit unit) {
  return format(estimate.mean, estimate.half_width, unit, "");
}

EstimateText format_difference(Estimate const& difference, Unit unit) {
  return format(difference.mean, difference.half_width, unit, "+");
}

std::string format_setting(double value, Unit unit) {
  if (unit == Unit::second) {
    for (TimeUnit const& time : time_units) {
      double const amount = value / time.size;
      if (amount >= 1.0 && amount < 1e6 && std::abs(amount - std::round(amount)) < 1e-9)
        return with_separators(fmt::format("{:.0f}", amount)).append(time.suffix);
    }
  }
  return without_idle_zeros(format_number(value, unit));
}

std::string format_count(std::uint64_t count) { return with_separators(fmt::format("{}", count)); }

}  // namespace sojourn
