#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/distribution.h"

/// What lies between those who send and those who serve.
namespace sojourn {

/// What a message meets on its way; what is absent is that of the network's default, or nothing.
struct LinkSpec {
  std::optional<Distribution> latency;
  std::optional<double> bandwidth;  ///< Bytes/s, shared by all that takes the link.
  std::optional<double> loss;       ///< The share of messages that never arrive.
  std::optional<double> cost;       ///< Of a GB (1e9 bytes) of payload sent.
};

/// From services, workloads or zones of the one name to those of the other, and back unless another
/// link says otherwise.
struct Link {
  std::string from, to;
  LinkSpec spec;
};

struct NetworkSpec {
  LinkSpec standard;  ///< `default`
  std::vector<Link> links;
};

}  // namespace sojourn
