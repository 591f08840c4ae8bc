#pragma once

#include <cstdint>
#include <limits>
#include <string>

/// The words of a scenario: names of what is declared elsewhere in it, and counts that may have no
/// limit.
namespace sojourn {

/// A limit on a number of things; `unlimited` where there is none.
using Limit = std::int64_t;
constexpr Limit unlimited = std::numeric_limits<Limit>::max();

/// "service.operation".
struct OperationName {
  std::string service;
  std::string operation;
  friend bool operator==(OperationName const&, OperationName const&) = default;
};

/// "broker.channel".
struct ChannelName {
  std::string broker;
  std::string channel;
  friend bool operator==(ChannelName const&, ChannelName const&) = default;
};

}  // namespace sojourn
