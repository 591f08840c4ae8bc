/// Channels: what crashes of consumers and brokers do.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

// --- Consumers -----------------------------------------------------------------------------------

void Channels::replica_crashed(World& world, std::uint32_t replica) {
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    disconnect_consumer(world, consumer);
    auto const cut_off = world.deliveries.ids_where([&](Delivery const& delivery) {
      return delivery.consumer == consumer && (delivery.arrival || delivery.vanished);
    });
    for (Id const id : cut_off) end_delivery(world, id, Outcome::crashed);
    if (world.program->consumers[consumer].buffer == nowhere) end_session(world, consumer);
  }
}

void Channels::replica_closed(World& world, std::uint32_t replica) {
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    disconnect_consumer(world, consumer);
    if (world.program->consumers[consumer].buffer == nowhere) leave_group(world, consumer);
  }
  replica_gone(world, replica);
}

/// The consumer gets nothing more. Where one is active at a time another takes its place, and a
/// channel that keeps nothing forgets what was for it.
void Channels::disconnect_consumer(World& world, std::uint32_t consumer) {
  std::uint32_t const buffer = world.program->consumers[consumer].buffer;
  if (buffer == nowhere) return;
  BufferState& state = buffers_[buffer];
  if (std::exchange(consumers_[consumer].idle, false)) {
    state.idle.erase(std::remove(state.idle.begin(), state.idle.end(), consumer), state.idle.end());
  }
  if (state.active == consumer) state.active = nowhere;
  std::uint32_t const channel = world.program->buffers[buffer].channel;
  if (world.program->channels[channel].spec.kind == Channel::Kind::pub_sub) {
    while (!state.ready.empty()) discard_next(world, buffer, Fate::lost);
  }
}

void Channels::replica_gone(World& world, std::uint32_t replica) {
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    std::uint32_t const buffer = world.program->consumers[consumer].buffer;
    if (buffer != nowhere) dispatch(world, buffer);
  }
}

void Channels::replica_started(World& world, std::uint32_t replica) {
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    std::uint32_t const buffer = world.program->consumers[consumer].buffer;
    if (buffer == nowhere) {
      join_group(world, consumer);
      make_idle(world, consumer);
    } else {
      make_idle(world, consumer);
      dispatch(world, buffer);
    }
  }
}

// --- Brokers -------------------------------------------------------------------------------------

/// What is in a durable channel stays, what was delivered and not acknowledged goes back to it, and
/// those who process it do so in vain. What is in another channel is lost, except what is being
/// processed. Publishers get an error.
void Channels::crash(World& world, std::uint32_t broker) {
  if (++brokers_[broker].crashes > 1) return;
  auto const is_of_broker = [&](std::uint32_t buffer) {
    return world.program->channels[world.program->buffers[buffer].channel].broker == broker;
  };
  for (std::uint32_t i = 0; i < buffers_.size(); ++i) {
    if (is_of_broker(i)) close(world, i);
  }
  auto affected = world.messages.ids_where(
      [&](Message const& message) { return is_of_broker(message.buffer); });
  std::sort(affected.begin(), affected.end(), [&](Id left, Id right) {
    Message const& one = world.messages[left.index];
    Message const& other = world.messages[right.index];
    return std::pair(one.buffer, one.content.sequence) <
           std::pair(other.buffer, other.content.sequence);
  });
  for (Id const id : affected) hit_by_crash(world, id);
  auto const deliveries = world.deliveries.ids_where(
      [&](Delivery const& delivery) { return is_of_broker(delivery.buffer); });
  for (Id const id : deliveries) disconnect(world, id);
}

/// Nobody is connected to a buffer whose broker has crashed, and a transient one forgets what was
/// never delivered.
void Channels::close(World& world, std::uint32_t buffer) {
  BufferState& state = buffers_[buffer];
  BufferPlan const& plan = world.program->buffers[buffer];
  state.idle.clear();
  state.active = nowhere;
  state.uncommitted.clear();
  for (std::uint32_t i = 0; i < plan.consumers; ++i) {
    consumers_[plan.first_consumer + i].idle = false;
  }
  if (!world.program->channels[plan.channel].durable) {
    std::vector<Waiting> const gone = state.ready.clear();
    for (Waiting const& message : gone) settle(world, buffer, message, Fate::lost, nowhere);
  }
  for (Id const id : std::exchange(state.blocked, {})) {
    Publication const* const waiting = world.publications.find(id);
    if (!waiting) continue;
    Id const publisher = waiting->publisher;
    world.publications.destroy(id);
    answer(world, publisher, Outcome::error);
  }
}

/// A message with a record: one that was delivered or is delayed.
void Channels::hit_by_crash(World& world, Id id) {
  Message& message = world.messages[id.index];
  ChannelPlan const& plan = world.program->channels[world.program->buffers[message.buffer].channel];
  bool const acknowledged_early = plan.spec.delivery == Channel::Delivery::at_most_once;
  switch (message.state) {
    case MessageState::delayed:
      if (plan.durable) break;
      if (message.deliveries > 0) release_hold(message.buffer);
      seal(world, id, Fate::lost, nowhere);
      break;
    case MessageState::ready:
      if (!plan.durable) seal(world, id, Fate::lost, nowhere);
      break;
    case MessageState::uncommitted:  // what has not been noted has not been read
      if (plan.durable) {
        give_back(world, id, Setback::broker_crash);
      } else {
        seal(world, id, Fate::processed, nowhere);
      }
      break;
    case MessageState::unacked:
      if (acknowledged_early) break;
      if (plan.durable) {
        give_back(world, id, Setback::broker_crash);
      } else {
        message.state = MessageState::orphaned;
      }
      break;
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
  ChannelPlan const& plan = world.program->channels[channel_of(world, delivery)];
  bool const acknowledged_early = plan.spec.delivery == Channel::Delivery::at_most_once;
  if (plan.durable && !acknowledged_early && std::exchange(delivery.current, false))
    release_hold(delivery.buffer);
  if (delivery.arrival || delivery.vanished) end_delivery(world, id, Outcome::crashed);
}

void Channels::end_crash(World& world, std::uint32_t broker) {
  if (--brokers_[broker].crashes > 0) return;
  brokers_[broker].free = world.now();
  for (std::uint32_t i = 0; i < buffers_.size(); ++i) {
    BufferPlan const& plan = world.program->buffers[i];
    if (world.program->channels[plan.channel].broker != broker) continue;
    drop_expired(world, i, world.now());
    if (!plan.is_partition) {
      for (std::uint32_t n = 0; n < plan.consumers; ++n) {
        make_idle(world, plan.first_consumer + n);
      }
    }
    dispatch(world, i);
  }
}

}  // namespace sojourn
