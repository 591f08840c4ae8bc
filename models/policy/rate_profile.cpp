#include "models/policy/rate_profile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sojourn {

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

double RateProfile::factor(Time time) const {
  if (knots_.empty()) return 1.0;
  double const seconds = in_seconds(time);
  return value_at(segment(seconds), seconds);
}

double RateProfile::between(Time from, Time to) const {
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

}  // namespace sojourn
