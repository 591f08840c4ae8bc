#pragma once

#include <cstdint>
#include <vector>

namespace sojourn {

struct World;

/// What of the cohort is still there.
struct InFlight {
  std::vector<std::uint64_t> requests;        ///< (workloads)
  std::vector<std::uint64_t> messages;        ///< (accounts)
  std::vector<std::uint64_t> sagas;           ///< (sagas)
  std::vector<std::uint64_t> fault_messages;  ///< (fault names)
};

/// Counts by looking where it is, not by subtraction, so that an account can fail to balance.
InFlight count_in_flight(World const& world);

}  // namespace sojourn
