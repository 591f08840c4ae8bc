/// Channels: from the publisher to the buffers.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

Channels::Publishing Channels::publish(World& world, std::uint32_t index, PlannedStep const& step) {
  PublishPlan const& plan = world.program->publishes[step.target];
  std::uint32_t const channel = plan.channel;
  Envelope envelope = envelope_of(world, index, plan);
  if (is_down(world, channel)) {
    if (plan.confirm) return Publishing::failed;
    lose(world, channel, envelope.key);
    return Publishing::done;
  }
  Id publication;
  Time const arrival = transit_end(world, channel);
  bool const travels = arrival > world.now();
  if (travels || plan.reply || is_alarmed(world, channel)) {
    publication = world.publications.create();
    if (plan.reply) envelope.requester = publication;
    Publication& sent = world.publications[publication.index];
    sent.channel = channel;
    sent.envelope = envelope;
    sent.is_mandatory = plan.mandatory;
    sent.awaits_reply = plan.reply;
    sent.is_in_transit = travels;
  }
  if (travels) {
    world.at(arrival, EventKind::publish_arrived, channel, publication.token());
    if (!plan.confirm) return Publishing::done;
  } else {
    Offer const word = route(world, channel, envelope, plan.mandatory, publication);
    if (word == Offer::rejected && publication) world.publications.destroy(publication);
    if (word == Offer::rejected) return plan.confirm ? Publishing::failed : Publishing::done;
    bool const is_done = !plan.reply || !world.publications.alive(publication);
    if (word == Offer::accepted && is_done) return Publishing::done;
  }
  Id const publisher = world.activities.id_of(index);
  world.publications[publication.index].publisher = publisher;
  Activity& waiting = world.activities[index];
  waiting.state = ActivityState::publishing;
  waiting.awaits = publication.index;
  if (plan.timeout) {
    Duration const timeout = plan.timeout->sample_duration(world.streams[plan.timeout_stream]);
    waiting.timer = world.after(timeout, EventKind::publish_timeout, channel, publisher.token());
  }
  return Publishing::waits;
}

Envelope Channels::envelope_of(World& world, std::uint32_t index, PublishPlan const& plan) {
  Activity const& publisher = world.activities[index];
  Envelope envelope;
  envelope.key = plan.key ? draw_key(*plan.key, world.streams[plan.key_stream]) : publisher.key;
  envelope.priority = plan.priority.value_or(publisher.priority);
  envelope.lifetime = plan.ttl.value_or(longest_duration);
  if (plan.delay) envelope.delay = plan.delay->sample_duration(world.streams[plan.delay_stream]);
  if (plan.poison > 0.0)
    envelope.is_poison = world.streams[plan.poison_stream].happens(plan.poison);
  return envelope;
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
  if (plan.spec.acks == Channel::Acks::all) time += broker.replication;
  if (broker.throughput) {
    Time& free = brokers_[plan.broker].free;
    time = std::max(time, free) + from_seconds(1.0 / *broker.throughput);
    free = time;
  }
  return time;
}

void Channels::publish_arrived(World& world, std::uint32_t channel, Id id) {
  world.publications[id.index].is_in_transit = false;
  Publication const arrived = world.publications[id.index];
  if (is_down(world, channel)) {
    world.publications.destroy(id);
    if (!arrived.publisher) lose(world, channel, arrived.envelope.key);
    answer(world, arrived.publisher, Outcome::error);
    return;
  }
  Offer const word = route(world, channel, arrived.envelope, arrived.is_mandatory, id);
  if (word != Offer::blocked) taken_in(world, id, word == Offer::accepted);
}

/// The channel has taken a message in or refused it: its publisher goes on, unless he awaits a
/// reply to it.
void Channels::taken_in(World& world, Id id, bool accepted) {
  Publication const settled = world.publications[id.index];
  if (accepted && settled.awaits_reply && settled.publisher) return;
  world.publications.destroy(id);
  answer(world, settled.publisher, accepted ? Outcome::success : Outcome::rejected);
}

/// Somebody has processed a message whose publisher awaits a reply: that is a message on its way
/// back through the broker.
void Channels::send_reply(World& world, std::uint32_t buffer, Id publication) {
  std::uint32_t const channel = world.program->buffers[buffer].channel;
  if (is_down(world, channel) || !world.publications.alive(publication)) return;
  ChannelPlan const& plan = world.program->channels[channel];
  auto const& latency = world.program->brokers[plan.broker].latency;
  if (!latency) return reply_arrived(world, publication);
  Duration const there = latency->sample_duration(world.streams[plan.publish_latency_stream]);
  Duration const back = latency->sample_duration(world.streams[plan.delivery_latency_stream]);
  world.after(there + back, EventKind::reply_arrived, channel, publication.token());
}

