#include <algorithm>
#include <utility>

#include "models/program_builder.h"

namespace sojourn {
namespace {

/// Of one channel: its subscriptions with their consumers, then the buffers between it and them.
class ChannelCompiler {
 public:
  ChannelCompiler(ProgramBuilder& builder, std::uint32_t channel)
      : builder_(builder),
        program_(builder.program),
        plan_(builder.program.channels[channel]),
        channel_(channel) {}

  void compile() {
    if (plan_.spec.dead_letter) plan_.dead_letter = builder_.channel_of(*plan_.spec.dead_letter);
    plan_.first_subscription = count(program_.subscriptions);
    plan_.subscriptions = count(plan_.spec.subscribers);
    for (Subscriber const& subscriber : plan_.spec.subscribers) add_subscription(subscriber);
    plan_.account = add_account(plan_.name);
    if (plan_.spec.spill) plan_.disk_stream = builder_.stream(plan_.name + "/disk");
    plan_.first_buffer = count(program_.buffers);
    if (plan_.spec.kind == Channel::Kind::queue) {
      add_shared_buffer();
    } else {
      program_.accounts[plan_.account].holds_messages = false;
      for (std::uint32_t i = 0; i < plan_.subscriptions; ++i) {
        add_copies(plan_.first_subscription + i);
      }
    }
    plan_.buffers = count(program_.buffers) - plan_.first_buffer;
  }

 private:
  void add_subscription(Subscriber const& subscriber) {
    SubscriptionPlan plan;
    plan.spec = subscriber;
    plan.channel = channel_;
    plan.operation = builder_.operation_of(subscriber.operation);
    ServicePlan const& service = program_.services[program_.operations[plan.operation].service];
    plan.prefetch = subscriber.prefetch.value_or(service.spec.concurrency);
    plan.first_consumer = count(program_.consumers);
    plan.consumers = service.replicas;
    plan.dead_letter =
        subscriber.dead_letter ? builder_.channel_of(*subscriber.dead_letter) : plan_.dead_letter;
    std::string const path = plan_.name + "/" + text_of(subscriber.operation);
    plan.redelivery_stream = builder_.stream(path + "/redelivery");
    if (subscriber.ack_loss > 0.0) plan.ack_stream = builder_.stream(path + "/ack_loss");
    auto const subscription = count(program_.subscriptions);
    for (std::uint32_t i = 0; i < service.replicas; ++i) {
      std::uint32_t const replica = service.first_replica + i;
      program_.replica_consumers[replica].push_back(count(program_.consumers));
      program_.consumers.push_back({subscription, replica});
    }
    program_.subscriptions.push_back(std::move(plan));
  }

  /// Of a queue: all consumers of all subscribers compete for it.
  void add_shared_buffer() {
    BufferPlan& buffer = add_buffer(plan_.account);
    buffer.first_consumer = plan_.subscriptions == 0
                                ? 0
                                : program_.subscriptions[plan_.first_subscription].first_consumer;
    for (std::uint32_t i = 0; i < plan_.subscriptions; ++i) {
      SubscriptionPlan& subscription = program_.subscriptions[plan_.first_subscription + i];
      buffer.consumers += subscription.consumers;
      subscription.first_buffer = plan_.first_buffer;
      subscription.buffers = 1;
      give(subscription, plan_.first_buffer);
    }
  }

  /// What a subscriber has for itself.
  void add_copies(std::uint32_t index) {
    SubscriptionPlan& subscription = program_.subscriptions[index];
    std::uint32_t const account =
        add_account(plan_.name + "." + text_of(subscription.spec.operation));
    subscription.first_buffer = count(program_.buffers);
    if (plan_.spec.kind == Channel::Kind::log) {
      program_.accounts[account].is_log = true;
      for (std::int64_t i = 0; i < plan_.spec.partitions; ++i) add_partition(account, index);
    } else if (plan_.spec.kind == Channel::Kind::topic) {
      add_copy(account, index, subscription.first_consumer, subscription.consumers);
      give(subscription, subscription.first_buffer);
    } else {
      for (std::uint32_t i = 0; i < subscription.consumers; ++i) {
        program_.consumers[subscription.first_consumer + i].buffer = count(program_.buffers);
        add_copy(account, index, subscription.first_consumer + i, 1);
      }
    }
    subscription.buffers = count(program_.buffers) - subscription.first_buffer;
  }

  void add_copy(std::uint32_t account, std::uint32_t subscription, std::uint32_t first_consumer,
                std::uint32_t consumers) {
    BufferPlan& buffer = add_buffer(account);
    buffer.subscription = subscription;
    buffer.first_consumer = first_consumer;
    buffer.consumers = consumers;
    buffer.capacity =
        program_.subscriptions[subscription].spec.capacity.value_or(plan_.spec.capacity);
  }

  /// What is too old or too much goes whether or not it has been read.
  void add_partition(std::uint32_t account, std::uint32_t subscription) {
    BufferPlan& buffer = add_buffer(account);
    buffer.subscription = subscription;
    buffer.first_consumer = program_.subscriptions[subscription].first_consumer;
    buffer.consumers = program_.subscriptions[subscription].consumers;
    buffer.capacity = plan_.spec.retention.messages;
    buffer.capacity_bytes = plan_.spec.retention.bytes;
    buffer.when_full = Channel::WhenFull::drop_oldest;
    buffer.ttl = plan_.spec.retention.time;
    buffer.is_partition = true;
  }

  BufferPlan& add_buffer(std::uint32_t account) {
    BufferPlan buffer;
    buffer.channel = channel_;
    buffer.account = account;
    buffer.capacity = plan_.spec.capacity;
    buffer.capacity_bytes = plan_.spec.capacity_bytes;
    buffer.credit = plan_.spec.credit;
    buffer.when_full = plan_.spec.when_full;
    buffer.ttl = plan_.spec.ttl;
    return program_.buffers.emplace_back(buffer);
  }

  std::uint32_t add_account(std::string name) {
    program_.accounts.push_back({std::move(name)});
    program_.accounts.back().spills = plan_.spec.spill.has_value();
    return count(program_.accounts) - 1;
  }

  /// All consumers of a subscription take from that buffer.
  void give(SubscriptionPlan const& subscription, std::uint32_t buffer) {
    for (std::uint32_t i = 0; i < subscription.consumers; ++i) {
      program_.consumers[subscription.first_consumer + i].buffer = buffer;
    }
  }

  ProgramBuilder& builder_;
  Program& program_;
  ChannelPlan& plan_;
  std::uint32_t channel_;
};

}  // namespace

void compile_channel(ProgramBuilder& builder, std::uint32_t channel) {
  ChannelCompiler(builder, channel).compile();
}

}  // namespace sojourn
