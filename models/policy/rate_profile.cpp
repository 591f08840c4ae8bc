#include "models/policy/rate_profile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sojourn {
namespace {

constexpr double two_pi = 2.0 * 3.14159265358979323846;

}  // namespace

RateProfile::RateProfile(std::vector<ProfilePoint> const& points) {
  if (points.empty()) return;
  knots_.push_back({-std::numeric_limits<double>::infinity(), 1.0, 0.0});
  for (ProfilePoint const& point : points) {
    double const start = in_seconds(point.at);
    double const from = factor(Time(point.at));
    // A ramp that is not over when the next point comes is cut short there.
    while (knots_.size() > 1 && knots_.back().start >= start) knots_.pop_back();
    if (point.ramp > Duration::zero()) {
      double const length = in_seconds(point.ramp);
      knots_.push_back({start, from, (point.factor - from) / length});
      knots_.push_back({start + length, point.factor, 0.0});
    } else {
      knots_.push_back({start, point.factor, 0.0});
    }
  }
}

std::size_t RateProfile::segment(double seconds) const {
  auto const above =
      std::upper_bound(knots_.begin(), knots_.end(), seconds,
                       [](double value, Knot const& knot) { return value < knot.start; });
  return static_cast<std::size_t>(above - knots_.begin()) - 1;
}

double RateProfile::value_at(std::size_t segment, double seconds) const {
  Knot const& knot = knots_[segment];
  return knot.slope == 0.0 ? knot.value : knot.value + knot.slope * (seconds - knot.start);
}

/// Of the sine, in radians; reduced to one period in whole nanoseconds.
double RateProfile::phase(Time time) const {
  Duration const into = time.time_since_epoch() % sine_->period;
  return two_pi * (in_seconds(into) / in_seconds(sine_->period));
}

double RateProfile::factor(Time time) const {
  if (sine_) return 1.0 + sine_->amplitude * std::sin(phase(time));
  if (knots_.empty()) return 1.0;
  double const seconds = in_seconds(time);
  return value_at(segment(seconds), seconds);
}

double RateProfile::between(Time from, Time to) const {
  if (sine_) {
    double const swing = sine_->amplitude * in_seconds(sine_->period) / two_pi;
    return in_seconds(to - from) + swing * (std::cos(phase(from)) - std::cos(phase(to)));
  }
  if (knots_.empty()) return in_seconds(to - from);
  double seconds = in_seconds(from);
  double const end = in_seconds(to);
  double total = 0.0;
  for (std::size_t i = segment(seconds); seconds < end; ++i) {
    double const stop = i + 1 < knots_.size() ? std::min(end, knots_[i + 1].start) : end;
    total += 0.5 * (value_at(i, seconds) + value_at(i, stop)) * (stop - seconds);
    seconds = stop;
  }
  return total;
}

std::optional<Time> RateProfile::after(Time from, double operational) const {
  if (sine_) return after_on_sine(from, operational);
  if (knots_.empty()) return from + from_seconds(operational);
  double seconds = in_seconds(from);
  for (std::size_t i = segment(seconds); i < knots_.size(); ++i) {
    double const value = value_at(i, seconds);
    double const slope = knots_[i].slope;
    bool const last = i + 1 == knots_.size();
    double const length =
        last ? std::numeric_limits<double>::infinity() : knots_[i + 1].start - seconds;
    double const area =
        last ? (value > 0.0 ? length : 0.0) : (value + 0.5 * slope * length) * length;
    if (area >= operational && (value > 0.0 || slope > 0.0)) {
      // Solve value*x + slope*x^2/2 = operational, in the form that is stable for a small slope.
      double const root = std::sqrt(std::max(0.0, value * value + 2.0 * slope * operational));
      double const x = operational == 0.0 ? 0.0 : 2.0 * operational / (value + root);
      return std::max(from, Time(from_seconds(seconds + x)));
    }
    operational -= area;
    seconds += length;
  }
  return std::nullopt;
}

/// Solves  x + swing (cos(start) - cos(start + 2 pi x / period)) = operational  for x. Whole
/// periods are worth themselves; within one the root is bracketed, and Newton's step is taken where
/// it stays inside, else the middle.
Time RateProfile::after_on_sine(Time from, double operational) const {
  constexpr double precision = 1e-10;  // s
  double const period = in_seconds(sine_->period);
  double const swing = sine_->amplitude * period / two_pi;
  double const start = phase(from);
  double const whole = std::floor(operational / period) * period;
  double const wanted = operational - whole;
  double low = std::max(0.0, wanted - 2.0 * swing);
  double high = wanted + 2.0 * swing;
  double x = wanted;
  while (high - low > precision) {
    double const angle = start + two_pi * x / period;
    double const excess = x + swing * (std::cos(start) - std::cos(angle)) - wanted;
    (excess > 0.0 ? high : low) = x;
    double const slope = 1.0 + sine_->amplitude * std::sin(angle);
    double const next = x - excess / slope;
    bool const inside = next > low && next < high;  // not so where the slope is zero
    double const moved = inside ? next : 0.5 * (low + high);
    if (std::abs(moved - x) < 0.5 * precision) break;
    x = moved;
  }
  return std::max(from, from + from_seconds(whole + x));
}

}  // namespace sojourn
