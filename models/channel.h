#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/circular_buffer.hpp>

#include "models/message.h"
#include "models/outcome.h"
#include "models/policy/retry_policy.h"
#include "models/program.h"
#include "models/ready_messages.h"
#include "sim/event.h"

namespace sojourn {

struct Activity;
struct World;

/// All channels of all brokers: they take messages from publishers, keep them in buffers, deliver
/// them to consumers, and answer for each until its fate is sealed. A queue has one buffer for all
/// consumers, a topic one for each subscriber, a pub-sub channel one for each replica of each, a
/// log one for each partition and subscriber.
///
/// A message's fate in a buffer is exactly one of: processed, dead-lettered, expired, dropped,
/// lost; or it is still there.
class Channels {
 public:
  enum class Publishing : std::uint8_t { done, failed, waits };

  explicit Channels(Program const& program);
  Channels(Channels const&) = default;
  Channels(Channels&&) = default;
  /// The blocks of lines would go before the lines do.
  Channels& operator=(Channels const&) = delete;
  Channels& operator=(Channels&&) = delete;
  ~Channels() = default;

  /// Starts subscriptions.
  void begin(World& world);
  /// Time zero: fills channels with their initial messages.
  void fill(World& world);

  // Publishers

  /// Publishes one message for an activity. `waits`: the activity is woken with the broker's word.
  Publishing publish(World& world, Activity& activity, PlannedStep const& step);
  void publish_arrived(World& world, std::uint32_t channel, Id publication);
  void publish_timed_out(World& world, Id activity);
  /// The publisher is gone: a message that is blocked was never sent, one in transit arrives.
  void withdraw(World& world, Id publication);
  void reply_arrived(World& world, Id publication);
  /// The broker's word is back.
  void word_arrived(World& world, Id publication);
  void publish_again(World& world, Id publication);
  void batch_lingered(World& world, std::uint32_t batch);
  /// The broker has room for messages again.
  void alarm_cleared(World& world, std::uint32_t broker);

  // Consumers

  void message_arrived(World& world, Id delivery);
  void acknowledgement_arrived(World& world, Id delivery);
  void processing_ended(World& world, Id delivery, Id activity, Outcome outcome);
  /// The request to which the processing was forwarded got lost in silence.
  void processing_vanished(World& world, Id delivery);
  void hand_over(World& world, Id delivery, Id activity);
  /// Whether what is done for a delivery is for somebody: the channel waits for its end, and so
  /// does the publisher if he wants an answer.
  [[nodiscard]] bool is_wanted(World const& world, Id delivery) const;
  void ack_timed_out(World& world, Id delivery);
  void redeliver(World& world, std::uint32_t buffer, Id message);
  void poll(World& world, std::uint32_t subscription);
  void subscription_started(World& world, std::uint32_t subscription);
  void expire(World& world, std::uint32_t buffer);
  /// A message has grown too old that stands anywhere in line.
  void expire_in_line(World& world, std::uint32_t buffer, std::uint64_t sequence);
  void batch_due(World& world, std::uint32_t buffer);

  // Consumer groups

  void session_expired(World& world, std::uint32_t consumer);
  void rebalance_done(World& world, std::uint32_t subscription, std::uint64_t number);
  void commit_due(World& world, std::uint32_t subscription);

  // Views

  /// Whether the channel's broker holds so much that all publishers wait.
  [[nodiscard]] bool is_alarmed(World const& world, std::uint32_t channel) const;
  /// Whether a blocked publisher may be let in without the end of any delivery in progress.
  [[nodiscard]] bool may_take_more(World const& world, std::uint32_t channel) const;
  /// Whether the channel may come to hold fewer messages without the end of any delivery in
  /// progress.
  [[nodiscard]] bool may_end_alarm(World const& world, std::uint32_t channel) const;
  [[nodiscard]] static std::uint32_t channel_of(World const& world, Delivery const& delivery);
  /// Messages in the buffer that can be delivered, or could but for others of their key.
  [[nodiscard]] ReadyMessages const& ready(std::uint32_t buffer) const {
    return buffers_[buffer].ready;
  }
  /// Messages that can be delivered, over all buffers. Cost: O(buffers).
  [[nodiscard]] std::size_t waiting() const;
  /// Whether a member of the group reads the partition of that buffer, and which.
  [[nodiscard]] std::uint32_t reader(std::uint32_t buffer) const { return buffers_[buffer].reader; }

  // Faults

