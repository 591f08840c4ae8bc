/// Channels: how deliveries end, and messages with them.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

void Channels::processing_ended(World& world, Id id, Id activity, Outcome outcome) {
  Delivery const* const delivery = world.deliveries.find(id);
  bool const mine = delivery && (!delivery->activity || delivery->activity == activity);
  if (mine) end_delivery(world, id, outcome);
}

void Channels::end_delivery(World& world, Id id, Outcome outcome) {
  Delivery const delivery = world.deliveries[id.index];
  world.deliveries.destroy(id);
  world.sim.cancel(delivery.ack_timer);
  world.sim.cancel(delivery.arrival);
  std::uint32_t const subscription = world.program->consumers[delivery.consumer].subscription;
  std::uint32_t const channel = world.program->subscriptions[subscription].channel;
  bool const at_most_once =
      world.program->channels[channel].spec.delivery == Channel::Delivery::at_most_once;
  for_each_message(delivery, [&](Id message) {
    Message& record = world.messages[message.index];
    --record.running;
    bool const answers = delivery.current && (record.state == MessageState::unacked ||
                                              record.state == MessageState::orphaned);
    bool const orphan = record.state == MessageState::orphaned;
    if (outcome == Outcome::success) {
      note_processed(world, message);
      if (answers) seal(world, message, Fate::processed, nowhere);
    } else if (answers && (at_most_once || orphan)) {
      seal(world, message, Fate::lost, nowhere);
    } else if (answers && outcome == Outcome::crashed) {
      return_or_bury(world, message, subscription);
    } else if (answers) {
      failed(world, message, subscription);
    }
    destroy_if_done(world, message);
  });
  --consumers_[delivery.consumer].unacknowledged;
  make_idle(world, delivery.consumer);
  dispatch(world, channel);
}

/// Somebody has processed the message to the end, whether the channel still cares or not.
void Channels::note_processed(World& world, Id id) {
  Message& message = world.messages[id.index];
  ChannelMeasures& measures = world.measures.channels[message.channel];
  bool const deduplicates =
      world.program->channels[message.channel].spec.delivery == Channel::Delivery::exactly_once;
  if (message.processed++ == 0) {
    if (is_counted(message.published)) measures.latency.record(world.now() - message.published);
  } else if (!deduplicates && is_counted(message.published)) {
    ++measures.duplicates;
  }
}

/// The consumer could not process the message.
void Channels::failed(World& world, Id id, std::uint32_t subscription) {
  SubscriptionPlan const& plan = world.program->subscriptions[subscription];
  Message& message = world.messages[id.index];
  Duration const wait =
      draw_backoff(plan.spec.redelivery, message.deliveries, from_seconds(message.previous_wait),
                   world.streams[plan.redelivery_stream]);
  message.previous_wait = static_cast<float>(in_seconds(wait));
  bool const is_last = static_cast<Limit>(message.deliveries) >= plan.spec.max_deliveries;
  if (is_last || wait <= Duration::zero()) {
    return_or_bury(world, id, subscription);
    return;
  }
  message.state = MessageState::delayed;
  message.timer = world.after(wait, EventKind::redeliver, message.channel, id.token());
}

/// The message takes its old place in line again, unless it has grown too old meanwhile.
void Channels::give_back(World& world, Id id) {
  Message& message = world.messages[id.index];
  ChannelPlan const& plan = world.program->channels[message.channel];
  bool const too_old = plan.spec.ttl && message.published + *plan.spec.ttl <= world.now();
  if (too_old && !is_down(world, message.channel)) {
    seal(world, id, Fate::expired, plan.dead_letter);
    return;
  }
  message.state = MessageState::ready;
  message.timer = {};
  channels_[message.channel].returned.push({message.sequence, id});
  watch_expiry(world, message.channel);
}

void Channels::redeliver(World& world, std::uint32_t channel, Id id) {
  if (!world.messages.alive(id)) return;
  give_back(world, id);
  dispatch(world, channel);
}

