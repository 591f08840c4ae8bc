#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include "models/policy/key.h"
#include "models/record_pool.h"
#include "sim/event.h"
#include "sim/time.h"

namespace sojourn {

/// What a message says, on whatever way it is.
struct Envelope {
  Key key = 0;  ///< That of who published it, or its own.
  std::int32_t priority = 0;
  Id requester;                          ///< Publication that waits for a reply.
  bool is_poison = false;                ///< Whoever processes it fails.
  Duration lifetime = longest_duration;  ///< From its acceptance on.
  Duration delay{0};                     ///< From its acceptance until it can be delivered.
};

/// A message that a buffer keeps and nobody has been given yet. 40 bytes.
struct Waiting {
  Time published;  ///< When the channel accepted it.
  Time expires = Time::max();
  std::uint64_t sequence = 0;  ///< Its place in line: that of its acceptance.
  Id requester;                ///< As in its envelope.
  Key key = 0;

  void mark(std::int32_t priority, bool is_poison) { marks_ = priority * 2 + (is_poison ? 1 : 0); }
  [[nodiscard]] std::int32_t priority() const { return marks_ >> 1; }
  [[nodiscard]] bool is_poison() const { return (marks_ & 1) != 0; }

 private:
  std::int32_t marks_ = 0;
};
static_assert(sizeof(Waiting) <= 40);

/// Where a message is that has a record.
enum class MessageState : std::uint8_t {
  ready,        ///< In the buffer, to be delivered again.
  delayed,      ///< In the buffer, not to be delivered yet.
  unacked,      ///< Delivered, not acknowledged: the channel still answers for it.
  uncommitted,  ///< Processed, but its place in the log has not been noted yet.
  orphaned,     ///< Being processed, while the broker that held it has lost it.
  settled       ///< Its fate is sealed; somebody still processes a copy.
};

/// Why a message is delivered again, or late.
enum class Setback : std::uint8_t {
  failure,         ///< Its processing failed.
  ack_lost,        ///< It was processed, and the broker was not told.
  ack_timeout,     ///< It took too long.
  consumer_crash,  ///< Whoever processed it, or had not committed it.
  broker_crash,
  rebalance,  ///< Its partition went to another consumer.
  other       ///< It was delayed or overtaken on purpose.
};
/// In the order of the enumeration, as metrics call them.
constexpr std::array<std::string_view, 7> setback_names{
    "failure", "ack_lost", "ack_timeout", "consumer_crash", "broker_crash", "rebalance", "other"};

/// A count by cause.
struct Setbacks {
  std::array<std::uint64_t, setback_names.size()> counts{};

  std::uint64_t& operator[](Setback cause) { return counts[static_cast<std::size_t>(cause)]; }
  std::uint64_t operator[](Setback cause) const { return counts[static_cast<std::size_t>(cause)]; }
  [[nodiscard]] std::uint64_t total() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  }
};

/// A message that has been delivered, or is delayed.
struct Message {
  std::uint32_t generation = 0;
  std::uint32_t buffer = 0;
  Waiting content;
  std::uint32_t deliveries = 0;
  std::uint32_t processed = 0;  ///< Times that it was processed to the end.
  std::uint32_t entry = 0;      ///< In the buffer's memory of what was processed.
  float previous_wait = 0.0F;   ///< s, before its last redelivery.
  std::uint16_t running = 0;    ///< Deliveries of it that are in progress.
  MessageState state = MessageState::ready;
  Setback setback = Setback::other;  ///< The last one.
  bool goes_to_tail = false;         ///< When it is ready again.
};

/// A message on its way to a channel, or outside a full one with its publisher, or one to which its
/// publisher awaits a reply.
struct Publication {
  std::uint32_t generation = 0;
  std::uint32_t channel = 0;
  Id publisher;  ///< Activity that waits for the broker's word.
  Envelope envelope;
  std::uint32_t blocked = 0;  ///< Full buffers outside which it waits.
  bool is_in_transit = false;
  bool awaits_reply = false;
  bool is_mandatory = false;  ///< It fails if there is no buffer for it.
  bool was_rejected = false;  ///< By another buffer.
};

/// One delivery of a message, or of a batch, to one consumer: from when the channel sends it until
/// the processing ends, whether or not anybody still cares.
struct Delivery {
  std::uint32_t generation = 0;
  std::uint32_t buffer = 0;
  std::uint32_t consumer = nowhere;
  Id activity;  ///< None while it is on its way.
  EventId ack_timer;
  Time ack_due;           ///< With an `ack_timer`.
  EventId arrival;        ///< While it is on its way.
  bool current = true;    ///< The channel waits for its acknowledgement.
  bool vanished = false;  ///< So did the request that processes it, and nobody was told.
  Id message;
  std::vector<Id> more;  ///< The rest of a batch.
};

}  // namespace sojourn