  /// It takes no more messages. What it processes ends with the crash of its activities; what was
  /// on its way to it goes back.
  void replica_crashed(World& world, std::uint32_t replica, bool silently);
  /// All that was there has ended: others take over what it leaves.
  void replica_gone(World& world, std::uint32_t replica);
  void replica_started(World& world, std::uint32_t replica);
  /// It takes no more messages; what is on its way to it is still processed.
  void replica_closed(World& world, std::uint32_t replica);
  void crash(World& world, std::uint32_t broker);
  void end_crash(World& world, std::uint32_t broker);
  void failover_done(World& world, std::uint32_t broker, std::uint64_t number);
  /// A link between a broker and somebody has been interrupted, or is whole again. What is sent in
  /// between waits, unless the connection is given up.
  void link_parted(World& world, std::uint32_t link);
  void link_healed(World& world, std::uint32_t link);
  void heartbeat_missed(World& world, std::uint32_t link, std::uint64_t number);

 private:
  struct BufferState {
    BufferPlan const* plan = nullptr;
    ChannelPlan const* channel = nullptr;
    std::uint64_t next_sequence = 1;
    ReadyMessages ready;
    std::uint64_t present = 0;  ///< Messages whose fate is not sealed.
    std::deque<Id> blocked;     ///< Publications outside; some may be gone.
    /// Consumers with room in their prefetch, in turn; all of them fit in.
    boost::circular_buffer<std::uint32_t> idle;
    bool dispatching = false;
    EventId expiry;
    Time expiry_time = Time::max();
    EventId batch_timer;
    Time batch_time = Time::max();
    std::uint32_t active = nowhere;  ///< Consumer, where only one is at a time.
    // Of what has been delivered the latest publishing time: of all keys, and of each but 0.
    Time latest = Time::min();
    std::unordered_map<Key, Time> latest_of_key;
    std::uint32_t entries = 0;  ///< In the memory of what was processed, forgotten ones included.

    // Of a partition.
    std::uint32_t reader = nowhere;  ///< Consumer to which it is assigned.
    std::uint32_t held = 0;   ///< Deliveries and waits for redelivery that keep it from going on.
    bool is_listed = false;   ///< In the reader's list.
    bool is_revoked = false;  ///< Nobody reads on until a rebalance is over.
    std::vector<Id> uncommitted;  ///< In order.
  };

  struct ConsumerState {
    ConsumerPlan const* plan = nullptr;
    SubscriptionPlan const* subscription = nullptr;
    Limit unacknowledged = 0;  ///< Deliveries in progress.
    bool idle = false;         ///< In the buffer's list of those with room in their prefetch.
    bool started = false;      ///< Its subscription has.
    bool is_member = false;    ///< Of its group.
    bool is_ghost = false;     ///< It is gone, and the broker has not noticed.
    bool is_cut_off = false;   ///< Its connection was given up.
    EventId session;           ///< Until the group does without it, or the broker notices.
    std::deque<std::uint32_t> partitions;  ///< Buffers that are assigned to it and not empty.
  };

  struct BrokerState {
    std::uint32_t crashes = 0;    ///< Replicas that are down.
    std::uint64_t failovers = 0;  ///< So far.
    bool is_down = false;         ///< Nobody leads.
    bool is_alarmed = false;      ///< Too much is there: publishers wait.
    bool is_clearing = false;     ///< They will be let in at this instant.
    std::uint64_t present = 0;    ///< Messages in all buffers.
    std::deque<Id> blocked;       ///< Publications that wait; some may be gone.
    Time free;                    ///< When it can take the next message, given its throughput.
  };

  /// What a replica has not sent yet.
  struct ProducerBatch {
    std::vector<Id> publications;  ///< Some may be gone.
    EventId due;
  };

  enum class Offer : std::uint8_t { accepted, rejected, blocked };

  /// Buffers from `first` on, each `stride` behind the last, below `end`.
  struct Destinations {
    std::uint32_t first = 0, end = 0, stride = 1;
  };

