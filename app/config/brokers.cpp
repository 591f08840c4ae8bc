#include <algorithm>

#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

constexpr std::int64_t largest_batch = 1'000'000;
constexpr std::int64_t most_initial = 10'000'000;
constexpr std::int64_t most_partitions = 10'000;
constexpr std::int64_t most_brokers = 1'000;
constexpr std::int64_t most_messages = 1'000'000'000;

Value<Subscriber::Batch> batch_value() {
  Table<Subscriber::Batch> table;
  table
      .optional("min", count_value(1, largest_batch), &Subscriber::Batch::min, "1",
                "A batch is handed over once it has this many messages.")
      .required("max", count_value(1, largest_batch), &Subscriber::Batch::max,
                "The most messages of a batch.")
      .optional("wait", duration_value(Bound::not_negative), &Subscriber::Batch::wait, "for ever",
                "After this time a smaller batch is handed over too.")
      .check([](Node const& node, Subscriber::Batch& batch, Reading& reading) {
        if (node.find("max") != nullptr && batch.max < batch.min)
          reading.error_at(node.find("max")->place(), "max: must be at least min");
      });
  return object(std::move(table));
}

using Kind = Channel::Kind;

/// Keys that mean something in some kinds of channel only.
struct KeyOfKind {
  char const* key;
  std::vector<Kind> kinds;
  char const* where;
};

