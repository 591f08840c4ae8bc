#include "models/channel.h"

#include <algorithm>

#include "models/event_kind.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

Channels::Channels(Program const& program)
    : channels_(program.channels.size()),
      consumers_(program.consumers.size()),
      brokers_(program.brokers.size()) {}

void Channels::begin(World& world) {
  for (BrokerState& broker : brokers_) broker.free = world.now();
  for (std::uint32_t i = 0; i < world.program->subscriptions.size(); ++i) {
    Time const start = std::max(world.now(), Time(world.program->subscriptions[i].spec.start));
    if (start > world.now()) {
      world.at(start, EventKind::subscription_start, i, 0);
    } else {
      subscription_started(world, i);
    }
  }
}

void Channels::fill(World& world) {
  for (std::uint32_t i = 0; i < channels_.size(); ++i) {
    for (std::int64_t n = 0; n < world.program->channels[i].spec.initial; ++n) {
      Id const message = world.messages.create();
      world.messages[message.index].channel = i;
      accept(world, i, message);
    }
  }
}

bool Channels::is_down(World const& world, std::uint32_t channel) const {
  return brokers_[world.program->channels[channel].broker].crashes > 0;
}

// --- Publishers ----------------------------------------------------------------------------------

Channels::Publishing Channels::publish(World& world, std::uint32_t index, PlannedStep const& step) {
  std::uint32_t const channel = step.target;
  ChannelMeasures& measures = world.measures.channels[channel];
  if (is_down(world, channel)) {
    if (step.confirm) return Publishing::failed;
    if (is_counted(world.now())) {
      ++measures.published;
      ++measures.lost;
    }
    return Publishing::done;
  }
  Id const id = world.messages.create();
  world.messages[id.index].channel = channel;
  world.messages[id.index].priority = world.activities[index].priority;
  world.messages[id.index].key = world.activities[index].key;

  Time const arrival = transit_end(world, channel);
  bool waits = arrival > world.now();
  if (waits) {
    world.at(arrival, EventKind::publish_arrived, channel, id.token());
    if (!step.confirm) return Publishing::done;
  } else {
    switch (offer(world, channel, id)) {
      case Offer::accepted:
        return Publishing::done;
      case Offer::rejected:
        return step.confirm ? Publishing::failed : Publishing::done;
      case Offer::blocked:
        break;
    }
  }
  Id const publisher = world.activities.id_of(index);
  world.messages[id.index].publisher = publisher;
  Activity& waiting = world.activities[index];
  waiting.state = ActivityState::publishing;
  waiting.awaits = id.index;
  if (step.distribution) {
    Duration const timeout = step.distribution->sample_duration(world.streams[step.stream]);
    waiting.timer = world.after(timeout, EventKind::publish_timeout, channel, publisher.token());
  }
  return Publishing::waits;
}

/// When a message published now reaches its channel: after the broker's latency, and in turn if the
/// broker takes so many a second at most.
Time Channels::transit_end(World& world, std::uint32_t channel) {
  ChannelPlan const& plan = world.program->channels[channel];
  BrokerPlan const& broker = world.program->brokers[plan.broker];
  Time time = world.now();
  if (broker.latency) {
    time += broker.latency->sample_duration(world.streams[plan.publish_latency_stream]);
  }
  if (broker.throughput) {
    Time& free = brokers_[plan.broker].free;
    time = std::max(time, free) + from_seconds(1.0 / *broker.throughput);
    free = time;
  }
  return time;
}

void Channels::publish_arrived(World& world, std::uint32_t channel, Id id) {
  Message const* const message = world.messages.find(id);
  if (!message) return;
  Id const publisher = message->publisher;
  if (is_down(world, channel)) {
    world.messages.destroy(id);
    if (!publisher && is_counted(world.now())) {
      ++world.measures.channels[channel].published;
      ++world.measures.channels[channel].lost;
    }
    answer(world, publisher, Outcome::error);
    return;
  }
  switch (offer(world, channel, id)) {
    case Offer::accepted:
      answer(world, publisher, Outcome::success);
      break;
    case Offer::rejected:
      answer(world, publisher, Outcome::rejected);
      break;
    case Offer::blocked:
      break;
  }
}

