/// Channels: from ready to delivered.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

/// Whether a message that came in now would be pushed to a consumer at once.
bool Channels::takes_pushes(World const& world, std::uint32_t channel) const {
  auto const& idle = channels_[channel].idle;
  return std::any_of(idle.begin(), idle.end(), [&](std::uint32_t consumer) {
    Subscriber const& spec =
        world.program->subscriptions[world.program->consumers[consumer].subscription].spec;
    return !spec.batch || spec.batch->min <= 1;
  });
}

/// Delivers what can be delivered and lets in who can be let in, until neither is left. What
/// happens on the way may call it again: the outermost call does the work.
void Channels::dispatch(World& world, std::uint32_t channel) {
  ChannelState& state = channels_[channel];
  if (std::exchange(state.dispatching, true)) return;
  do {
    push_ready(world, channel);
  } while (admit_blocked(world, channel));
  state.dispatching = false;
}

/// Gives ready messages to consumers with credit, in turn.
void Channels::push_ready(World& world, std::uint32_t channel) {
  ChannelState& state = channels_[channel];
  std::size_t unwilling = 0;
  while (state.ready() > 0 && unwilling < state.idle.size()) {
    std::uint32_t const consumer = state.idle.front();
    state.idle.pop_front();
    consumers_[consumer].idle = false;
    if (offer_to(world, channel, consumer)) {
      unwilling = 0;
    } else {
      ++unwilling;
    }
    make_idle(world, consumer);
  }
}

/// Delivers to a consumer unless its subscription wants to wait. Precondition: something is ready.
bool Channels::offer_to(World& world, std::uint32_t channel, std::uint32_t consumer) {
  Subscriber const& spec =
      world.program->subscriptions[world.program->consumers[consumer].subscription].spec;
  if (spec.batch && !spec.poll && !batch_is_due(world, channel, spec)) return false;
  deliver(world, channel, consumer);
  return true;
}

/// Whether a batch may go: enough is ready, or the oldest has waited long enough.
bool Channels::batch_is_due(World& world, std::uint32_t channel, Subscriber const& spec) {
  ChannelState& state = channels_[channel];
  if (static_cast<std::int64_t>(state.ready()) >= spec.batch->min) return true;
  if (!spec.batch->wait) return false;
  Time const due = world.messages[oldest_ready(world, channel).index].published + *spec.batch->wait;
  if (due <= world.now()) return true;
  if (!state.batch_timer || due < state.batch_time) {
    world.sim.cancel(state.batch_timer);
    state.batch_time = due;
    state.batch_timer = world.at(due, EventKind::batch_due, channel, 0);
  }
  return false;
}

void Channels::batch_due(World& world, std::uint32_t channel) {
  channels_[channel].batch_timer = {};
  dispatch(world, channel);
}

Id Channels::oldest_ready(World const& world, std::uint32_t channel) const {
  ChannelState const& state = channels_[channel];
  if (state.returned.empty()) return world.messages.id_of(state.fresh.front());
  if (state.fresh.empty()) return state.returned.top().message;
  bool const fresh_first =
      world.messages[state.fresh.front()].sequence < state.returned.top().sequence;
  return fresh_first ? world.messages.id_of(state.fresh.front()) : state.returned.top().message;
}

Id Channels::take_oldest(World& world, std::uint32_t channel) {
  ChannelState& state = channels_[channel];
  Id const id = oldest_ready(world, channel);
  if (!state.fresh.empty() && state.fresh.front() == id.index) {
    state.fresh.pop_front();
  } else {
    state.returned.pop();
  }
  return id;
}

