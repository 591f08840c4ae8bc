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
  /// Where a message goes that could not be processed.
  enum class Requeue : std::uint8_t { place, tail, dead_letter };
  /// Of a log that was there before the subscriber began: where it begins to read.
  enum class From : std::uint8_t { latest, earliest };

  /// How partitions change hands.
  struct Rebalance {
    Duration length{0};
    bool cooperative = false;  ///< Partitions that stay are read on meanwhile.
  };

  OperationName operation;
  std::optional<Limit>
      prefetch;  ///< Unacknowledged deliveries per replica; absent: its concurrency.
  std::optional<Duration> ack_timeout;
  double ack_loss = 0.0;  ///< Probability that an acknowledgement does not arrive.
  Limit max_deliveries = unlimited;
  Backoff redelivery;  ///< Zero: at once.
  Requeue requeue = Requeue::place;
  std::optional<ChannelName> dead_letter;
  std::optional<Batch> batch;
  std::optional<Duration> poll;        ///< Absent: messages are pushed.
  Duration start = -longest_duration;  ///< Consumes from this time on.

  // Of a topic: the buffer that is its own. Absent: as the channel says.
  std::optional<Limit> capacity;

  // Of a log: the consumer group.
  enum class Assignment : std::uint8_t { range, round_robin, sticky };
  From from = From::latest;
  Assignment assignment = Assignment::range;
  Rebalance rebalance;
  Duration session_timeout{0};     ///< From a member's crash until the group does without it.
  std::optional<Duration> commit;  ///< Absent: each message is committed as it is processed.
};

struct Channel {
  /// queue: subscribers compete. topic: each has a copy in a buffer of its own. pub-sub: each
  /// replica of each has, and only while it is connected. log: each is a group that reads
  /// partitions in order.
  enum class Kind : std::uint8_t { queue, topic, pub_sub, log };
  enum class WhenFull : std::uint8_t { reject, drop_oldest, drop_newest, block };
  enum class Delivery : std::uint8_t { at_least_once, at_most_once, exactly_once };
  /// Which of its messages is next.
  enum class Order : std::uint8_t {
    fifo,
    priority,
    key  ///< One of a key at a time, each key's in order.
  };
  /// When a replicated broker says that it has a message: once its leader has, or all have.
  enum class Acks : std::uint8_t { leader, all };
  /// When a message that has grown too old goes: once it is next, or at once.
  enum class Expiry : std::uint8_t { head, anywhere };
  /// The disk of a channel that keeps no more than so many messages in memory. One message after
  /// the other is written or read.
  struct Spill {
    Limit above = unlimited;
    std::optional<Distribution> write, read;  ///< Absent: takes no time.
  };
  /// Messages kept whether or not somebody has read them.
  struct Retention {
    std::optional<Duration> time;
    Limit messages = unlimited;  ///< Of a partition.
    Limit bytes = unlimited;     ///< Of a partition.
  };
  std::string name;
  Kind kind = Kind::queue;
  Limit capacity = unlimited;
  Limit capacity_bytes = unlimited;
  Limit credit = unlimited;  ///< Messages that are not settled, delivered ones included.
  WhenFull when_full = WhenFull::reject;
  std::optional<Duration> ttl;
  Expiry expiry = Expiry::head;
  std::optional<Spill> spill;
  std::optional<bool> durable;  ///< Absent: only a log is.
  Delivery delivery = Delivery::at_least_once;
  Limit memory = unlimited;  ///< Processed messages that are recognised, if exactly once.
  Order order = Order::fifo;
  Acks acks = Acks::leader;
  bool is_outbox = false;      ///< A table of a service, which the file names by a step alone.
  bool single_active = false;  ///< One consumer at a time, the next when it is gone.
  std::int64_t initial = 0;
  std::int64_t partitions = 1;
  Retention retention;
  std::optional<ChannelName> dead_letter;  ///< For expired messages, and for subscribers without.
  std::vector<Subscriber> subscribers;
};

struct Broker {
  /// Messages in all channels at which publishers begin to wait, and at which they go on.
  struct Alarm {
    Limit at = unlimited;
    Limit clear = unlimited;
  };
  std::string name;
  std::string zone;  ///< Empty: in none.
  std::optional<Duration>
      heartbeat;  ///< Until a connection is given up over which nothing comes; absent: never.
  std::optional<Distribution>
      latency;                       ///< Each way: publish to acceptance, acceptance to delivery.
  std::optional<double> throughput;  ///< Messages it can take, 1/s.
  std::optional<double> cost;        ///< Of a million messages.
  Limit replicas = 1;
  Duration failover{0};     ///< From a leader's crash until another leads.
  Duration replication{0};  ///< Until all replicas have a message.
  Alarm alarm;
  std::vector<Channel> channels;
};

}  // namespace sojourn
