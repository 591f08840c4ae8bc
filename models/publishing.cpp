/// Channels: from the publisher to the buffers.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

Channels::Publishing Channels::publish(World& world, Activity& activity, PlannedStep const& step) {
  Publication made;
  made.plan = step.target;
  auto const& retry = world.program->publishes[made.plan].spec.retry;
  if (retry && retry->budget) budgets_[made.plan].add_call(*retry->budget);
  return begin_attempt(world, activity, made);
}

/// Publishes once more, or for the first time: `made` says which attempt it is.
Channels::Publishing Channels::begin_attempt(World& world, Activity& activity, Publication& made) {
  PublishPlan const& plan = world.program->publishes[made.plan];
  std::uint32_t const broker = world.program->channels[plan.channel].broker;
  made.channel = plan.channel;
  made.replica = activity.replica;
  made.publisher = world.activities.id_of(activity);
  made.envelope = envelope_of(world, activity, plan);
  made.awaits_reply = plan.spec.reply;
  made.is_mandatory = plan.spec.mandatory;
  if (world.traces.are_on()) world.traces.publishes(world, activity, made);
  Traces::Sending const traced(world.traces, world.traces.publishing_of(made.publisher));
  if (brokers_[broker].is_down || is_cut_off(made.replica, broker)) {
    if (plan.spec.confirm) return failed_at_once(world, made, Outcome::error);
    lose(world, plan.channel, made.envelope.key);
    return Publishing::done;
  }
  bool const is_near =
      world.program->links.empty() || way(world, made.replica, broker, true) == nowhere;
  if (is_near && !plan.spec.batch) return publish_at_once(world, made);
  Id const id = keep(world, made);
  if (plan.spec.confirm) {
    await_word(world, id);
  } else {
    world.publications[id.index].publisher = {};
  }
  plan.spec.batch ? add_to_batch(world, id) : send(world, {id});
  return plan.spec.confirm ? Publishing::waits : Publishing::done;
}

/// Publishes where nothing lies between the publisher and the broker.
Channels::Publishing Channels::publish_at_once(World& world, Publication& made) {
  PublishStep const& spec = world.program->publishes[made.plan].spec;
  std::uint32_t const broker = world.program->channels[made.channel].broker;
  Id publication;
  Time const arrival = transit_end(world, made.channel, world.now());
  bool const travels = arrival > world.now();
  if (travels || spec.reply || brokers_[broker].is_alarmed) {
    publication = keep(world, made);
    world.publications[publication.index].publisher = {};
  }
  if (travels) {
    world.publications[publication.index].stage = Publication::Stage::in_transit;
    world.at(arrival, EventKind::publish_arrived, made.channel, publication.token());
    if (!spec.confirm) return Publishing::done;
  } else {
    Offer const word = route(world, made.channel, made.envelope, spec.mandatory, publication);
    if (word == Offer::rejected) {
      if (publication) end_publication(world, publication);
      return spec.confirm ? failed_at_once(world, made, Outcome::rejected) : Publishing::done;
    }
    bool const is_done = !spec.reply || !world.publications.alive(publication);
    if (word == Offer::accepted && is_done) return Publishing::done;
  }
  Publication& waiting = world.publications[publication.index];
  waiting.plan = made.plan;
  waiting.replica = made.replica;
  waiting.attempt = made.attempt;
  waiting.previous_backoff = made.previous_backoff;
  waiting.publisher = made.publisher;
  await_word(world, publication);
  return Publishing::waits;
}

/// What is published has a record from now on.
Id Channels::keep(World& world, Publication& made) {
  Publication& publication = world.publications.create();
  Id const id = world.publications.id_of(publication);
  made.generation = id.generation;
  if (made.awaits_reply) made.envelope.requester = id;
  publication = made;
  if (world.traces.are_on()) world.traces.is_kept(id, made.publisher);
  return id;
}

/// The publisher waits for the broker's word.
void Channels::await_word(World& world, Id id) {
  Publication const& publication = world.publications[id.index];
  PublishPlan const& plan = world.program->publishes[publication.plan];
  Activity& waiting = world.activities[publication.publisher.index];
  waiting.state = ActivityState::publishing;
  waiting.awaits = id.index;
  if (world.traces.are_on()) world.traces.awaits_word(publication.publisher);
  if (!plan.spec.timeout) return;
  Duration const timeout = plan.spec.timeout->sample_duration(world.streams[plan.timeout_stream]);
  waiting.timer = world.after(timeout, EventKind::publish_timeout, publication.channel,
                              publication.publisher.token());
}

Envelope Channels::envelope_of(World& world, Activity const& publisher, PublishPlan const& plan) {
  PublishStep const& spec = plan.spec;
  Envelope envelope;
  envelope.key = spec.key ? draw_key(*spec.key, world.streams[plan.key_stream])
                          : world.activities.key_of(publisher);
  envelope.priority = spec.priority.value_or(world.activities.priority_of(publisher));
  envelope.size = plan.size;
  envelope.lifetime = spec.ttl.value_or(longest_duration);
  if (spec.delay) envelope.delay = spec.delay->sample_duration(world.streams[plan.delay_stream]);
  if (spec.poison > 0.0)
    envelope.is_poison = world.streams[plan.poison_stream].happens(spec.poison);
  return envelope;
}

