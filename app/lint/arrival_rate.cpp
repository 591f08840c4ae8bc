#include "app/lint/arrival_rate.h"

#include <algorithm>
#include <limits>

#include "models/policy/rate_profile.h"

namespace sojourn {
namespace {

constexpr double no_bound = std::numeric_limits<double>::infinity();

double per_second(double count, double seconds) {
  return seconds > 0.0 ? count / seconds : no_bound;
}

double rate_of(OpenArrivals const& open) {
  return per_second(open.batch ? open.batch->mean() : 1.0, open.interarrival_time.mean());
}

double rate_of(BurstyArrivals const& bursty) {
  double const calm = bursty.calm.mean(), burst = bursty.burst.mean();
  return (bursty.calm_rate * calm + bursty.burst_rate * burst) / (calm + burst);
}

double rate_of(TraceArrivals const& trace, Duration duration) {
  auto const measured = [&](Duration time) { return time >= Duration{0} && time < duration; };
  auto const count = std::count_if(trace.times.begin(), trace.times.end(), measured);
  return static_cast<double>(count) / in_seconds(duration);
}

double mean_factor(Workload const& workload, Duration duration) {
  RateProfile const profile =
      workload.sine ? RateProfile(*workload.sine) : RateProfile(workload.profile);
  return profile.between(Time(Duration{0}), Time(duration)) / in_seconds(duration);
}

double highest_factor(Workload const& workload) {
  double highest = workload.sine ? 1.0 + workload.sine->amplitude : 1.0;
  for (ProfilePoint const& point : workload.profile) highest = std::max(highest, point.factor);
  return highest;
}

}  // namespace

double mean_rate(Workload const& workload, Duration duration) {
  if (auto const* trace = std::get_if<TraceArrivals>(&workload.arrivals))
    return rate_of(*trace, duration);
  if (auto const* open = std::get_if<OpenArrivals>(&workload.arrivals))
    return rate_of(*open) * mean_factor(workload, duration);
  if (auto const* bursty = std::get_if<BurstyArrivals>(&workload.arrivals))
    return rate_of(*bursty) * mean_factor(workload, duration);
  return 0.0;
}

double peak_rate(Workload const& workload) {
  if (auto const* open = std::get_if<OpenArrivals>(&workload.arrivals))
    return rate_of(*open) * highest_factor(workload);
  if (auto const* bursty = std::get_if<BurstyArrivals>(&workload.arrivals))
    return std::max(bursty->calm_rate, bursty->burst_rate) * highest_factor(workload);
  if (auto const* closed = std::get_if<ClosedArrivals>(&workload.arrivals))
    return per_second(static_cast<double>(closed->users), closed->think.mean());
  return no_bound;
}

}  // namespace sojourn