void Channels::reply_arrived(World& world, Id id) {
  Publication* const answered = world.publications.find(id);
  if (!answered) return;
  answered->awaits_reply = false;
  if (answered->blocked > 0) return;  // another of its copies
  Id const publisher = answered->publisher;
  world.publications.destroy(id);
  answer(world, publisher, Outcome::success);
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
  withdraw(world, world.publications.id_of(activity->awaits));
  answer(world, publisher, Outcome::timeout);
}

void Channels::withdraw(World& world, Id id) {
  Publication* const publication = world.publications.find(id);
  if (!publication) return;
  if (publication->is_in_transit) {
    publication->publisher = {};
  } else {
    world.publications.destroy(id);
  }
}

// --- To which buffers ----------------------------------------------------------------------------

/// The buffers of the channel that may have a message of that key.
Channels::Destinations Channels::destinations(World const& world, std::uint32_t channel, Key key) {
  ChannelPlan const& plan = world.program->channels[channel];
  bool const is_log = plan.spec.kind == Channel::Kind::log;
  std::uint32_t const stride = is_log ? static_cast<std::uint32_t>(plan.spec.partitions) : 1;
  std::uint32_t const place = is_log ? partition_of(world, channel, key) : 0;
  return {plan.first_buffer + place, plan.first_buffer + plan.buffers, stride};
}

/// A key's messages go to one partition; those without a key go round.
std::uint32_t Channels::partition_of(World const& world, std::uint32_t channel, Key key) {
  auto const partitions =
      static_cast<std::uint32_t>(world.program->channels[channel].spec.partitions);
  if (key != 0) return static_cast<std::uint32_t>(key_weight(key, 0) % partitions);
  std::uint32_t& next = next_partition_[channel];
  return std::exchange(next, (next + 1) % partitions);
}

/// Whether the buffer is there for what is published now.
bool Channels::takes_part(World const& world, std::uint32_t buffer) const {
  BufferPlan const& plan = world.program->buffers[buffer];
  if (plan.subscription == nowhere) return true;
  SubscriptionPlan const& subscription = world.program->subscriptions[plan.subscription];
  if (world.program->channels[plan.channel].spec.kind == Channel::Kind::pub_sub)
    return is_connected(world, plan.first_consumer);
  return consumers_[subscription.first_consumer].started ||
         subscription.spec.from == Subscriber::From::earliest;
}

/// Offers a message to each of its buffers. If some are full and it waits outside, `publication` is
/// what waits.
Channels::Offer Channels::route(World& world, std::uint32_t channel, Envelope const& envelope,
                                bool is_mandatory, Id& publication) {
  ChannelPlan const& plan = world.program->channels[channel];
  if (is_alarmed(world, channel)) {
    ++world.publications[publication.index].blocked;
    brokers_[plan.broker].blocked.push_back(publication);
    return Offer::blocked;
  }
  std::uint32_t taking_part = 0, rejecting = 0, blocking = 0;
  for_each_destination(world, channel, envelope.key, [&](std::uint32_t buffer) {
    ++taking_part;
    switch (offer(world, buffer, envelope)) {
      case Offer::accepted:
        break;
      case Offer::rejected:
        ++rejecting;
        break;
      case Offer::blocked:
        ++blocking;
        wait_outside(world, buffer, envelope, publication);
    }
  });
  bool const fails = rejecting > 0 || (taking_part == 0 && is_mandatory);
  bool const has_copies = !world.program->accounts[plan.account].holds_messages;
  if (has_copies && is_counted(world.now())) {
    ChannelMeasures& measures = world.measures.accounts[plan.account];
    ++(fails ? measures.rejected : measures.published);
    if (taking_part == 0) ++measures.unroutable;
  }
  if (blocking == 0) return fails ? Offer::rejected : Offer::accepted;
  world.publications[publication.index].was_rejected = fails;
  return Offer::blocked;
}

void Channels::wait_outside(World& world, std::uint32_t buffer, Envelope const& envelope,
                            Id& publication) {
  if (!publication) {
    publication = world.publications.create();
    world.publications[publication.index].channel = world.program->buffers[buffer].channel;
    world.publications[publication.index].envelope = envelope;
  }
  ++world.publications[publication.index].blocked;
  buffers_[buffer].blocked.push_back(publication);
}

/// The broker is not there, and who published the message will not know.
void Channels::lose(World& world, std::uint32_t channel, Key key) {
  if (!is_counted(world.now())) return;
  ChannelPlan const& plan = world.program->channels[channel];
  if (!world.program->accounts[plan.account].holds_messages)
    ++world.measures.accounts[plan.account].published;
  for_each_destination(world, channel, key,
                       [&](std::uint32_t buffer) { lose_copy(world, buffer); });
}

/// Counts a message for that buffer which never got there.
void Channels::lose_copy(World& world, std::uint32_t buffer) {
  if (!is_counted(world.now())) return;
  ChannelMeasures& measures = world.measures.accounts[world.program->buffers[buffer].account];
  ++measures.published;
  ++measures.lost;
}

}  // namespace sojourn