  // Publishing
  Publishing begin_attempt(World& world, Activity& activity, Publication& made);
  Publishing publish_at_once(World& world, Publication& made);
  static Id keep(World& world, Publication& made);
  static void await_word(World& world, Id publication);
  Envelope envelope_of(World& world, Activity const& publisher, PublishPlan const& plan);
  Offer route(World& world, std::uint32_t channel, Envelope const& envelope, bool is_mandatory,
              Id& publication);
  void wait_outside(World& world, std::uint32_t buffer, Envelope const& envelope, Id& publication);
  Destinations destinations(World const& world, std::uint32_t channel, Key key);
  /// Calls `visit(buffer)` for each buffer that gets a message of that key.
  void for_each_destination(World const& world, std::uint32_t channel, Key key, auto&& visit) {
    Destinations const to = destinations(world, channel, key);
    for (std::uint32_t buffer = to.first; buffer < to.end; buffer += to.stride) {
      if (takes_part(world, buffer)) visit(buffer);
    }
  }
  std::uint32_t partition_of(World const& world, std::uint32_t channel, Key key);
  [[nodiscard]] bool takes_part(World const& world, std::uint32_t buffer) const;
  void lose(World& world, std::uint32_t channel, Key key);
  Offer offer(World& world, std::uint32_t buffer, Envelope const& envelope);
  void accept(World& world, std::uint32_t buffer, Envelope const& envelope);
  void change_present(World& world, std::uint32_t buffer, Waiting const& content, int change);
  void count_published(World& world, std::uint32_t buffer);
  void count_fate(World& world, std::uint32_t buffer, Time published, Fate fate);
  void end_at_once(World& world, std::uint32_t buffer, Fate fate);
  void discard_next(World& world, std::uint32_t buffer, Fate fate);
  void discard(World& world, std::uint32_t buffer, ReadyMessages::Head const& message, Fate fate);
  void watch_in_line(World& world, std::uint32_t buffer, Waiting const& content);
  void expire_in_lines(World& world, std::uint32_t buffer);
  [[nodiscard]] bool is_spilling(std::uint32_t buffer) const;
  Time use_disk(World& world, std::uint32_t channel, std::optional<Distribution> const& length);
  void drop_expired(World& world, std::uint32_t buffer, Time until);
  void taken_in(World& world, Id publication, bool accepted);
  void send_reply(World& world, std::uint32_t buffer, std::uint32_t consumer, Id publication);
  Time transit_end(World& world, std::uint32_t channel, Time sent);
  [[nodiscard]] bool may_get_emptier(World const& world, std::uint32_t buffer) const;
  [[nodiscard]] bool has_room(std::uint32_t buffer, std::uint64_t bytes) const;

  // Producers
  void send(World& world, std::vector<Id> const& publications);
  void lose_on_way(World& world, Id publication);
  void send_word(World& world, Id publication, Outcome outcome);
  void conclude(World& world, Id publication, Outcome outcome);
  static void end_publication(World& world, Id publication);
  Publishing failed_at_once(World& world, Publication const& made, Outcome outcome);
  void end_attempt(World& world, Publication const& ended, Outcome outcome);
  bool back_off(World& world, Publication const& ended, Outcome outcome);
  void add_to_batch(World& world, Id publication);
  void send_batch(World& world, std::uint32_t batch);
  void forget_unsent(World& world, std::uint32_t replica);

  // Connections
  [[nodiscard]] static std::uint32_t way(World const& world, std::uint32_t replica,
                                         std::uint32_t broker, bool to_broker);
  [[nodiscard]] bool is_interrupted(World const& world, std::uint32_t replica,
                                    std::uint32_t broker) const;
  [[nodiscard]] bool is_cut_off(std::uint32_t replica, std::uint32_t broker) const {
    return !cut_off_.empty() && cut_off_.contains({replica, broker});
  }
  void for_each_peer(World const& world, std::uint32_t link, auto&& visit);
  void for_each_consumer(World const& world, std::uint32_t replica, std::uint32_t broker,
                         auto&& visit);
  void give_up_connection(World& world, std::uint32_t replica, std::uint32_t broker);
  void restore_connection(World& world, std::uint32_t replica, std::uint32_t broker);
  void end_connection(World& world, std::uint32_t consumer);
  void resend(World& world, std::uint32_t replica, std::uint32_t broker);
  void lay_ghost(World& world, std::uint32_t consumer);
  bool admit_blocked(World& world, std::uint32_t buffer);

  // Delivery
  void dispatch(World& world, std::uint32_t buffer);
  void dispatch_all(World& world, std::uint32_t buffer);
  void push_ready(World& world, std::uint32_t buffer);
  bool may_serve(std::uint32_t buffer, std::uint32_t consumer);
  bool offer_to(World& world, std::uint32_t buffer, std::uint32_t consumer);
  bool batch_is_due(World& world, std::uint32_t buffer, Subscriber const& spec);
  void deliver(World& world, std::uint32_t buffer, std::uint32_t consumer);
  void send_out(World& world, Delivery& delivery);
  [[nodiscard]] std::uint64_t bytes_of(World const& world, Delivery const& delivery) const;
  Id take(World& world, std::uint32_t buffer);
  std::vector<Id> take_more(World& world, std::uint32_t buffer, std::int64_t most);
  Time read_time(World& world, Delivery const& delivery);
  void note_order(World& world, Message const& message);
  [[nodiscard]] bool takes_pushes(std::uint32_t buffer) const;
  [[nodiscard]] bool is_connected(World const& world, std::uint32_t consumer) const;
  void make_idle(World& world, std::uint32_t consumer);
  void start_processing(World& world, Delivery& delivery);

