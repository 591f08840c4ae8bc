#include "models/policy/scaling_rule.h"

#include <algorithm>
#include <cmath>

namespace sojourn {

std::int64_t ScalingRule::decide(Time now, std::int64_t replicas, std::int64_t serving,
                                 double seen) {
  Duration const window = std::max(spec_.up_delay, spec_.down_delay);
  std::erase_if(wishes_, [&](Wish const& wish) { return wish.time < now - window; });
  wishes_.push_back({now, desired(replicas, serving, seen)});
  if (now < rests_until_) return replicas;
  std::int64_t const next = stabilised(now, replicas);
  if (next != replicas) rests_until_ = now + spec_.cooldown;
  return next;
}

/// Those that do not serve yet count as idle when more are wanted, so that their start is waited
/// for; when fewer are, as if they met the target.
std::int64_t ScalingRule::desired(std::int64_t replicas, std::int64_t serving, double seen) const {
  auto const all = static_cast<double>(replicas);
  auto const part = static_cast<double>(serving);
  double ratio = seen / spec_.target;
  if (ratio > 1.0) {
    ratio = std::max(1.0, ratio * part / all);
  } else {
    ratio = (ratio * part + (all - part)) / all;
  }
  if (std::abs(ratio - 1.0) <= spec_.tolerance) return replicas;
  // A ratio that is a whole number but for rounding must not cost one replica more.
  auto const wanted = static_cast<std::int64_t>(std::ceil(all * ratio - 1e-9));
  return std::clamp(wanted, spec_.min, spec_.max);
}

std::int64_t ScalingRule::stabilised(Time now, std::int64_t replicas) const {
  std::int64_t up = spec_.max, down = spec_.min;
  for (Wish const& wish : wishes_) {
    if (wish.time >= now - spec_.up_delay) up = std::min(up, wish.replicas);
    if (wish.time >= now - spec_.down_delay) down = std::max(down, wish.replicas);
  }
  if (up > replicas) return up;
  return std::min(replicas, std::max(down, spec_.min));
}

}  // namespace sojourn
