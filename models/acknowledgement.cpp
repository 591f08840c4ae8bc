/// Channels: how deliveries end, and messages with them.
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

void Channels::processing_ended(World& world, Id id, Id activity, Outcome outcome) {
  Delivery* const delivery = world.deliveries.find(id);
  bool const mine = delivery && (!delivery->activity || delivery->activity == activity);
  if (!mine) return;
  if (world.program->links.empty() && outcome != Outcome::crashed)
    return end_delivery(world, *delivery, outcome);
  if (outcome == Outcome::crashed && consumers_[delivery->consumer].is_ghost)
    return vanish(world, *delivery);
  delivery->outcome = note_outcome(world, *delivery, outcome);
  delivery->is_noted = true;
  send_acknowledgement(world, *delivery);
}

/// The processing has ended so, whether the channel will hear of it or not. Says how: one that
/// nobody can process is an error.
Outcome Channels::note_outcome(World& world, Delivery const& delivery, Outcome outcome) {
  // One that nobody can process fails the batch that it is in.
  bool is_poison = false;
  for_each_message(world, delivery, [&](Message const& message) {
    is_poison = is_poison || message.content.is(Waiting::poison);
  });
  if (is_poison && outcome == Outcome::success) outcome = Outcome::error;
  if (outcome == Outcome::success) {
    for_each_message(world, delivery, [&, consumer = delivery.consumer](Message& message) {
      note_processed(world, message, consumer);
    });
  }
  return outcome;
}

/// Tells the broker, if it waits to hear. A reader of a log knows himself where he is.
void Channels::send_acknowledgement(World& world, Delivery& delivery) {
  ChannelPlan const& plan = *buffers_[delivery.buffer].channel;
  bool const is_awaited =
      delivery.current && !is_at_most_once(delivery.buffer) && plan.spec.kind != Channel::Kind::log;
  std::uint32_t const replica = world.program->consumers[delivery.consumer].replica;
  if (is_awaited && is_interrupted(world, replica, plan.broker)) {
    delivery.is_held_up = true;
    held_up_deliveries_.push_back(world.deliveries.id_of(delivery));
    return;
  }
  std::uint32_t const link = is_awaited && delivery.outcome != Outcome::crashed
                                 ? way(world, replica, plan.broker, true)
                                 : nowhere;
  if (link == nowhere) return end_delivery(world, delivery, delivery.outcome);
  auto const arrives = world.network.send(world, link, 0.0, {});
  if (!arrives) {
    delivery.vanished = true;
  } else if (*arrives == world.now()) {
    end_delivery(world, delivery, delivery.outcome);
  } else {
    std::uint64_t const token = world.deliveries.id_of(delivery).token();
    delivery.arrival = world.at(*arrives, EventKind::ack_arrived, 0, token);
  }
}

void Channels::acknowledgement_arrived(World& world, Id id) {
  Delivery* const delivery = world.deliveries.find(id);
  if (!delivery) return;
  delivery->arrival = {};
  end_delivery(world, *delivery, delivery->outcome);
}

void Channels::processing_vanished(World& world, Id id) {
  if (Delivery* const delivery = world.deliveries.find(id)) vanish(world, *delivery);
}

/// Where somebody waits for the acknowledgement, that is all he will notice.
void Channels::vanish(World& world, Delivery& delivery) {
  delivery.vanished = true;
  bool const is_awaited = delivery.current && !is_at_most_once(delivery.buffer);
  if (!is_awaited) end_delivery(world, delivery, Outcome::crashed);
}

void Channels::end_delivery(World& world, Delivery& record, Outcome outcome) {
  Id const id = world.deliveries.id_of(record);
  if (!record.is_noted) record.outcome = outcome = note_outcome(world, record, outcome);
  if (world.traces.are_on()) world.traces.delivery_ends(world, id, outcome);
  Delivery const delivery = std::move(record);
  world.deliveries.destroy(id);
  world.cancel(delivery.ack_timer);
  world.cancel(delivery.arrival);
  ConsumerState& consumer = consumers_[delivery.consumer];
  SubscriptionPlan const& plan = *consumer.subscription;
  bool const ack_lost = plan.spec.ack_loss > 0.0 && outcome == Outcome::success &&
                        delivery.current && !is_at_most_once(delivery.buffer) &&
                        world.streams[plan.ack_stream].happens(plan.spec.ack_loss);
  for_each_message(world, delivery, [&](Message& message) {
    message_returned(world, message, delivery, outcome, ack_lost);
  });
  if (delivery.current) release_hold(delivery.buffer);
  --consumer.unacknowledged;
  make_idle(world, delivery.consumer);
  dispatch(world, delivery.buffer);
}

