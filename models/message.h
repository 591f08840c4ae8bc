#pragma once

#include <cstdint>
#include <vector>

#include "models/policy/key.h"
#include "models/record_pool.h"
#include "sim/event.h"
#include "sim/time.h"

namespace sojourn {

/// Where a message is.
enum class MessageState : std::uint8_t {
  in_transit,  ///< On its way to the broker; `publisher` may wait for the broker's word.
  blocked,     ///< Outside a full channel, with its publisher.
  ready,       ///< In the channel, to be delivered.
  delayed,     ///< In the channel, to be delivered again after a wait (`timer`).
  unacked,     ///< Delivered, not acknowledged: the channel still answers for it.
  orphaned,    ///< Being processed, while the broker that held it has lost it.
  settled      ///< Its fate is sealed; somebody still processes a copy.
};

/// One message. 72 bytes.
struct Message {
  std::uint32_t generation = 0;
  std::uint32_t channel = 0;
  Time published;              ///< When the channel accepted it.
  std::uint64_t sequence = 0;  ///< Order of acceptance, which is the order of delivery.
  Id publisher;                ///< Activity that waits for the broker's word.
  EventId timer;
  std::int32_t priority = 0;
  Key key = 0;  ///< That of who published it.
  std::uint32_t deliveries = 0;
  std::uint32_t processed = 0;  ///< Times that it was processed to the end.
  float previous_wait = 0.0F;   ///< s, before its last redelivery.
  std::uint16_t running = 0;    ///< Deliveries of it that are in progress.
  MessageState state = MessageState::in_transit;
};

/// One delivery of a message, or of a batch, to one consumer: from when the channel sends it until
/// the processing ends, whether or not anybody still cares.
struct Delivery {
  std::uint32_t generation = 0;
  std::uint32_t consumer = nowhere;
  Id activity;  ///< None while it is on its way.
  EventId ack_timer;
  EventId arrival;      ///< While it is on its way.
  bool current = true;  ///< The channel waits for its acknowledgement.
  Id message;
  std::vector<Id> more;  ///< The rest of a batch.
};

}  // namespace sojourn
