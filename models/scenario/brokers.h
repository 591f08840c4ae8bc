#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/scenario/calls.h"
#include "models/scenario/names.h"
#include "sim/distribution.h"
#include "sim/time.h"

/// Who carries.
namespace sojourn {

struct Subscriber {
  struct Batch {
    std::int64_t min = 1;
    std::int64_t max = 1;
    std::optional<Duration> wait;  ///< Absent: waits for `min` for ever.
  };
  OperationName operation;
  std::optional<Limit>
      prefetch;  ///< Unacknowledged deliveries per replica; absent: its concurrency.
  std::optional<Duration> ack_timeout;
  Limit max_deliveries = unlimited;
  Backoff redelivery;  ///< Zero: at once, to its old place in line.
  std::optional<ChannelName> dead_letter;
  std::optional<Batch> batch;
  std::optional<Duration> poll;        ///< Absent: messages are pushed.
  Duration start = -longest_duration;  ///< Consumes from this time on.
};

struct Channel {
  enum class WhenFull : std::uint8_t { reject, drop_oldest, drop_newest, block };
  enum class Delivery : std::uint8_t { at_least_once, at_most_once, exactly_once };
  std::string name;
  Limit capacity = unlimited;
  WhenFull when_full = WhenFull::reject;
  std::optional<Duration> ttl;
  bool durable = false;
  Delivery delivery = Delivery::at_least_once;
  std::int64_t initial = 0;
  std::optional<ChannelName> dead_letter;  ///< For expired messages, and for subscribers without.
  std::vector<Subscriber> subscribers;
};

struct Broker {
  std::string name;
  std::optional<Distribution>
      latency;                       ///< Each way: publish to acceptance, acceptance to delivery.
  std::optional<double> throughput;  ///< Messages it can take, 1/s.
  std::optional<double> cost;        ///< Of a million messages.
  std::vector<Channel> channels;
};

}  // namespace sojourn