/// What becomes of a message whose delivery has ended.
void Channels::message_returned(World& world, Message& message, Delivery const& delivery,
                                Outcome outcome, bool ack_lost) {
  SubscriptionPlan const& plan = *consumers_[delivery.consumer].subscription;
  --message.running;
  bool const orphan = message.state == MessageState::orphaned;
  bool const answers = orphan || (delivery.current && message.state == MessageState::unacked);
  if (!answers) return destroy_if_done(world, message);
  message.goes_to_tail =
      plan.spec.requeue == Subscriber::Requeue::tail && outcome != Outcome::crashed;
  if (ack_lost && !orphan) {
    bool const waits =
        plan.spec.ack_timeout && delivery.ack_due > world.now() && !is_last_delivery(message, plan);
    waits ? wait_for_redelivery(world, message, delivery.ack_due, Setback::ack_lost)
          : return_or_bury(world, message, plan, Setback::ack_lost);
  } else if ((orphan ? delivery.outcome : outcome) == Outcome::success) {
    acknowledged(world, message, plan);
  } else if (orphan || is_at_most_once(delivery.buffer)) {
    if (message.running == 0) seal(world, message, Fate::lost, nowhere);
  } else if (outcome == Outcome::crashed) {
    return_or_bury(world, message, plan, Setback::consumer_crash);
  } else {
    failed(world, message, plan);
  }
}

/// Whether a message that was not acknowledged is not delivered again.
bool Channels::is_last_delivery(Message const& message, SubscriptionPlan const& plan) {
  return static_cast<Limit>(message.deliveries) >= plan.spec.max_deliveries;
}

/// One thing less keeps a partition from going on.
void Channels::release_hold(std::uint32_t buffer) {
  if (buffers_[buffer].held > 0) --buffers_[buffer].held;
}

/// The channel has heard that the message was processed.
void Channels::acknowledged(World& world, Message& message, SubscriptionPlan const& plan) {
  bool const is_partition = buffers_[message.buffer].plan->is_partition;
  bool const waits_for_commit =
      message.state != MessageState::orphaned &&
      (plan.spec.commit || (is_partition && is_reader_cut_off(world, message.buffer)));
  if (!waits_for_commit) {
    seal(world, message, Fate::processed, nowhere);
    return;
  }
  message.state = MessageState::uncommitted;
  buffers_[message.buffer].uncommitted.push_back(world.messages.id_of(message));
}

/// Somebody has processed the message to the end, whether the channel still cares or not.
void Channels::note_processed(World& world, Message& message, std::uint32_t consumer) {
  BufferState& state = buffers_[message.buffer];
  ChannelMeasures& measures = world.measures.accounts[state.plan->account];
  Time const published = message.content.published;
  bool const is_recognised = recognises(message);
  if (!is_recognised) message.entry = ++state.entries;
  if (message.processed++ == 0) {
    if (message.content.requester)
      send_reply(world, message.buffer, consumer, message.content.requester);
    if (is_counted(published)) measures.latency.record(world.now() - published);
  } else if (!is_recognised && is_counted(published)) {
    ++measures.duplicates[message.setback];
    if (world.measures.watches_faults) Faults::message_duplicated(world, published);
  }
}

/// Whether consumers know that they have processed the message before.
bool Channels::recognises(Message const& message) const {
  BufferState const& state = buffers_[message.buffer];
  Channel const& spec = state.channel->spec;
  if (spec.delivery != Channel::Delivery::exactly_once || message.processed == 0) return false;
  return static_cast<Limit>(state.entries - message.entry) < spec.memory;
}

/// The consumer could not process the message.
void Channels::failed(World& world, Message& message, SubscriptionPlan const& plan) {
  if (plan.spec.requeue == Subscriber::Requeue::dead_letter) {
    seal(world, message, Fate::dead_lettered, plan.dead_letter);
    return;
  }
  Duration const wait =
      draw_backoff(plan.spec.redelivery, message.deliveries, from_seconds(message.previous_wait),
                   world.streams[plan.redelivery_stream]);
  message.previous_wait = static_cast<float>(in_seconds(wait));
  if (is_last_delivery(message, plan) || wait <= Duration::zero()) {
    return_or_bury(world, message, plan, Setback::failure);
    return;
  }
  wait_for_redelivery(world, message, world.now() + wait, Setback::failure);
}

/// The message is in the buffer, but cannot be delivered until that time. A partition does not go
/// on without it if it has been delivered before.
void Channels::wait_for_redelivery(World& world, Message& message, Time due, Setback setback) {
  message.state = MessageState::delayed;
  message.setback = setback;
  if (message.deliveries > 0 && world.program->buffers[message.buffer].is_partition)
    ++buffers_[message.buffer].held;
  world.at(due, EventKind::redeliver, message.buffer, world.messages.id_of(message).token());
}

void Channels::redeliver(World& world, std::uint32_t buffer, Id id) {
  Message* const message = world.messages.find(id);
  if (!message || message->state != MessageState::delayed) return;
  if (message->deliveries > 0) {
    release_hold(buffer);
  } else {
    message->goes_to_tail = true;
  }
  give_back(world, *message, message->setback);
  dispatch(world, buffer);
}