void Channels::ack_timed_out(World& world, Id id) {
  Delivery* const delivery = world.deliveries.find(id);
  if (!delivery || !delivery->current) return;
  delivery->current = false;
  delivery->ack_timer = {};
  std::uint32_t const subscription = world.program->consumers[delivery->consumer].subscription;
  Delivery const copy = *delivery;
  for_each_message(copy, [&](Id message) {
    if (world.messages[message.index].state == MessageState::unacked) {
      return_or_bury(world, message, subscription);
    }
  });
  dispatch(world, world.program->subscriptions[subscription].channel);
}

/// The message was never acknowledged: it is delivered again at once, or no more.
void Channels::return_or_bury(World& world, Id id, std::uint32_t subscription) {
  SubscriptionPlan const& plan = world.program->subscriptions[subscription];
  if (static_cast<Limit>(world.messages[id.index].deliveries) >= plan.spec.max_deliveries) {
    seal(world, id, Fate::dead_lettered, plan.dead_letter);
  } else {
    give_back(world, id);
  }
}

/// The message's fate. It must be in no structure of the channel any more.
void Channels::seal(World& world, Id id, Fate fate, std::uint32_t dead_letter) {
  Message& message = world.messages[id.index];
  ChannelMeasures& measures = world.measures.channels[message.channel];
  world.sim.cancel(message.timer);
  message.timer = {};
  message.state = MessageState::settled;
  measures.depth.add(world.now(), -1.0);
  world.change_backlog(-1.0);
  if (is_counted(message.published)) {
    switch (fate) {
      case Fate::processed:
        ++measures.processed;
        break;
      case Fate::dead_lettered:
        ++measures.dead_lettered;
        break;
      case Fate::expired:
        ++measures.expired;
        break;
      case Fate::dropped:
        ++measures.dropped;
        break;
      case Fate::lost:
        ++measures.lost;
        break;
    }
  }
  std::int32_t const priority = message.priority;
  Key const key = message.key;
  destroy_if_done(world, id);
  if (dead_letter != nowhere) put_dead_letter(world, dead_letter, priority, key);
}

void Channels::destroy_if_done(World& world, Id id) {
  Message const* const message = world.messages.find(id);
  if (message && message->state == MessageState::settled && message->running == 0) {
    world.messages.destroy(id);
  }
}

/// The broker itself publishes to a dead-letter channel; one without room drops the message.
void Channels::put_dead_letter(World& world, std::uint32_t channel, std::int32_t priority,
                               Key key) {
  ChannelMeasures& measures = world.measures.channels[channel];
  ChannelState const& state = channels_[channel];
  Channel const& spec = world.program->channels[channel].spec;
  bool const full = static_cast<Limit>(state.ready()) >= spec.capacity &&
                    spec.when_full != Channel::WhenFull::drop_oldest;
  if (full || is_down(world, channel)) {
    if (is_counted(world.now())) {
      ++measures.published;
      ++(full ? measures.dropped : measures.lost);
    }
    return;
  }
  Id const id = world.messages.create();
  world.messages[id.index].channel = channel;
  world.messages[id.index].priority = priority;
  world.messages[id.index].key = key;
  offer(world, channel, id);
}

/// Sees to it that an event comes when the oldest ready message expires, or before.
void Channels::watch_expiry(World& world, std::uint32_t channel) {
  ChannelState& state = channels_[channel];
  auto const& ttl = world.program->channels[channel].spec.ttl;
  if (!ttl || state.ready() == 0) return;
  Message const& oldest = world.messages[oldest_ready(world, channel).index];
  Time const due = std::max(world.now(), oldest.published + *ttl);
  if (state.expiry && state.expiry_time <= due) return;
  world.sim.cancel(state.expiry);
  state.expiry_time = due;
  state.expiry = world.at(due, EventKind::message_expiry, channel, 0);
}

void Channels::expire(World& world, std::uint32_t channel) {
  ChannelState& state = channels_[channel];
  ChannelPlan const& plan = world.program->channels[channel];
  state.expiry = {};
  if (is_down(world, channel)) return;
  while (state.ready() > 0) {
    Id const oldest = oldest_ready(world, channel);
    if (world.messages[oldest.index].published + *plan.spec.ttl > world.now()) break;
    seal(world, take_oldest(world, channel), Fate::expired, plan.dead_letter);
  }
  watch_expiry(world, channel);
  dispatch(world, channel);
}

}  // namespace sojourn
