#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include "models/boxed.h"
#include "models/outcome.h"
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
  std::uint32_t size = 0;                ///< Place in the program's table of sizes.
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

  enum Mark : std::int32_t {
    poison = 1,
    on_disk = 2,  ///< It was put there to wait.
    gone = 4      ///< It was taken out of the middle of a line.
  };
  [[nodiscard]] bool is(Mark mark) const { return (marks_ & mark) != 0; }
  void set(Mark mark) { marks_ |= mark; }

  /// Precondition: a priority of at most a million either way, a size of at most 255.
  void set(std::int32_t priority, std::uint32_t size) {
    constexpr std::int32_t all_marks = (1 << mark_bits) - 1;
    marks_ = (priority * (1 << size_bits) + static_cast<std::int32_t>(size)) * (1 << mark_bits) +
             (marks_ & all_marks);
  }
  [[nodiscard]] std::int32_t priority() const { return marks_ >> (mark_bits + size_bits); }
  /// Place in the program's table of sizes.
  [[nodiscard]] std::uint32_t size() const {
    return static_cast<std::uint32_t>(marks_ >> mark_bits) % (1U << size_bits);
  }

 private:
  static constexpr int mark_bits = 3, size_bits = 8;
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

/// How a message ends.
enum class Fate : std::uint8_t { processed, dead_lettered, expired, dropped, lost };
/// In the order of the enumeration, as metrics call them.
constexpr std::array<std::string_view, 5> fate_names{"processed", "dead_lettered", "expired",
                                                     "dropped", "lost"};
constexpr std::string_view name_of(Fate fate) { return fate_names[static_cast<std::size_t>(fate)]; }

/// A count for each value of an enumeration.
template <class Kind, std::size_t kinds>
struct CountsBy {
  std::array<std::uint64_t, kinds> counts{};

  std::uint64_t& operator[](Kind kind) { return counts[static_cast<std::size_t>(kind)]; }
  std::uint64_t operator[](Kind kind) const { return counts[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] std::uint64_t total() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  }
};
using Setbacks = CountsBy<Setback, setback_names.size()>;
using Fates = CountsBy<Fate, fate_names.size()>;

/// A message that has been delivered, or is delayed.
struct Message {
  std::uint32_t generation = 0;
  std::uint32_t buffer = 0;
  Waiting content;
  std::uint32_t deliveries = 0;
  std::uint32_t running = 0;    ///< Of them those that are in progress.
  std::uint32_t processed = 0;  ///< Times that it was processed to the end.
  std::uint32_t entry = 0;      ///< In the buffer's memory of what was processed.
  float previous_wait = 0.0F;   ///< s, before its last redelivery.
  MessageState state = MessageState::ready;
  Setback setback = Setback::other;  ///< The last one.
  bool goes_to_tail = false;         ///< When it is ready again.
};

/// A message that is being published, from when its publisher sends it until he has the broker's
/// word. Nobody waits for the word of one without a publisher.
struct Publication {
  enum class Stage : std::uint8_t {
    in_batch,     ///< Others are to be sent with it.
    held_up,      ///< The connection is interrupted.
    in_transit,   ///< On its way to the channel.
    at_broker,    ///< Outside, in wait for room; or inside, and its publisher awaits a reply.
    answered,     ///< The broker's word is on its way, or held up.
    gone,         ///< It, or the word, got lost.
    backing_off,  ///< It failed and will be tried again.
  };
  std::uint32_t generation = 0;
  std::uint32_t channel = 0;
  std::uint32_t plan = 0;     ///< How it is published.
  std::uint32_t replica = 0;  ///< Where.
  Id publisher;               ///< Activity that waits for the broker's word.
  Envelope envelope;
  std::uint32_t blocked = 0;  ///< Full buffers outside which it waits.
  std::uint32_t attempt = 1;
  float previous_backoff = 0.0F;  ///< s
  Stage stage = Stage::at_broker;
  Outcome word = Outcome::success;  ///< If answered.
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
  Time ack_due;             ///< With an `ack_timer`.
  EventId arrival;          ///< While it, or the acknowledgement, is on its way.
  bool current = true;      ///< The channel waits for its acknowledgement.
  bool vanished = false;    ///< So did the request that processes it, and nobody was told.
  bool is_held_up = false;  ///< It, or the acknowledgement: the connection is interrupted.
  bool is_noted = false;    ///< The processing has ended, with
  Outcome outcome = Outcome::success;
  Id message;
  Boxed<std::vector<Id>> more;  ///< The rest of a batch.
};

}  // namespace sojourn