/// Tells a publisher that waits the broker's word.
void Channels::answer(World& world, Id publisher, Outcome outcome) {
  Activity* const activity = world.activities.find(publisher);
  if (!activity || activity->state != ActivityState::publishing) return;
  world.sim.cancel(activity->timer);
  activity->timer = {};
  activity->result = outcome;
  world.interpreter.wake(world, publisher.index);
}

void Channels::publish_timed_out(World& world, Id publisher) {
  Activity* const activity = world.activities.find(publisher);
  if (!activity || activity->state != ActivityState::publishing) return;
  withdraw(world, world.messages.id_of(activity->awaits));
  answer(world, publisher, Outcome::timeout);
}

void Channels::withdraw(World& world, Id id) {
  Message* const message = world.messages.find(id);
  if (!message) return;
  if (message->state == MessageState::blocked) {
    world.messages.destroy(id);
  } else {
    message->publisher = {};
  }
}

/// The channel takes a message in, or says what becomes of it.
Channels::Offer Channels::offer(World& world, std::uint32_t channel, Id id) {
  ChannelState& state = channels_[channel];
  Channel const& spec = world.program->channels[channel].spec;
  ChannelMeasures& measures = world.measures.channels[channel];
  if (has_room(world, channel)) {
    accept(world, channel, id);
    return Offer::accepted;
  }
  switch (spec.when_full) {
    case Channel::WhenFull::block:
      world.messages[id.index].state = MessageState::blocked;
      state.blocked.push_back(id);
      return Offer::blocked;
    case Channel::WhenFull::drop_oldest:
      if (state.ready() > 0) {
        seal(world, take_oldest(world, channel), Fate::dropped, nowhere);
        accept(world, channel, id);
        return Offer::accepted;
      }
      [[fallthrough]];
    case Channel::WhenFull::drop_newest:
      if (is_counted(world.now())) {
        ++measures.published;
        ++measures.dropped;
      }
      world.messages.destroy(id);
      return Offer::accepted;
    case Channel::WhenFull::reject:
      break;
  }
  if (is_counted(world.now())) ++measures.rejected;
  world.messages.destroy(id);
  return Offer::rejected;
}

void Channels::accept(World& world, std::uint32_t channel, Id id) {
  ChannelState& state = channels_[channel];
  ChannelMeasures& measures = world.measures.channels[channel];
  Message& message = world.messages[id.index];
  message.published = world.now();
  message.sequence = state.next_sequence++;
  message.state = MessageState::ready;
  message.publisher = {};
  if (is_counted(world.now())) ++measures.published;
  measures.depth.add(world.now(), 1.0);
  world.change_backlog(1.0);
  state.fresh.push_back(id.index);
  watch_expiry(world, channel);
  dispatch(world, channel);
}

bool Channels::has_room(World const& world, std::uint32_t channel) const {
  ChannelState const& state = channels_[channel];
  return static_cast<Limit>(state.ready()) < world.program->channels[channel].spec.capacity ||
         (state.ready() == 0 && takes_pushes(world, channel));
}

bool Channels::may_take_more(World const& world, std::uint32_t channel) const {
  ChannelPlan const& plan = world.program->channels[channel];
  if (has_room(world, channel) || is_down(world, channel) || plan.spec.ttl) return true;
  for (std::uint32_t i = 0; i < plan.subscriptions; ++i) {
    SubscriptionPlan const& subscription =
        world.program->subscriptions[plan.first_subscription + i];
    for (std::uint32_t n = 0; n < subscription.consumers; ++n) {
      std::uint32_t const consumer = subscription.first_consumer + n;
      ConsumerState const& state = consumers_[consumer];
      Replica const& replica = world.replicas[world.program->consumers[consumer].replica];
      bool const has_credit = state.unacknowledged < subscription.prefetch;
      if (has_credit || !state.started || !replica.up || replica.pauses > 0) return true;
    }
  }
  return false;
}

/// Lets blocked publishers in while there is room; true if there were any.
bool Channels::admit_blocked(World& world, std::uint32_t channel) {
  ChannelState& state = channels_[channel];
  bool admitted = false;
  while (!state.blocked.empty() && has_room(world, channel)) {
    Id const id = state.blocked.front();
    state.blocked.pop_front();
    Message const* const message = world.messages.find(id);
    if (!message) continue;
    Id const publisher = message->publisher;
    accept(world, channel, id);
    answer(world, publisher, Outcome::success);
    admitted = true;
  }
  return admitted;
}

}  // namespace sojourn
