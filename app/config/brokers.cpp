#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"

namespace sojourn {
namespace {

constexpr std::int64_t largest_batch = 1'000'000;
constexpr std::int64_t most_initial = 10'000'000;

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

void check_subscriber(Node const& node, Subscriber& subscriber, Reading& reading) {
  if (Node const* const start = node.find("start"))
    reading.planned_times.push_back({"start", subscriber.start, start->place()});
}

Value<Subscriber> subscriber_value() {
  Table<Subscriber> table;
  table
      .optional("prefetch", limit_value(1), &Subscriber::prefetch, "the service's concurrency",
                "How many deliveries one replica has in progress at most; or unlimited.")
      .optional("ack_timeout", duration_value(Bound::positive), &Subscriber::ack_timeout, "none",
                "After it an unacknowledged message is delivered again.")
      .optional("max_deliveries", limit_value(1), &Subscriber::max_deliveries, "unlimited",
                "How often a message is delivered, the first time included, before it goes to "
                "`dead_letter`.")
      .optional("redelivery", backoff_value(), &Subscriber::redelivery, "0s",
                "The wait before a message that failed is delivered again.")
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

void check_dead_letter(Node const& node, Channel& channel, Reading& reading) {
  Node const* const target = node.find("dead_letter");
  std::string const own = reading.owner + "." + reading.key();
  if (target != nullptr && channel.dead_letter && to_text(*channel.dead_letter) == own)
    reading.error_at(target->place(), "dead_letter: a channel cannot be its own");
}

Value<Channel> channel_table() {
  using WhenFull = Channel::WhenFull;
  using Delivery = Channel::Delivery;
  enum class Kind { queue };
  Table<Channel> table;
  table
      .optional(
          "kind", enumeration<Kind>({{"queue", Kind::queue}}), [](Channel&, Kind) {}, "queue",
          "queue: subscribers compete, each message goes to one of them.")
      .optional("capacity", limit_value(0), &Channel::capacity, "unlimited",
                "How many messages may be in it that have not been delivered.")
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
      .optional("durable", flag_value(), &Channel::durable, "false",
                "Whether it survives a crash of the broker; else what it held is lost.")
      .optional("delivery",
                enumeration<Delivery>({{"at-least-once", Delivery::at_least_once},
                                       {"at-most-once", Delivery::at_most_once},
                                       {"exactly-once", Delivery::exactly_once}}),
                &Channel::delivery, "at-least-once",
                "at-least-once (acknowledged after processing), at-most-once (on delivery), "
                "exactly-once (a repeat is recognised and not processed).")
      .optional("initial", count_value(0, most_initial), &Channel::initial, "0",
                "Messages there at the beginning: a backlog.")
      .optional("dead_letter", channel_value(), &Channel::dead_letter, "none",
                "Where expired messages go, and those that subscribers without one give up.")
      .optional("subscribers", subscribers_value(), &Channel::subscribers, "none",
                "The operations that process its messages.")
      .check(check_dead_letter);
  return object(std::move(table));
}

Value<Broker> broker_value() {
  Table<Broker> table;
  table
      .optional("latency", distribution_value(Bound::not_negative), &Broker::latency, "0s",
                "Each way: from publishing to acceptance, and from there to delivery.")
      .optional("throughput", rate_value(), &Broker::throughput, "no limit",
                "How many messages it can take in a second.")
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
