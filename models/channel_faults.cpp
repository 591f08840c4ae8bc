/// Channels: what crashes of consumers and brokers do.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

/// The replica's consumers are gone. What they processed ends with the crash of their activities;
/// what was on its way to them goes back.
void Channels::replica_crashed(World& world, std::uint32_t replica) {
  replica_closed(world, replica);
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    std::vector<Id> on_their_way;
    world.deliveries.for_each([&](Id id, Delivery const& delivery) {
      if (delivery.consumer == consumer && delivery.arrival) on_their_way.push_back(id);
    });
    for (Id const id : on_their_way) end_delivery(world, id, Outcome::crashed);
  }
}

void Channels::replica_closed(World& world, std::uint32_t replica) {
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    std::uint32_t const subscription = world.program->consumers[consumer].subscription;
    auto& idle = channels_[world.program->subscriptions[subscription].channel].idle;
    if (std::exchange(consumers_[consumer].idle, false)) {
      idle.erase(std::remove(idle.begin(), idle.end(), consumer), idle.end());
    }
  }
}

void Channels::replica_started(World& world, std::uint32_t replica) {
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    make_idle(world, consumer);
    dispatch(world,
             world.program->subscriptions[world.program->consumers[consumer].subscription].channel);
  }
}

/// What is in a durable channel stays, what was delivered and not acknowledged goes back to it, and
/// those who process it do so in vain. What is in another channel is lost, except what is being
/// processed. Publishers get an error.
void Channels::crash(World& world, std::uint32_t broker) {
  if (++brokers_[broker].crashes > 1) return;
  BrokerPlan const& plan = world.program->brokers[broker];
  auto const is_of_broker = [&](std::uint32_t channel) {
    return channel >= plan.first_channel && channel < plan.first_channel + plan.channels;
  };
  for (std::uint32_t i = 0; i < plan.channels; ++i) close(world, plan.first_channel + i);
  std::vector<Id> affected;
  world.messages.for_each([&](Id id, Message const& message) {
    if (is_of_broker(message.channel)) affected.push_back(id);
  });
  std::sort(affected.begin(), affected.end(), [&](Id left, Id right) {
    return world.messages[left.index].sequence < world.messages[right.index].sequence;
  });
  for (Id const id : affected) hit_by_crash(world, id);
  std::vector<Id> deliveries;
  world.deliveries.for_each([&](Id id, Delivery const& delivery) {
    if (is_of_broker(channel_of(world, delivery))) deliveries.push_back(id);
  });
  for (Id const id : deliveries) disconnect(world, id);
}

/// Nobody is connected to a channel whose broker has crashed, and a transient one is empty.
void Channels::close(World& world, std::uint32_t channel) {
  ChannelState& state = channels_[channel];
  ChannelPlan const& plan = world.program->channels[channel];
  state.idle.clear();
  for (std::uint32_t i = 0; i < plan.subscriptions; ++i) {
    SubscriptionPlan const& subscription =
        world.program->subscriptions[plan.first_subscription + i];
    for (std::uint32_t n = 0; n < subscription.consumers; ++n) {
      consumers_[subscription.first_consumer + n].idle = false;
    }
  }
  if (!plan.spec.durable) {
    state.fresh.clear();
    state.returned = {};
  }
  for (Id const id : std::exchange(state.blocked, {})) {
    Message const* const message = world.messages.find(id);
    if (!message) continue;
    Id const publisher = message->publisher;
    world.messages.destroy(id);
    answer(world, publisher, Outcome::error);
  }
}

std::uint32_t Channels::channel_of(World const& world, Delivery const& delivery) {
  std::uint32_t const subscription = world.program->consumers[delivery.consumer].subscription;
  return world.program->subscriptions[subscription].channel;
}

void Channels::hit_by_crash(World& world, Id id) {
  Message& message = world.messages[id.index];
  Channel const& spec = world.program->channels[message.channel].spec;
  bool const acknowledged_early = spec.delivery == Channel::Delivery::at_most_once;
  switch (message.state) {
    case MessageState::ready:
    case MessageState::delayed:
      if (!spec.durable) seal(world, id, Fate::lost, nowhere);
      break;
    case MessageState::unacked:
      if (acknowledged_early) break;
      if (spec.durable) {
        give_back(world, id);
      } else {
        message.state = MessageState::orphaned;
      }
      break;
    case MessageState::in_transit:  // answered when it arrives
    case MessageState::blocked:
    case MessageState::orphaned:
    case MessageState::settled:
      break;
  }
}

/// A delivery whose broker has crashed: nobody waits for its acknowledgement, unless the message
/// was acknowledged on delivery or is nowhere else. One still on its way never arrives.
void Channels::disconnect(World& world, Id id) {
  Delivery& delivery = world.deliveries[id.index];
  world.sim.cancel(delivery.ack_timer);
  delivery.ack_timer = {};
  Channel const& spec = world.program->channels[channel_of(world, delivery)].spec;
  bool const acknowledged_early = spec.delivery == Channel::Delivery::at_most_once;
  if (spec.durable && !acknowledged_early) delivery.current = false;
  if (delivery.arrival) end_delivery(world, id, Outcome::crashed);
}

void Channels::end_crash(World& world, std::uint32_t broker) {
  if (--brokers_[broker].crashes > 0) return;
  brokers_[broker].free = world.now();
  BrokerPlan const& plan = world.program->brokers[broker];
  for (std::uint32_t channel = plan.first_channel; channel < plan.first_channel + plan.channels;
       ++channel) {
    ChannelPlan const& channel_plan = world.program->channels[channel];
    for (std::uint32_t i = 0; i < channel_plan.subscriptions; ++i) {
      SubscriptionPlan const& subscription =
          world.program->subscriptions[channel_plan.first_subscription + i];
      for (std::uint32_t n = 0; n < subscription.consumers; ++n) {
        make_idle(world, subscription.first_consumer + n);
      }
    }
    expire_and_dispatch(world, channel);
  }
}

/// What grew too old while the broker was down expires first.
void Channels::expire_and_dispatch(World& world, std::uint32_t channel) {
  if (world.program->channels[channel].spec.ttl) {
    world.sim.cancel(channels_[channel].expiry);
    expire(world, channel);
  }
  dispatch(world, channel);
}

}  // namespace sojourn
