#include "bench/measure.h"

#include <algorithm>
#include <ctime>
#include <functional>

namespace sojourn {
namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

double processor_time() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }
double wall_time() { return seconds_of(CLOCK_MONOTONIC); }

PinnedToOneCore::PinnedToOneCore() {
  sched_getaffinity(0, sizeof before_, &before_);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
  sched_setaffinity(0, sizeof one, &one);
}

PinnedToOneCore::~PinnedToOneCore() { sched_setaffinity(0, sizeof before_, &before_); }

double median(std::vector<double> values) {
  auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double median_ratio(std::vector<double> const& above, std::vector<double> const& below) {
  std::vector<double> ratios(above.size());
  std::transform(above.begin(), above.end(), below.begin(), ratios.begin(), std::divides<>());
  return median(ratios);
}

std::vector<std::vector<double>> in_turns(std::vector<Work> const& works, std::size_t count) {
  std::vector<std::vector<double>> nanoseconds(works.size());
  for (std::size_t round = 0; round < count; ++round) {
    for (std::size_t i = 0; i < works.size(); ++i) {
      double const start = processor_time();
      double const units = works[i](round);
      nanoseconds[i].push_back(1e9 * (processor_time() - start) / units);
    }
  }
  return nanoseconds;
}

}  // namespace sojourn