void Channels::deliver(World& world, std::uint32_t channel, std::uint32_t consumer) {
  ChannelPlan const& plan = world.program->channels[channel];
  SubscriptionPlan const& subscription =
      world.program->subscriptions[world.program->consumers[consumer].subscription];
  ChannelMeasures& measures = world.measures.channels[channel];
  Id const delivery_id = world.deliveries.create();
  Delivery& delivery = world.deliveries[delivery_id.index];
  delivery.consumer = consumer;
  std::int64_t const most = subscription.spec.batch ? subscription.spec.batch->max : 1;
  for (std::int64_t n = 0; n < most && channels_[channel].ready() > 0; ++n) {
    Id const id = take_oldest(world, channel);
    Message& message = world.messages[id.index];
    message.state = MessageState::unacked;
    ++message.deliveries;
    ++message.running;
    if (is_counted(message.published)) {
      ++measures.delivered;
      if (message.deliveries > 1) {
        ++measures.redelivered;
      } else {
        measures.age.record(world.now() - message.published);
      }
    }
    n == 0 ? static_cast<void>(delivery.message = id) : delivery.more.push_back(id);
  }
  ++consumers_[consumer].unacknowledged;
  bool const awaits_ack = plan.spec.delivery != Channel::Delivery::at_most_once;
  if (awaits_ack && subscription.spec.ack_timeout) {
    delivery.ack_timer =
        world.after(*subscription.spec.ack_timeout, EventKind::ack_timeout, 0, delivery_id.token());
  }
  auto const& latency = world.program->brokers[plan.broker].latency;
  Duration const length =
      latency ? latency->sample_duration(world.streams[plan.delivery_latency_stream])
              : Duration::zero();
  if (length > Duration::zero()) {
    delivery.arrival = world.after(length, EventKind::message_arrived, 0, delivery_id.token());
  } else {
    start_processing(world, delivery_id);
  }
}

void Channels::message_arrived(World& world, Id id) {
  if (!world.deliveries.alive(id)) return;
  world.deliveries[id.index].arrival = {};
  start_processing(world, id);
}

void Channels::start_processing(World& world, Id id) {
  Delivery const& delivery = world.deliveries[id.index];
  ConsumerPlan const& consumer = world.program->consumers[delivery.consumer];
  SubscriptionPlan const& subscription = world.program->subscriptions[consumer.subscription];
  Channel const& spec = world.program->channels[subscription.channel].spec;
  if (spec.delivery == Channel::Delivery::exactly_once) {
    bool all_known = true;
    for_each_message(delivery, [&](Id message) {
      all_known = all_known && world.messages[message.index].processed > 0;
    });
    if (all_known) {
      end_delivery(world, id, Outcome::success);
      return;
    }
  }
  Message const& first = world.messages[delivery.message.index];
  Id const activity = world.replicas.deliver(world, consumer.replica, subscription.operation, id,
                                             first.priority, first.key);
  // An operation without steps that wait has not begun yet, so the delivery is still there.
  world.deliveries[id.index].activity = activity;
}

void Channels::hand_over(World& world, Id delivery, Id activity) {
  if (Delivery* const record = world.deliveries.find(delivery)) record->activity = activity;
}

bool Channels::is_current(World const& world, Id delivery) const {
  Delivery const* const record = world.deliveries.find(delivery);
  return record && record->current;
}

void Channels::make_idle(World& world, std::uint32_t consumer) {
  ConsumerPlan const& plan = world.program->consumers[consumer];
  SubscriptionPlan const& subscription = world.program->subscriptions[plan.subscription];
  ConsumerState& state = consumers_[consumer];
  bool const has_credit = state.unacknowledged < subscription.prefetch;
  if (state.idle || !state.started || !has_credit || !world.replicas.takes_messages(plan.replica) ||
      is_down(world, subscription.channel)) {
    return;
  }
  state.idle = true;
  if (!subscription.spec.poll) channels_[subscription.channel].idle.push_back(consumer);
}

void Channels::poll(World& world, std::uint32_t index) {
  SubscriptionPlan const& subscription = world.program->subscriptions[index];
  world.after(*subscription.spec.poll, EventKind::poll, index, 0);
  ChannelState& state = channels_[subscription.channel];
  for (std::uint32_t i = 0; i < subscription.consumers; ++i) {
    std::uint32_t const consumer = subscription.first_consumer + i;
    bool const connected = consumers_[consumer].idle && !is_down(world, subscription.channel) &&
                           !world.replicas.is_paused(world.program->consumers[consumer].replica);
    while (connected && state.ready() > 0 &&
           consumers_[consumer].unacknowledged < subscription.prefetch) {
      offer_to(world, subscription.channel, consumer);
    }
  }
  dispatch(world, subscription.channel);
}

void Channels::subscription_started(World& world, std::uint32_t index) {
  SubscriptionPlan const& subscription = world.program->subscriptions[index];
  for (std::uint32_t i = 0; i < subscription.consumers; ++i) {
    consumers_[subscription.first_consumer + i].started = true;
    make_idle(world, subscription.first_consumer + i);
  }
  if (subscription.spec.poll) {
    world.after(*subscription.spec.poll, EventKind::poll, index, 0);
  }
  dispatch(world, subscription.channel);
}

}  // namespace sojourn
