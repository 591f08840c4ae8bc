/// Channels: what crashes of consumers and brokers do.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

// --- Consumers -----------------------------------------------------------------------------------

void Channels::replica_crashed(World& world, std::uint32_t replica, bool silently) {
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    std::uint32_t const subscription = world.program->consumers[consumer].subscription;
    std::uint32_t const channel = world.program->subscriptions[subscription].channel;
    auto const& heartbeat =
        world.program->brokers[world.program->channels[channel].broker].heartbeat;
    bool const is_group = world.program->consumers[consumer].buffer == nowhere;
    ConsumerState& state = consumers_[consumer];
    if (silently && heartbeat && !is_group && state.started && !state.is_cut_off) {
      state.is_ghost = true;
      state.session = world.after(*heartbeat, EventKind::session_expired, consumer, 0);
      continue;
    }
    disconnect_consumer(world, consumer);
    auto const cut_off = world.deliveries.ids_where([&](Delivery const& delivery) {
      bool const is_on_its_way = delivery.arrival && !delivery.is_noted;
      return delivery.consumer == consumer &&
             (is_on_its_way || delivery.vanished || delivery.is_held_up);
    });
    for (Id const id : cut_off) end_delivery(world, world.deliveries[id.index], Outcome::crashed);
    if (is_group) end_session(world, consumer);
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
  forget_unsent(world, replica);
}

