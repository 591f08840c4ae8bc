#pragma once

#include <cstdint>
#include <string>

/// Where replicas run.
namespace sojourn {

/// A machine whose cores the replicas on it share.
struct Host {
  enum class Scheduling : std::uint8_t {
    sharing,  ///< All work in progress shares the cores equally.
    fifo      ///< A core does one piece of work to its end, then the one that has waited longest.
  };
  std::string name;
  double cores = 1.0;  ///< Whole, with fifo.
  Scheduling scheduling = Scheduling::sharing;
  std::string zone;  ///< Empty: none.
};

}  // namespace sojourn
