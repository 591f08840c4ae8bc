#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "models/scenario/faults.h"
#include "models/scenario/network.h"

namespace sojourn {

/// Replicas of one service in one zone, a broker, or the clients of a workload.
struct NetworkEnd {
  std::string owner, zone;  ///< No zone: empty.

  [[nodiscard]] bool is_called(std::string const& name) const {
    return owner == name || (!zone.empty() && zone == name);
  }
};

/// A link of a network by its place in the list, and whether it is written in the direction in
/// which it is taken.
struct ChosenLink {
  std::size_t place = 0;
  bool is_forward = true;
};

/// The link that names the two ends most precisely; between equals one that is written in this
/// direction. Nothing: the default is what lies between them. Cost: O(links).
std::optional<ChosenLink> choose_link(NetworkSpec const& network, NetworkEnd const& from,
                                      NetworkEnd const& to);

/// Whether what the one sends to the other is struck by a fault of that target.
bool is_struck(LinkTarget const& target, NetworkEnd const& from, NetworkEnd const& to);

}  // namespace sojourn