void check_keys(Node const& node, Kind kind, std::vector<KeyOfKind> const& keys, Reading& reading) {
  for (auto const& [key, kinds, where] : keys) {
    Node const* const found = node.find(key);
    if (found != nullptr && std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
      reading.error_at(found->place(), fmt::format("{}: {}", key, where));
  }
}

Value<Channel::Retention> retention_value() {
  Table<Channel::Retention> table;
  table
      .optional("time", duration_value(Bound::positive), &Channel::Retention::time, "for ever",
                "How long messages are kept.")
      .optional("messages", limit_value(1), &Channel::Retention::messages, "unlimited",
                "How many messages of a partition are kept, for each group that has not read them.")
      .optional(
          "bytes", size_value(),
          [](Channel::Retention& retention, double bytes) {
            retention.bytes = static_cast<Limit>(bytes);
          },
          "unlimited", "How many bytes of a partition are kept, likewise.");
  return object(std::move(table));
}

Value<Channel::Spill> spill_value() {
  Table<Channel::Spill> table;
  table
      .required("above", count_value(0, most_messages), &Channel::Spill::above,
                "With so many messages in memory that wait, those that come go to disk.")
      .optional("write", distribution_value(Bound::not_negative), &Channel::Spill::write, "0s",
                "How long the disk takes to write one.")
      .optional("read", distribution_value(Bound::not_negative), &Channel::Spill::read, "0s",
                "How long the disk takes to read one, when it is delivered.");
  return object(std::move(table));
}

void check_subscriber(Node const& node, Subscriber& subscriber, Reading& reading) {
  if (Node const* const start = node.find("start"))
    reading.planned_times.push_back({"start", subscriber.start, start->place()});
}

/// A duration, or how long and whether what stays is read on.
Value<Subscriber::Rebalance> rebalance_value() {
  Table<Subscriber::Rebalance> table;
  table
      .required("for", duration_value(Bound::not_negative), &Subscriber::Rebalance::length,
                "How long a rebalance lasts.")
      .optional("cooperative", flag_value(), &Subscriber::Rebalance::cooperative, "false",
                "Whether partitions that do not change hands are read on meanwhile.");
  return scalar_or<Subscriber::Rebalance>(
      converted<Subscriber::Rebalance>(duration_value(Bound::not_negative),
                                       [](Duration length) {
                                         return Subscriber::Rebalance{length, false};
                                       }),
      object(std::move(table)));
}

Value<Subscriber> subscriber_value() {
  Table<Subscriber> table;
  table
      .optional("prefetch", limit_value(1), &Subscriber::prefetch, "the service's concurrency",
                "How many deliveries one replica has in progress at most; or unlimited.")
      .optional("ack_timeout", duration_value(Bound::positive), &Subscriber::ack_timeout, "none",
                "After it an unacknowledged message is delivered again.")
      .optional("ack_loss", ratio_value(), &Subscriber::ack_loss, "0%",
                "The share of acknowledgements that do not arrive: the message is delivered again, "
                "after `ack_timeout` if there is one.")
      .optional("max_deliveries", limit_value(1), &Subscriber::max_deliveries, "unlimited",
                "How often a message is delivered, the first time included, before it goes to "
                "`dead_letter`.")
      .optional("redelivery", backoff_value(), &Subscriber::redelivery, "0s",
                "The wait before a message that failed is delivered again.")
      .optional("requeue",
                enumeration<Subscriber::Requeue>({{"place", Subscriber::Requeue::place},
                                                  {"tail", Subscriber::Requeue::tail},
                                                  {"never", Subscriber::Requeue::dead_letter}},
                                                 {{"head", "place"}}),
                &Subscriber::requeue, "place",
                "Where a message goes that was not processed: to its old place in line, to the "
                "tail, or never back (to `dead_letter`).")
      .optional("dead_letter", channel_value(), &Subscriber::dead_letter, "that of the channel",
                "Where messages go that failed too often.")
      .optional("batch", batch_value(), &Subscriber::batch, "one message at a time",
                "Several messages are handed over together and processed by one run.")
      .optional("poll", duration_value(Bound::positive), &Subscriber::poll, "messages are pushed",
                "Asks for messages at this interval.")
      .optional("start", duration_value(Bound::not_negative), &Subscriber::start,
                "from the beginning",
                "Consumes from this time on, counted from the end of the "
                "warm-up.")
      .optional("capacity", limit_value(0), &Subscriber::capacity, "that of the channel",
                "Of a topic: how many messages may wait in the subscriber's own buffer.")
      .optional("from",
                enumeration<Subscriber::From>({{"latest", Subscriber::From::latest},
                                               {"earliest", Subscriber::From::earliest}}),
                &Subscriber::from, "latest",
                "Of a log, with `start`: latest (reads what comes from then on) or earliest (all "
                "that is kept).")
      .optional(
          "assignment",
          enumeration<Subscriber::Assignment>({{"range", Subscriber::Assignment::range},
                                               {"round-robin", Subscriber::Assignment::round_robin},
                                               {"sticky", Subscriber::Assignment::sticky}}),
          &Subscriber::assignment, "range",
          "Of a log: how its partitions are dealt out to the replicas of the group.")
      .optional("rebalance", rebalance_value(), &Subscriber::rebalance, "at once",
                "Of a log: how partitions change hands when a replica comes or goes.")
      .optional("session_timeout", duration_value(Bound::not_negative),
                &Subscriber::session_timeout, "0s",
                "Of a log: from the crash of a replica until the group does without it.")
      .optional("commit", duration_value(Bound::positive), &Subscriber::commit,
                "after each message",
                "Of a log: how often what has been processed is noted. What has not been is read "
                "again after a crash.")
      .check(check_subscriber);
  return object(std::move(table));
}

Value<std::vector<Subscriber>> subscribers_value() {
  return named(
      subscriber_value(), "subscribers such as worker.charge: {prefetch: 20}",
      [](Node::Entry const& entry, Reading& reading) {
        if (split_name(entry.key)) {
          reading.refer_at({NameKind::operation}, entry.key, entry.mark.place());
        } else {
          reading.error_at(
              entry.mark.place(),
              "expected service.operation such as worker.charge, found " + in_quotes(entry.key));
        }
      },
      [](Subscriber& subscriber, Node::Entry const& entry, Reading&) {
        if (auto const parts = split_name(entry.key))
          subscriber.operation = {parts->first, parts->second};
      });
}

std::vector<KeyOfKind> const& keys_of_kinds() {
  static std::vector<KeyOfKind> const keys{
      {"capacity", {Kind::queue, Kind::topic, Kind::pub_sub}, "a log has a 'retention' instead"},
      {"capacity_bytes",
       {Kind::queue, Kind::topic, Kind::pub_sub},
       "a log has a 'retention' instead"},
      {"when_full", {Kind::queue, Kind::topic, Kind::pub_sub}, "a log has a 'retention' instead"},
      {"ttl", {Kind::queue, Kind::topic, Kind::pub_sub}, "a log has a 'retention' instead"},
      {"expiry", {Kind::queue, Kind::topic, Kind::pub_sub}, "a log has a 'retention' instead"},
      {"spill", {Kind::queue, Kind::topic}, "a log is on disk, and pub-sub keeps nothing"},
      {"dead_letter",
       {Kind::queue, Kind::topic},
       "only a queue or a topic has one; give it to the subscribers"},
      {"durable", {Kind::queue, Kind::topic, Kind::log}, "pub-sub keeps nothing"},
      {"delivery", {Kind::queue, Kind::topic, Kind::log}, "pub-sub is always at-most-once"},
      {"memory", {Kind::queue, Kind::topic, Kind::log}, "pub-sub is always at-most-once"},
      {"credit", {Kind::queue, Kind::topic, Kind::pub_sub}, "a log has a 'retention' instead"},
      {"order", {Kind::queue, Kind::topic}, "only a queue or a topic can be reordered"},
      {"single_active", {Kind::queue, Kind::topic}, "only consumers of a queue or a topic compete"},
      {"partitions", {Kind::log}, "only a log has partitions"},
      {"retention", {Kind::log}, "only a log has one; others have 'ttl' and 'capacity'"}};
  return keys;
}

std::vector<KeyOfKind> const& subscriber_keys_of_kinds() {
  static std::vector<KeyOfKind> const keys{
      {"capacity",
       {Kind::topic, Kind::pub_sub},
       "only subscribers of a topic or pub-sub have buffers of their own"},
      {"from", {Kind::log}, "only a log can be read from the beginning"},
      {"assignment", {Kind::log}, "only a log has partitions"},
      {"rebalance", {Kind::log}, "only a log has partitions"},
      {"session_timeout", {Kind::log}, "only readers of a log are a group"},
      {"commit", {Kind::log}, "only readers of a log commit; others acknowledge each message"},
      {"ack_timeout", {Kind::queue, Kind::topic, Kind::log}, "pub-sub awaits no acknowledgement"},
      {"requeue", {Kind::queue, Kind::topic}, "only a queue or a topic can be reordered"}};
  return keys;
}

void check_kind(Node const& node, Channel& channel, Reading& reading) {
  check_keys(node, channel.kind, keys_of_kinds(), reading);
  Node const* const subscribers = node.find("subscribers");
  if (subscribers == nullptr) return;
  for (Node::Entry const& entry : subscribers->entries) {
    if (entry.value.is(Node::Kind::mapping))
      check_keys(entry.value, channel.kind, subscriber_keys_of_kinds(), reading);
  }
}

void check_channel(Node const& node, Channel& channel, Reading& reading) {
  check_kind(node, channel, reading);
  Node const* const memory = node.find("memory");
  if (memory != nullptr && channel.delivery != Channel::Delivery::exactly_once)
    reading.error_at(memory->place(), "memory: only 'delivery: exactly-once' has one");
  Node const* const target = node.find("dead_letter");
  std::string const own = reading.owner + "." + reading.key();
  if (target != nullptr && channel.dead_letter && to_text(*channel.dead_letter) == own)
    reading.error_at(target->place(), "dead_letter: a channel cannot be its own");
}

/// What it is, how much it holds, and for how long.
void add_keys_of_keeping(Table<Channel>& table) {
  using WhenFull = Channel::WhenFull;
  table
      .optional(
          "kind",
          enumeration<Kind>({{"queue", Kind::queue},
                             {"topic", Kind::topic},
                             {"pub-sub", Kind::pub_sub},
                             {"log", Kind::log}}),
          &Channel::kind, "queue",
          "queue (subscribers compete, each message goes to one of them), topic (each has a copy "
          "in "
          "a buffer of its own), pub-sub (each replica has, while it is there), log (partitioned, "
          "in order, read by groups, kept after reading).")
      .optional("capacity", limit_value(0), &Channel::capacity, "unlimited",
                "How many messages may be in it that have not been delivered.")
      .optional(
          "capacity_bytes", size_value(),
          [](Channel& channel, double bytes) {
            channel.capacity_bytes = static_cast<Limit>(bytes);
          },
          "unlimited", "How many bytes of them.")
      .optional("when_full",
                enumeration<WhenFull>({{"reject", WhenFull::reject},
                                       {"drop-oldest", WhenFull::drop_oldest},
                                       {"drop-newest", WhenFull::drop_newest},
                                       {"block", WhenFull::block}},
                                      {{"wait", "block"}}),
                &Channel::when_full, "reject",
                "Where there is no room: reject (the publisher is told), drop-oldest, drop-newest "
                "(nobody is told), or block (the publisher waits, with what it holds).")
      .optional("ttl", duration_value(Bound::positive), &Channel::ttl, "none",
                "An older message expires, to `dead_letter` if there is one.")
      .optional("expiry",
                enumeration<Channel::Expiry>(
                    {{"head", Channel::Expiry::head}, {"anywhere", Channel::Expiry::anywhere}}),
                &Channel::expiry, "head",
                "When a message that has grown too old goes: head (once it is next in line) or "
                "anywhere (at once).")
      .optional("spill", spill_value(), &Channel::spill, "none",
                "A disk for messages that are too many for memory.");
}

Value<Channel> channel_table() {
  using Delivery = Channel::Delivery;
  using Order = Channel::Order;
  Table<Channel> table;
  add_keys_of_keeping(table);
  table
      .optional("durable", flag_value(), &Channel::durable, "false; true of a log",
                "Whether it survives a crash of the broker; else what it held is lost.")
      .optional("delivery",
                enumeration<Delivery>({{"at-least-once", Delivery::at_least_once},
                                       {"at-most-once", Delivery::at_most_once},
                                       {"exactly-once", Delivery::exactly_once}}),
                &Channel::delivery, "at-least-once",
                "at-least-once (acknowledged after processing), at-most-once (on delivery), "
                "exactly-once (a repeat is recognised and not processed).")
      .optional("order",
                enumeration<Order>(
                    {{"fifo", Order::fifo}, {"priority", Order::priority}, {"key", Order::key}}),
                &Channel::order, "fifo",
                "Which message is next: fifo, priority (the most urgent), or key (fifo, but one "
                "message of a key at a time).")
      .optional("memory", limit_value(1), &Channel::memory, "unlimited",
                "With exactly-once: how many processed messages its consumers recognise, the "
                "latest. An older one is processed again if it comes again.")
      .optional("credit", limit_value(1), &Channel::credit, "unlimited",
                "How many messages may be in it in all, those that are being processed included. "
                "Beyond that it is full.")
      .optional("acks",
                enumeration<Channel::Acks>(
                    {{"leader", Channel::Acks::leader}, {"all", Channel::Acks::all}}),
                &Channel::acks, "leader",
                "Of a broker with replicas: it has a message once its leader has, or all have.")
      .optional("single_active", flag_value(), &Channel::single_active, "false",
                "Whether one consumer at a time gets all messages, and the next when it is gone.")
      .optional("partitions", count_value(1, most_partitions), &Channel::partitions, "1",
                "Of a log: how many lines it has, each in order.")
      .optional("retention", retention_value(), &Channel::retention, "for ever",
                "Of a log: what is kept, read or not.")
      .optional("initial", count_value(0, most_initial), &Channel::initial, "0",
                "Messages there at the beginning: a backlog.")
      .optional("dead_letter", channel_value(), &Channel::dead_letter, "none",
                "Where expired messages go, and those that subscribers without one give up.")
      .optional("subscribers", subscribers_value(), &Channel::subscribers, "none",
                "The operations that process its messages.")
      .check(check_channel);
  return object(std::move(table));
}

Value<Broker::Alarm> alarm_value() {
  Table<Broker::Alarm> table;
  table
      .required("at", count_value(1, most_messages), &Broker::Alarm::at,
                "With so many messages in all its channels publishers begin to wait.")
      .required("clear", count_value(0, most_messages), &Broker::Alarm::clear,
                "With so few they go on.")
      .check([](Node const& node, Broker::Alarm& alarm, Reading& reading) {
        Node const* const clear = node.find("clear");
        if (clear != nullptr && alarm.clear >= alarm.at)
          reading.error_at(clear->place(), "clear: must be less than 'at'");
      });
  return object(std::move(table));
}

Value<Broker> broker_value() {
  Table<Broker> table;
  table
      .optional("latency", distribution_value(Bound::not_negative), &Broker::latency, "0s",
                "Each way: from publishing to acceptance, and from there to delivery.")
      .optional("throughput", rate_value(), &Broker::throughput, "no limit",
                "How many messages it can take in a second.")
      .optional("zone", zone_value(), &Broker::zone, "none", "Where it stands.")
      .optional("heartbeat", duration_value(Bound::positive), &Broker::heartbeat, "never",
                "How long nothing comes over a connection until both sides give it up: after a "
                "silent crash of a consumer, or a partition.")
      .optional("replicas", count_value(1, most_brokers), &Broker::replicas, "1",
                "How many there are of it: one leads, the others follow.")
      .optional("failover", duration_value(Bound::not_negative), &Broker::failover, "0s",
                "How long it takes until another leads when the leader has crashed.")
      .optional("replication", duration_value(Bound::not_negative), &Broker::replication, "0s",
                "How long it takes until all replicas have a message.")
      .optional("alarm", alarm_value(), &Broker::alarm, "none",
                "Above so many messages in all its channels publishers wait.")
      .optional("cost", number_value(Bound::not_negative, 1e9), &Broker::cost, "none",
                "What a million published messages cost.")
      .required("channels", declared(channel_table(), "channels by name", NameKind::channel),
                &Broker::channels, "Its channels by name.");
  return object(std::move(table));
}

}  // namespace

Value<std::vector<Broker>> brokers_value() {
  return declared(broker_value(), "brokers by name", NameKind::broker);
}

}  // namespace sojourn