/// When what reaches the broker at `sent` is in its channel: after the broker's latency, in turn if
/// the broker takes so many a second at most, and written to disk if there it goes.
Time Channels::transit_end(World& world, std::uint32_t channel, Time sent) {
  ChannelPlan const& plan = world.program->channels[channel];
  BrokerPlan const& broker = world.program->brokers[plan.broker];
  Time time = sent;
  if (broker.latency) {
    time += broker.latency->sample_duration(world.streams[plan.publish_latency_stream]);
  }
  if (plan.spec.acks == Channel::Acks::all) time += broker.replication;
  if (broker.throughput) {
    Time& free = brokers_[plan.broker].free;
    time = std::max(time, free) + from_seconds(1.0 / *broker.throughput);
    free = time;
  }
  bool is_written = false;
  for (std::uint32_t i = 0; plan.spec.spill && i < plan.buffers; ++i) {
    is_written = is_written || is_spilling(plan.first_buffer + i);
  }
  if (is_written) time = std::max(time, use_disk(world, channel, plan.spec.spill->write));
  return time;
}

void Channels::publish_arrived(World& world, std::uint32_t channel, Id id) {
  world.publications[id.index].stage = Publication::Stage::at_broker;
  Publication const arrived = world.publications[id.index];
  Traces::Sending const traced(world.traces, world.traces.sender_of(id));
  if (is_down(world, channel)) {
    if (!arrived.publisher) lose(world, channel, arrived.envelope.key);
    send_word(world, id, Outcome::error);
    return;
  }
  Offer const word = route(world, channel, arrived.envelope, arrived.is_mandatory, id);
  if (word != Offer::blocked) taken_in(world, id, word == Offer::accepted);
}

/// The channel has taken a message in or refused it: its publisher goes on, unless he awaits a
/// reply to it.
void Channels::taken_in(World& world, Id id, bool accepted) {
  Publication const& settled = world.publications[id.index];
  if (accepted && settled.awaits_reply && settled.publisher) return;
  send_word(world, id, accepted ? Outcome::success : Outcome::rejected);
}

/// Somebody has processed a message whose publisher awaits a reply: that is a message on its way
/// back through the broker.
void Channels::send_reply(World& world, std::uint32_t buffer, std::uint32_t consumer,
                          Id publication) {
  std::uint32_t const channel = world.program->buffers[buffer].channel;
  if (is_down(world, channel) || !world.publications.alive(publication)) return;
  ChannelPlan const& plan = world.program->channels[channel];
  std::uint32_t const replica = world.program->consumers[consumer].replica;
  Time arrival = world.now();
  if (std::uint32_t const link = way(world, replica, plan.broker, true); link != nowhere) {
    auto const there = is_interrupted(world, replica, plan.broker)
                           ? std::nullopt
                           : world.network.send(world, link, 0.0, {});
    if (!there) return;
    arrival = *there;
  }
  if (auto const& latency = world.program->brokers[plan.broker].latency) {
    arrival += latency->sample_duration(world.streams[plan.publish_latency_stream]);
    arrival += latency->sample_duration(world.streams[plan.delivery_latency_stream]);
  }
  if (arrival == world.now()) return reply_arrived(world, publication);
  world.at(arrival, EventKind::reply_arrived, channel, publication.token());
}

void Channels::reply_arrived(World& world, Id id) {
  Publication* const answered = world.publications.find(id);
  if (!answered) return;
  answered->awaits_reply = false;
  if (answered->blocked > 0) return;  // another of its copies
  send_word(world, id, Outcome::success);
}

void Channels::publish_timed_out(World& world, Id publisher) {
  Activity* const activity = world.activities.find(publisher);
  if (!activity || activity->state != ActivityState::publishing) return;
  Id const id = world.publications.id_of(activity->awaits);
  Publication const ended = world.publications[id.index];
  withdraw(world, id);
  end_attempt(world, ended, Outcome::timeout);
}

void Channels::withdraw(World& world, Id id) {
  Publication* const publication = world.publications.find(id);
  if (!publication) return;
  bool const is_sent = publication->stage == Publication::Stage::in_transit ||
                       (publication->stage == Publication::Stage::held_up &&
                        world.replicas[publication->replica].up);
  if (is_sent) {
    publication->publisher = {};
  } else {
    end_publication(world, id);
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
  BufferPlan const& plan = *buffers_[buffer].plan;
  if (plan.subscription == nowhere) return true;
  SubscriptionPlan const& subscription = world.program->subscriptions[plan.subscription];
  if (buffers_[buffer].channel->spec.kind == Channel::Kind::pub_sub)
    return is_connected(world, plan.first_consumer);
  return consumers_[subscription.first_consumer].started ||
         subscription.spec.from == Subscriber::From::earliest;
}

/// Offers a message to each of its buffers. If some are full and it waits outside, `publication` is
/// what waits.
Channels::Offer Channels::route(World& world, std::uint32_t channel, Envelope const& envelope,
                                bool is_mandatory, Id& publication) {
  ChannelPlan const& plan = world.program->channels[channel];
  if (brokers_[plan.broker].is_alarmed) {
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
    Publication& blocked = world.publications.create();
    blocked.channel = world.program->buffers[buffer].channel;
    blocked.envelope = envelope;
    publication = world.publications.id_of(blocked);
    if (world.traces.are_on()) world.traces.waits_outside(publication);
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
                       [&](std::uint32_t buffer) { end_at_once(world, buffer, Fate::lost); });
}

}  // namespace sojourn