/// The message takes its old place in line again, or a new one at the tail, unless it has grown too
/// old meanwhile.
void Channels::give_back(World& world, Message& message, Setback setback) {
  BufferState& state = buffers_[message.buffer];
  std::uint32_t const channel = world.program->buffers[message.buffer].channel;
  if (message.content.expires <= world.now() && !is_down(world, channel)) {
    seal(world, message, Fate::expired, world.program->channels[channel].dead_letter);
    return;
  }
  bool const had_key = message.deliveries > 0;
  message.state = MessageState::ready;
  message.setback = setback;
  Waiting& content = message.content;
  bool const is_moved = std::exchange(message.goes_to_tail, false);
  if (is_moved && world.traces.are_on())
    world.traces.is_moved(message.buffer, content.sequence, state.next_sequence);
  if (is_moved) content.sequence = state.next_sequence++;
  state.ready.push(content, world.messages.id_of(message));
  if (had_key) state.ready.release(content.key);
  if (is_moved) watch_in_line(world, message.buffer, content);
}

void Channels::ack_timed_out(World& world, Id id) {
  Delivery* const delivery = world.deliveries.find(id);
  if (!delivery || !delivery->current) return;
  delivery->ack_timer = {};
  take_back(world, *delivery, Setback::ack_timeout);
  if (delivery->vanished) return end_delivery(world, *delivery, Outcome::crashed);
  dispatch(world, delivery->buffer);
}

/// The channel waits no longer for the acknowledgement of a delivery.
void Channels::take_back(World& world, Delivery& delivery, Setback setback) {
  delivery.current = false;
  world.cancel(std::exchange(delivery.ack_timer, {}));
  SubscriptionPlan const& plan = *consumers_[delivery.consumer].subscription;
  bool const to_tail =
      setback == Setback::ack_timeout && plan.spec.requeue == Subscriber::Requeue::tail;
  for_each_message(world, delivery, [&](Message& message) {
    if (message.state != MessageState::unacked) return;
    message.goes_to_tail = to_tail;
    return_or_bury(world, message, plan, setback);
  });
  release_hold(delivery.buffer);
}

/// The message was never acknowledged: it is delivered again at once, or no more.
void Channels::return_or_bury(World& world, Message& message, SubscriptionPlan const& plan,
                              Setback setback) {
  if (is_last_delivery(message, plan)) {
    seal(world, message, Fate::dead_lettered, plan.dead_letter);
    return;
  }
  give_back(world, message, setback);
}

/// The message's fate. It must be in no structure of the buffer any more.
void Channels::seal(World& world, Message& message, Fate fate, std::uint32_t dead_letter) {
  bool const had_key = message.state != MessageState::ready && message.deliveries > 0;
  if (had_key) buffers_[message.buffer].ready.release(message.content.key);
  message.state = MessageState::settled;
  std::uint32_t const buffer = message.buffer;
  Waiting const content = message.content;
  destroy_if_done(world, message);
  settle(world, buffer, content, fate, dead_letter);
}

/// The message is in the buffer no more; it goes on to where the dead go, if there is such a place.
void Channels::settle(World& world, std::uint32_t buffer, Waiting const& content, Fate fate,
                      std::uint32_t dead_letter) {
  change_present(world, buffer, content, -1);
  count_fate(world, buffer, content.published, fate);
  Traces::Sending const traced(world.traces, world.traces.is_settled(world, buffer, content, fate));
  if (dead_letter != nowhere) put_dead_letter(world, dead_letter, content);
}

void Channels::destroy_if_done(World& world, Message const& message) {
  bool const is_done = message.state == MessageState::settled && message.running == 0;
  if (is_done) world.messages.destroy(world.messages.id_of(message));
}

/// The broker itself publishes to a dead-letter channel; a buffer without room drops the message.
void Channels::put_dead_letter(World& world, std::uint32_t channel, Waiting const& content) {
  if (is_down(world, channel)) {
    lose(world, channel, content.key);
    return;
  }
  Envelope envelope;
  envelope.key = content.key;
  envelope.priority = content.priority();
  envelope.size = content.size();
  envelope.is_poison = content.is(Waiting::poison);
  ChannelPlan const& plan = world.program->channels[channel];
  if (!world.program->accounts[plan.account].holds_messages && is_counted(world.now()))
    ++world.measures.accounts[plan.account].published;
  for_each_destination(world, channel, content.key, [&](std::uint32_t buffer) {
    BufferPlan const& target = world.program->buffers[buffer];
    bool const full = !has_room(buffer, world.program->message_sizes[envelope.size]) &&
                      target.when_full != Channel::WhenFull::drop_oldest;
    if (full) {
      end_at_once(world, buffer, Fate::dropped);
    } else {
      offer(world, buffer, envelope);
    }
  });
}

}  // namespace sojourn
