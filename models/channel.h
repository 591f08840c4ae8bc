#pragma once

#include <cstdint>
#include <deque>
#include <queue>
#include <vector>

#include "models/message.h"
#include "models/outcome.h"
#include "models/program.h"
#include "sim/event.h"

namespace sojourn {

struct World;

/// All channels of all brokers: they take messages from publishers, keep them, deliver them to
/// competing consumers, and answer for each until its fate is sealed.
///
/// A message's fate is exactly one of: processed, dead-lettered, expired, dropped, lost; or it is
/// still in the channel.
class Channels {
 public:
  enum class Publishing : std::uint8_t { done, failed, waits };

  explicit Channels(Program const& program);

  /// Starts subscriptions.
  void begin(World& world);
  /// Time zero: fills channels with their initial messages.
  void fill(World& world);

  // Publishers

  /// Publishes one message for an activity. `waits`: the activity is woken with the broker's word.
  Publishing publish(World& world, std::uint32_t activity, PlannedStep const& step);
  void publish_arrived(World& world, std::uint32_t channel, Id message);
  void publish_timed_out(World& world, Id activity);
  /// The publisher is gone: a message that is blocked was never sent, one in transit arrives.
  void withdraw(World& world, Id message);

  // Consumers

  void message_arrived(World& world, Id delivery);
  void processing_ended(World& world, Id delivery, Id activity, Outcome outcome);
  void hand_over(World& world, Id delivery, Id activity);
  [[nodiscard]] bool is_current(World const& world, Id delivery) const;
  void ack_timed_out(World& world, Id delivery);
  void redeliver(World& world, std::uint32_t channel, Id message);
  void poll(World& world, std::uint32_t subscription);
  void subscription_started(World& world, std::uint32_t subscription);
  void expire(World& world, std::uint32_t channel);
  void batch_due(World& world, std::uint32_t channel);

  /// Whether a blocked publisher may be let in without the end of any delivery in progress.
  [[nodiscard]] bool may_take_more(World const& world, std::uint32_t channel) const;
  [[nodiscard]] static std::uint32_t channel_of(World const& world, Delivery const& delivery);

  // Faults

  void replica_crashed(World& world, std::uint32_t replica);
  void replica_started(World& world, std::uint32_t replica);
  /// It takes no more messages; what is on its way to it is still processed.
  void replica_closed(World& world, std::uint32_t replica);
  void crash(World& world, std::uint32_t broker);
  void end_crash(World& world, std::uint32_t broker);

 private:
  enum class Fate : std::uint8_t { processed, dead_lettered, expired, dropped, lost };

  struct Returned {
    std::uint64_t sequence;
    Id message;
    friend bool operator>(Returned const& left, Returned const& right) {
      return left.sequence > right.sequence;
    }
  };

  struct ChannelState {
    std::uint64_t next_sequence = 1;
    std::deque<std::uint32_t> fresh;  ///< Never delivered, in order.
    std::priority_queue<Returned, std::vector<Returned>, std::greater<>> returned;
    std::deque<Id> blocked;          ///< Messages of blocked publishers; some may be gone.
    std::deque<std::uint32_t> idle;  ///< Consumers with credit, in turn.
    bool dispatching = false;
    EventId expiry;
    Time expiry_time = Time::max();
    EventId batch_timer;
    Time batch_time = Time::max();

    [[nodiscard]] std::size_t ready() const { return fresh.size() + returned.size(); }
  };

  struct ConsumerState {
    Limit unacknowledged = 0;  ///< Deliveries in progress.
    bool idle = false;         ///< In the channel's list of those with credit.
    bool started = false;      ///< Its subscription has.
  };

  struct BrokerState {
    std::uint32_t crashes = 0;
    Time free;  ///< When it can take the next message, given its throughput.
  };

  enum class Offer : std::uint8_t { accepted, rejected, blocked };

  Offer offer(World& world, std::uint32_t channel, Id message);
  void accept(World& world, std::uint32_t channel, Id message);
  void answer(World& world, Id publisher, Outcome outcome);
  Time transit_end(World& world, std::uint32_t channel);
  [[nodiscard]] bool has_room(World const& world, std::uint32_t channel) const;
  bool admit_blocked(World& world, std::uint32_t channel);

  void dispatch(World& world, std::uint32_t channel);
  void push_ready(World& world, std::uint32_t channel);
  bool offer_to(World& world, std::uint32_t channel, std::uint32_t consumer);
  bool batch_is_due(World& world, std::uint32_t channel, Subscriber const& spec);
  void deliver(World& world, std::uint32_t channel, std::uint32_t consumer);
  [[nodiscard]] bool takes_pushes(World const& world, std::uint32_t channel) const;
  Id oldest_ready(World const& world, std::uint32_t channel) const;
  Id take_oldest(World& world, std::uint32_t channel);
  void make_idle(World& world, std::uint32_t consumer);
  void start_processing(World& world, Id delivery);

  void end_delivery(World& world, Id delivery, Outcome outcome);
  void note_processed(World& world, Id message);
  void failed(World& world, Id message, std::uint32_t subscription);
  void return_or_bury(World& world, Id message, std::uint32_t subscription);
  void give_back(World& world, Id message);
  void seal(World& world, Id message, Fate fate, std::uint32_t dead_letter);
  void destroy_if_done(World& world, Id message);
  void put_dead_letter(World& world, std::uint32_t channel, std::int32_t priority, Key key);
  void watch_expiry(World& world, std::uint32_t channel);
  void expire_and_dispatch(World& world, std::uint32_t channel);
  void close(World& world, std::uint32_t channel);
  void hit_by_crash(World& world, Id message);
  void disconnect(World& world, Id delivery);
  [[nodiscard]] bool is_down(World const& world, std::uint32_t channel) const;
  static void for_each_message(Delivery const& delivery, auto&& visit) {
    visit(delivery.message);
    for (Id const message : delivery.more) visit(message);
  }

  std::vector<ChannelState> channels_;
  std::vector<ConsumerState> consumers_;
  std::vector<BrokerState> brokers_;
};

}  // namespace sojourn
