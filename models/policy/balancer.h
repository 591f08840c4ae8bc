#pragma once

#include <cstdint>
#include <vector>

#include "models/policy/key.h"
#include "models/scenario.h"
#include "sim/random_stream.h"

namespace sojourn {

/// Chooses the replica for a request among those that are up.
///
/// `least_outstanding` and `power_of_two` compare the requests present, waiting or in service; the
/// former settles ties in turn, the latter takes the first of the two drawn.
/// Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12
/// (2001).
class Balancer {
 public:
  /// `first` is the first replica of the service, from which `key_hash` counts.
  explicit Balancer(Balance policy = Balance::round_robin, std::uint32_t first = 0)
      : policy_(policy), first_(first) {}

  /// `present(replica)` tells how many requests are there. Precondition: `up` is not empty.
  /// Cost: O(1), but O(replicas) for `least_outstanding` and `key_hash`.
  template <class Present>
  std::uint32_t choose(std::vector<std::uint32_t> const& up, Key key, RandomStream& random,
                       Present&& present) {
    if (up.size() == 1) return up.front();
    switch (policy_) {
      case Balance::random:
        return up[random.below(up.size())];
      case Balance::least_outstanding:
        return least(up, present);
      case Balance::power_of_two:
        return better_of_two(up, random, present);
      case Balance::key_hash:
        return replica_of_key(up, first_, key);
      case Balance::round_robin:
        break;
    }
    return up[turn_++ % up.size()];
  }

  /// The place in `up` of what `choose` will yield next, if it goes in turns. Precondition: `up` is
  /// not empty.
  [[nodiscard]] std::uint32_t const* coming(std::vector<std::uint32_t> const& up) const {
    bool const is_known = policy_ == Balance::round_robin || up.size() == 1;
    return is_known ? &up[turn_ % up.size()] : nullptr;
  }

 private:
  template <class Present>
  std::uint32_t least(std::vector<std::uint32_t> const& up, Present& present) {
    std::size_t const start = turn_++ % up.size();
    std::uint32_t best = up[start];
    for (std::size_t i = 1; i < up.size(); ++i) {
      std::uint32_t const candidate = up[(start + i) % up.size()];
      if (present(candidate) < present(best)) best = candidate;
    }
    return best;
  }

  template <class Present>
  static std::uint32_t better_of_two(std::vector<std::uint32_t> const& up, RandomStream& random,
                                     Present& present) {
    std::size_t const first = random.below(up.size());
    std::size_t const other = random.below(up.size() - 1);
    std::uint32_t const second = up[other < first ? other : other + 1];
    return present(second) < present(up[first]) ? second : up[first];
  }

  Balance policy_;
  std::uint32_t first_;
  std::uint64_t turn_ = 0;
};

}  // namespace sojourn