  // Acknowledgement
  Outcome note_outcome(World& world, Delivery const& delivery, Outcome outcome);
  void message_returned(World& world, Message& message, Delivery const& delivery, Outcome outcome,
                        bool ack_lost);
  void send_acknowledgement(World& world, Delivery& delivery);
  void vanish(World& world, Delivery& delivery);
  void end_delivery(World& world, Delivery& record, Outcome outcome);
  void take_back(World& world, Delivery& delivery, Setback setback);
  void acknowledged(World& world, Message& message, SubscriptionPlan const& plan);
  static bool is_last_delivery(Message const& message, SubscriptionPlan const& plan);
  void release_hold(std::uint32_t buffer);
  void wait_for_redelivery(World& world, Message& message, Time due, Setback setback);
  void note_processed(World& world, Message& message, std::uint32_t consumer);
  [[nodiscard]] bool recognises(Message const& message) const;
  void failed(World& world, Message& message, SubscriptionPlan const& plan);
  void return_or_bury(World& world, Message& message, SubscriptionPlan const& plan,
                      Setback setback);
  void give_back(World& world, Message& message, Setback setback);
  void settle(World& world, std::uint32_t buffer, Waiting const& content, Fate fate,
              std::uint32_t dead_letter);
  void seal(World& world, Message& message, Fate fate, std::uint32_t dead_letter);
  static void destroy_if_done(World& world, Message const& message);
  void put_dead_letter(World& world, std::uint32_t channel, Waiting const& content);
  void watch_expiry(World& world, std::uint32_t buffer);

  // Consumer groups
  void join_group(World& world, std::uint32_t consumer);
  void leave_group(World& world, std::uint32_t consumer);
  void end_session(World& world, std::uint32_t consumer);
  void begin_absence(World& world, std::uint32_t consumer);
  void forget_uncommitted_of(World& world, std::uint32_t consumer);
  [[nodiscard]] bool is_reader_cut_off(World const& world, std::uint32_t buffer) const;
  void commit_overdue(World& world, std::uint32_t consumer);
  void rebalance(World& world, std::uint32_t subscription);
  std::vector<std::uint32_t> assignment_of(World const& world, std::uint32_t subscription) const;
  void assign(World& world, std::uint32_t subscription);
  void move_partition(World& world, std::uint32_t buffer, std::uint32_t reader);
  void read_on(World& world, std::uint32_t buffer);
  void serve_partitions(World& world, std::uint32_t consumer);
  void commit(World& world, std::uint32_t buffer);
  void forget_uncommitted(World& world, std::uint32_t buffer, Setback setback);

  // Faults
  void stop(World& world, std::uint32_t broker);
  void resume(World& world, std::uint32_t broker);
  void elect(World& world, std::uint32_t broker);
  void fail_publishers(World& world, std::uint32_t broker);
  void forget_unreplicated(World& world, std::uint32_t buffer);
  [[nodiscard]] static Time replicated_until(World const& world, std::uint32_t channel);
  void disconnect_consumer(World& world, std::uint32_t consumer);
  void close(World& world, std::uint32_t buffer);
  void hit_by_crash(World& world, Id message);
  void disconnect(World& world, Id delivery);
  [[nodiscard]] bool is_down(World const& world, std::uint32_t channel) const;
  [[nodiscard]] bool is_at_most_once(std::uint32_t buffer) const {
    return buffers_[buffer].channel->spec.delivery == Channel::Delivery::at_most_once;
  }
  [[nodiscard]] bool is_down(BufferState const& buffer) const {
    return brokers_[buffer.channel->broker].is_down;
  }
  static void for_each_message(auto& world, Delivery const& delivery, auto&& visit) {
    visit(world.messages[delivery.message.index]);
    if (!delivery.more) return;
    for (Id const message : *delivery.more) visit(world.messages[message.index]);
  }

  /// Blocks of the lines of messages: kept for the next line that grows. A copy shares them.
  std::shared_ptr<std::pmr::memory_resource> blocks_ =
      std::make_shared<std::pmr::synchronized_pool_resource>();
  std::vector<BufferState> buffers_;
  std::vector<ConsumerState> consumers_;
  std::vector<std::uint64_t> rebalances_;  ///< (subscriptions) So far.
  std::vector<BrokerState> brokers_;
  std::vector<std::uint32_t> next_partition_;  ///< (channels) For messages without a key.
  std::vector<ProducerBatch> batches_;
  std::vector<RetryBudget> budgets_;                           ///< (publishes)
  std::set<std::pair<std::uint32_t, std::uint32_t>> cut_off_;  ///< Replicas, from brokers.
  std::deque<Id> held_up_publications_, held_up_deliveries_;   ///< In order; some may be gone.
  std::vector<Time> disk_free_;  ///< (channels) When the disk has done all it has to.
};

}  // namespace sojourn