void Channels::replica_started(World& world, std::uint32_t replica) {
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    std::uint32_t const buffer = world.program->consumers[consumer].buffer;
    if (consumers_[consumer].is_ghost) lay_ghost(world, consumer);
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

/// One replica of the broker is gone: the one that leads. If there is another it leads after the
/// failover.
void Channels::crash(World& world, std::uint32_t broker) {
  BrokerState& state = brokers_[broker];
  ++state.crashes;
  ++state.failovers;
  if (!std::exchange(state.is_down, true)) stop(world, broker);
  elect(world, broker);
}

void Channels::end_crash(World& world, std::uint32_t broker) {
  BrokerState& state = brokers_[broker];
  bool const nobody_was_left = state.crashes-- == world.program->brokers[broker].replicas;
  if (state.is_down && nobody_was_left) elect(world, broker);
}

/// A replica that is up leads after the failover; one that is alone at once.
void Channels::elect(World& world, std::uint32_t broker) {
  BrokerPlan const& plan = world.program->brokers[broker];
  BrokerState const& state = brokers_[broker];
  if (state.crashes >= plan.replicas) return;
  if (plan.replicas == 1) {
    resume(world, broker);
  } else {
    world.after(plan.failover, EventKind::failover_done, broker, state.failovers);
  }
}

void Channels::failover_done(World& world, std::uint32_t broker, std::uint64_t number) {
  BrokerState const& state = brokers_[broker];
  bool const is_last = number == state.failovers;
  if (state.is_down && is_last && state.crashes < world.program->brokers[broker].replicas)
    resume(world, broker);
}

/// What is in a durable channel stays, but for what no other replica has yet; what was delivered
/// and not acknowledged goes back to it, and those who process it do so in vain, except the readers
/// of a log, who know where they are. What is in another channel is lost, except what is being
/// processed. Publishers get an error.
void Channels::stop(World& world, std::uint32_t broker) {
  auto const is_of_broker = [&](std::uint32_t buffer) {
    return world.program->channels[world.program->buffers[buffer].channel].broker == broker;
  };
  for (std::uint32_t i = 0; i < buffers_.size(); ++i) {
    if (is_of_broker(i)) close(world, i);
  }
  fail_publishers(world, broker);
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

/// Those who wait for an alarm to end, or for a reply, have lost their connection.
void Channels::fail_publishers(World& world, std::uint32_t broker) {
  for (Id const id : std::exchange(brokers_[broker].blocked, {})) {
    Publication const* const waiting = world.publications.find(id);
    if (waiting && !waiting->publisher) lose(world, waiting->channel, waiting->envelope.key);
  }
  auto const connected = world.publications.ids_where([&](Publication const& publication) {
    bool const is_there = world.program->channels[publication.channel].broker == broker;
    return is_there && (publication.stage == Publication::Stage::at_broker ||
                        publication.stage == Publication::Stage::gone);
  });
  for (Id const id : connected) conclude(world, id, Outcome::error);
}

/// Nobody is connected to a buffer whose broker has crashed, and a transient one forgets what was
/// never delivered.
void Channels::close(World& world, std::uint32_t buffer) {
  BufferState& state = buffers_[buffer];
  BufferPlan const& plan = world.program->buffers[buffer];
  state.idle.clear();
  state.active = nowhere;
  for (std::uint32_t i = 0; i < plan.consumers; ++i) {
    ConsumerState& consumer = consumers_[plan.first_consumer + i];
    consumer.idle = false;
    if (std::exchange(consumer.is_ghost, false)) world.cancel(std::exchange(consumer.session, {}));
  }
  if (!world.program->channels[plan.channel].durable) {
    std::vector<Waiting> const gone = state.ready.clear();
    for (Waiting const& message : gone) settle(world, buffer, message, Fate::lost, nowhere);
  }
  for (Id const id : std::exchange(state.blocked, {})) {
    Publication const* const waiting = world.publications.find(id);
    if (waiting && !waiting->publisher) end_at_once(world, buffer, Fate::lost);
  }
  forget_unreplicated(world, buffer);
}

/// What nobody had been given yet, and only the leader had.
void Channels::forget_unreplicated(World& world, std::uint32_t buffer) {
  Time const since = replicated_until(world, world.program->buffers[buffer].channel);
  if (since == Time::max()) return;
  for (Waiting const& message : buffers_[buffer].ready.drop_since(since)) {
    settle(world, buffer, message, Fate::lost, nowhere);
  }
}

/// What was published after that time is with the leader alone.
Time Channels::replicated_until(World const& world, std::uint32_t channel) {
  ChannelPlan const& plan = world.program->channels[channel];
  BrokerPlan const& broker = world.program->brokers[plan.broker];
  bool const is_behind = broker.replicas > 1 && plan.spec.acks == Channel::Acks::leader;
  return is_behind ? world.now() - broker.replication : Time::max();
}

/// A message with a record: one that was delivered or is delayed.
void Channels::hit_by_crash(World& world, Id id) {
  Message& message = world.messages[id.index];
  std::uint32_t const channel = buffers_[message.buffer].plan->channel;
  ChannelPlan const& plan = *buffers_[message.buffer].channel;
  bool const acknowledged_early = is_at_most_once(message.buffer);
  bool const is_read = plan.spec.kind == Channel::Kind::log;
  bool const stays = plan.durable && message.content.published <= replicated_until(world, channel);
  switch (message.state) {
    case MessageState::delayed:
      if (stays) break;
      if (message.deliveries > 0) release_hold(message.buffer);
      seal(world, message, Fate::lost, nowhere);
      break;
    case MessageState::ready:
      if (!stays) seal(world, message, Fate::lost, nowhere);
      break;
    case MessageState::uncommitted:
      if (stays) break;
      std::erase(buffers_[message.buffer].uncommitted, id);
      seal(world, message, Fate::processed, nowhere);
      break;
    case MessageState::unacked:
      if (acknowledged_early) break;
      if (!stays) {
        message.state = MessageState::orphaned;
      } else if (!is_read) {
        give_back(world, message, Setback::broker_crash);
      }
      break;
    case MessageState::orphaned:
    case MessageState::settled:
      break;
  }
}

/// A delivery whose broker has crashed: nobody waits for its acknowledgement, unless the message
/// was acknowledged on delivery or is nowhere else, or somebody reads a log. One still on its way
/// never arrives.
void Channels::disconnect(World& world, Id id) {
  Delivery& delivery = world.deliveries[id.index];
  ChannelPlan const& plan = *buffers_[delivery.buffer].channel;
  bool const acknowledged_early = is_at_most_once(delivery.buffer);
  bool const is_read = plan.spec.kind == Channel::Kind::log;
  if (!is_read) {
    world.cancel(delivery.ack_timer);
    delivery.ack_timer = {};
  }
  if (plan.durable && !acknowledged_early && !is_read && std::exchange(delivery.current, false))
    release_hold(delivery.buffer);
  if (delivery.arrival || delivery.vanished || delivery.is_held_up)
    end_delivery(world, delivery, Outcome::crashed);
}

void Channels::resume(World& world, std::uint32_t broker) {
  brokers_[broker].is_down = false;
  brokers_[broker].free = world.now();
  for (std::uint32_t i = 0; i < buffers_.size(); ++i) {
    BufferPlan const& plan = world.program->buffers[i];
    if (world.program->channels[plan.channel].broker != broker) continue;
    drop_expired(world, i, world.now());
    if (world.program->channels[plan.channel].spec.expiry == Channel::Expiry::anywhere)
      expire_in_lines(world, i);
    if (!plan.is_partition) {
      for (std::uint32_t n = 0; n < plan.consumers; ++n) {
        make_idle(world, plan.first_consumer + n);
      }
    }
    dispatch(world, i);
  }
}

/// Those who waited publish in order, until there is too much again.
void Channels::alarm_cleared(World& world, std::uint32_t broker) {
  BrokerState& state = brokers_[broker];
  state.is_clearing = false;
  if (static_cast<Limit>(state.present) > world.program->brokers[broker].alarm.clear) return;
  state.is_alarmed = false;
  while (!state.blocked.empty() && !state.is_alarmed && !state.is_down) {
    Id const id = state.blocked.front();
    state.blocked.pop_front();
    Publication* const waiting = world.publications.find(id);
    if (!waiting) continue;
    --waiting->blocked;
    Publication const copy = *waiting;
    Id publication = id;
    Traces::Sending const traced(world.traces, world.traces.sender_of(id));
    Offer const word = route(world, copy.channel, copy.envelope, copy.is_mandatory, publication);
    if (word != Offer::blocked) taken_in(world, id, word == Offer::accepted);
  }
}

}  // namespace sojourn
