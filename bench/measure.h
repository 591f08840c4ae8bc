#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <sched.h>

namespace sojourn {

/// Of so many rounds the median counts.
constexpr std::size_t rounds = 9;

/// Seconds that this thread has had of its processor: what else the machine does counts for little.
double processor_time();

/// Seconds on the wall.
double wall_time();

/// As long as it lives, this thread stays on the core on which it is now.
class PinnedToOneCore {
 public:
  PinnedToOneCore();
  ~PinnedToOneCore();
  PinnedToOneCore(PinnedToOneCore const&) = delete;
  PinnedToOneCore& operator=(PinnedToOneCore const&) = delete;

 private:
  cpu_set_t before_{};
};

double median(std::vector<double> values);
/// Median of the ratios of what was measured in the same round.
double median_ratio(std::vector<double> const& above, std::vector<double> const& below);

/// A piece of work. Told the number of the round, it returns how many units of work it did.
using Work = std::function<double(std::size_t)>;

/// Nanoseconds of processor time for a unit of each work, round by round: (works, rounds). In each
/// round all of them take their turn, so that a machine that slows down slows all.
std::vector<std::vector<double>> in_turns(std::vector<Work> const& works,
                                          std::size_t count = rounds);

}  // namespace sojourn
