#pragma once

#include <string>

namespace sojourn {

/// A scenario file of a thousand services with ten replicas each, in three layers: 250 that clients
/// ask, 375 and 375. A service works for an exponential second and then calls one of three services
/// of the next layer, which were chosen at random, and waits for it. Every replica has room for
/// 2,000 requests, so nobody queues: in flight are three times as many as arrive in a second.
struct ThousandServices {
  double arrival_rate = 1000.0;  ///< 1/s
  double duration = 1.0;         ///< s, measured from the first arrival on.
};

std::string yaml_of(ThousandServices const& shape);

}  // namespace sojourn
