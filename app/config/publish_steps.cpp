/// Steps that publish messages.
#include <utility>

#include <fmt/format.h>

#include "app/config/distribution_reader.h"
#include "app/config/outboxes.h"
#include "app/config/scalars.h"
#include "app/config/sections.h"
#include "app/config/step_kinds.h"

namespace sojourn {
namespace {

Value<PublishBatch> publish_batch_value() {
  Table<PublishBatch> table;
  table
      .required("size", count_value(1, 1'000'000), &PublishBatch::size,
                "A batch is sent once it has so many messages.")
      .optional("linger", duration_value(Bound::not_negative), &PublishBatch::linger, "0s",
                "A smaller one is sent after this time.");
  return object(std::move(table));
}

/// A file with more sizes than the engine tells apart is refused at the one too many.
void check_payload(Node const& node, PublishStep const& step, Reading& reading) {
  if (step.payload <= 0.0) return;
  reading.message_sizes.insert(step.payload);
  if (reading.message_sizes.size() >= most_message_sizes)
    reading.error_at(node.find("payload")->place(),
                     fmt::format("payload: a scenario has at most {} different sizes of messages",
                                 most_message_sizes - 1));
}

/// What `outbox` says: a message for a table of the service, and where the table's relay sends it.
struct OutboxKeys {
  PublishStep publish;
  ChannelName target;
  std::optional<Duration> every;
};

}  // namespace

StepWord publish_kind() {
  Table<PublishStep> table;
  table
      .required("publish", channel_value(), &PublishStep::channel,
                "Hands a message to a channel: broker.channel.")
      .optional("confirm", flag_value(), &PublishStep::confirm, "true",
                "Whether to wait until the broker has accepted the message.")
      .optional("timeout", distribution_value(Bound::positive), &PublishStep::timeout, "none",
                "How long to wait for the broker.")
      .optional("count", count_distribution_value(), &PublishStep::count, "1", "How many messages.")
      .optional("key", count_distribution_value(), &PublishStep::key, "that of the request",
                "What the message is about: it chooses the partition of a log, and orders a queue "
                "with `order: key`.")
      .optional(
          "priority", count_value(-largest_priority, largest_priority),
          [](PublishStep& step, std::int64_t priority) {
            step.priority = static_cast<std::int32_t>(priority);
          },
          "that of the request", "Greater is more urgent, in a queue with `order: priority`.")
      .optional("ttl", duration_value(Bound::positive), &PublishStep::ttl, "that of the channel",
                "The message expires after this time, or that of the channel if it is less.")
      .optional("delay", distribution_value(Bound::not_negative), &PublishStep::delay, "none",
                "The channel holds the message back for that long.")
      .optional("poison", ratio_value(), &PublishStep::poison, "0%",
                "The share of messages that nobody can process.")
      .optional("payload", size_value(), &PublishStep::payload, "0B",
                "The size of the message, for links and for what counts bytes.")
      .optional("retry", retry_value(), &PublishStep::retry, "one attempt",
                "Publishes again after a failure, as a call does.")
      .optional("batch", publish_batch_value(), &PublishStep::batch, "each by itself",
                "Messages of a replica that are sent together.")
      .optional("mandatory", flag_value(), &PublishStep::mandatory, "false",
                "Whether to fail if there is no subscriber for whom to keep the message.")
      .optional("fallback", steps_value(), &PublishStep::fallback, "none",
                "Steps that run when the broker has not taken the message.")
      .optional("reply", flag_value(), &PublishStep::reply, "false",
                "Whether to wait until somebody has processed the message, and his reply has come "
                "back through the broker. Needs a `timeout`.")
      .check([](Node const& node, PublishStep& step, Reading& reading) {
        if (step.reply && !step.confirm)
          reading.error_at(node.find("reply")->place(),
                           "reply: without 'confirm' nothing is waited for");
        if (step.reply && !step.timeout)
          reading.error_at(node.find("reply")->place(),
                           "reply: needs a 'timeout': a message that is lost is never answered");
        if (step.mandatory && !step.confirm)
          reading.error_at(node.find("mandatory")->place(),
                           "mandatory: without 'confirm' a failure is not noticed");
        if (step.timeout && !step.confirm)
          reading.error_at(node.find("timeout")->place(),
                           "timeout: without 'confirm' there is nothing to wait for");
        if (step.retry && !step.confirm)
          reading.error_at(node.find("retry")->place(),
                           "retry: without 'confirm' a failure is not noticed");
        check_payload(node, step, reading);
        if (step.fallback && !step.confirm)
          reading.error_at(node.find("fallback")->place(),
                           "fallback: without 'confirm' a failure is not noticed");
      });
  return step_kind(std::move(table));
}

/// `all`, `first` or a count of branches; 0 stands for all until the branches are known.

StepWord outbox_kind() {
  Table<OutboxKeys> table;
  table
      .required("outbox", channel_value(), &OutboxKeys::target,
                "Writes a message beside the state that is kept here, from where a relay publishes "
                "it to a channel: broker.channel.")
      .optional("every", duration_value(Bound::positive), &OutboxKeys::every, "at once",
                "How often the relay looks for messages.")
      .optional(
          "count", count_distribution_value(),
          [](OutboxKeys& keys, Distribution count) { keys.publish.count = std::move(count); }, "1",
          "How many messages.")
      .optional(
          "key", count_distribution_value(),
          [](OutboxKeys& keys, Distribution key) { keys.publish.key = std::move(key); },
          "that of the request", "What the message is about.")
      .optional(
          "priority", count_value(-largest_priority, largest_priority),
          [](OutboxKeys& keys, std::int64_t priority) {
            keys.publish.priority = static_cast<std::int32_t>(priority);
          },
          "that of the request", "Greater is more urgent, in a queue with `order: priority`.")
      .check([](Node const& node, OutboxKeys& keys, Reading& reading) {
        keys.publish.channel = {outbox_of(reading.owner), keys.target.channel};
        reading.outbox_uses.push_back({reading.owner, keys.target, keys.every, node.place()});
      });
  auto words = table.keys();
  std::string word = words.front();
  return {std::move(word), std::move(words),
          converted<Step>(object(std::move(table)),
                          [](OutboxKeys keys) { return Step{std::move(keys.publish)}; })};
}

}  // namespace sojourn
