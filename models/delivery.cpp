/// Channels: from ready to delivered.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

/// Whether a message that came in now would be pushed to a consumer at once.
bool Channels::takes_pushes(std::uint32_t buffer) const {
  auto const& idle = buffers_[buffer].idle;
  return std::any_of(idle.begin(), idle.end(), [&](std::uint32_t consumer) {
    auto const& batch = consumers_[consumer].subscription->spec.batch;
    return !batch || batch->min <= 1;
  });
}

/// Delivers what can be delivered and lets in who can be let in, until neither is left. What
/// happens on the way may call it again: the outermost call does the work.
void Channels::dispatch(World& world, std::uint32_t buffer) {
  BufferState& state = buffers_[buffer];
  bool const is_idle = state.ready.empty() && state.blocked.empty() && !state.plan->is_partition;
  if (!is_idle && !state.dispatching) dispatch_all(world, buffer);
}

/// Apart, so that whoever has nothing to deliver is back at once.
void Channels::dispatch_all(World& world, std::uint32_t buffer) {
  BufferState& state = buffers_[buffer];
  bool const is_up = !is_down(state);
  state.dispatching = true;
  do {
    if (is_up && state.ready.may_expire()) drop_expired(world, buffer, world.now() - Duration(1));
    state.plan->is_partition ? read_on(world, buffer) : push_ready(world, buffer);
  } while (!state.blocked.empty() && admit_blocked(world, buffer));
  state.dispatching = false;
  if (state.ready.may_expire()) watch_expiry(world, buffer);
}

/// Gives ready messages to consumers with room in their prefetch, in turn.
void Channels::push_ready(World& world, std::uint32_t buffer) {
  BufferState& state = buffers_[buffer];
  std::size_t unwilling = 0;
  while (!state.ready.empty() && unwilling < state.idle.size()) {
    std::uint32_t const consumer = state.idle.front();
    state.idle.pop_front();
    consumers_[consumer].idle = false;
    bool const takes = may_serve(buffer, consumer) && offer_to(world, buffer, consumer);
    unwilling = takes ? 0 : unwilling + 1;
    make_idle(world, consumer);
  }
}

/// Where one consumer is active at a time: the first that is there, until it is gone.
bool Channels::may_serve(std::uint32_t buffer, std::uint32_t consumer) {
  BufferState& state = buffers_[buffer];
  if (!state.channel->spec.single_active) return true;
  if (state.active == nowhere) state.active = consumer;
  return state.active == consumer;
}

/// Delivers to a consumer unless its subscription wants to wait. Precondition: something is ready.
bool Channels::offer_to(World& world, std::uint32_t buffer, std::uint32_t consumer) {
  Subscriber const& spec = consumers_[consumer].subscription->spec;
  if (spec.batch && !spec.poll && !batch_is_due(world, buffer, spec)) return false;
  deliver(world, buffer, consumer);
  return true;
}

/// Whether a batch may go: enough is ready, or the next has waited long enough.
bool Channels::batch_is_due(World& world, std::uint32_t buffer, Subscriber const& spec) {
  BufferState& state = buffers_[buffer];
  if (static_cast<std::int64_t>(state.ready.size()) >= spec.batch->min) return true;
  if (!spec.batch->wait) return false;
  Time const due = state.ready.head().content.published + *spec.batch->wait;
  if (due <= world.now()) return true;
  if (!state.batch_timer || due < state.batch_time) {
    world.cancel(state.batch_timer);
    state.batch_time = due;
    state.batch_timer = world.at(due, EventKind::batch_due, buffer, 0);
  }
  return false;
}

void Channels::batch_due(World& world, std::uint32_t buffer) {
  buffers_[buffer].batch_timer = {};
  dispatch(world, buffer);
}

/// Takes out the next message, to be delivered.
Id Channels::take(World& world, std::uint32_t buffer) {
  ReadyMessages::Head const next = buffers_[buffer].ready.take();
  Id id = next.record;
  if (!id) {
    Message& taken = world.messages.create();
    taken.buffer = buffer;
    taken.content = next.content;
    id = world.messages.id_of(taken);
  }
  Message& message = world.messages[id.index];
  message.state = MessageState::unacked;
  ++message.deliveries;
  ++message.running;
  note_order(world, message);
  return id;
}

void Channels::deliver(World& world, std::uint32_t buffer, std::uint32_t consumer) {
  BufferState& state = buffers_[buffer];
  SubscriptionPlan const& subscription = *consumers_[consumer].subscription;
  ++consumers_[consumer].unacknowledged;
  Id const first = take(world, buffer);
  Boxed<std::vector<Id>> more;
  if (auto const& batch = subscription.spec.batch; batch && batch->max > 1)
    more.emplace(take_more(world, buffer, batch->max - 1));
  Delivery& delivery = world.deliveries.create();
  delivery.buffer = buffer;
  delivery.consumer = consumer;
  delivery.message = first;
  delivery.more = std::move(more);
  if (world.traces.are_on()) world.traces.is_delivered(world, delivery);
  if (state.plan->is_partition) ++state.held;
  if (subscription.spec.ack_timeout && !is_at_most_once(buffer)) {
    delivery.ack_due = world.now() + *subscription.spec.ack_timeout;
    std::uint64_t const token = world.deliveries.id_of(delivery).token();
    delivery.ack_timer = world.at(delivery.ack_due, EventKind::ack_timeout, 0, token);
  }
  send_out(world, delivery);
}

/// Takes out as many as there are, to be delivered with one before.
std::vector<Id> Channels::take_more(World& world, std::uint32_t buffer, std::int64_t most) {
  std::vector<Id> taken;
  while (static_cast<std::int64_t>(taken.size()) < most) {
    // What has expired may go on to other channels and be delivered there.
    drop_expired(world, buffer, world.now() - Duration(1));
    if (buffers_[buffer].ready.empty()) break;
    taken.push_back(take(world, buffer));
  }
  return taken;
}

/// Sends a delivery on its way to the consumer.
void Channels::send_out(World& world, Delivery& delivery) {
  ChannelPlan const& plan = *buffers_[delivery.buffer].channel;
  std::uint32_t const replica = consumers_[delivery.consumer].plan->replica;
  bool const is_linked = !world.program->links.empty();
  if (is_linked && is_interrupted(world, replica, plan.broker)) {
    delivery.is_held_up = true;
    held_up_deliveries_.push_back(world.deliveries.id_of(delivery));
    return;
  }
  Time arrival = plan.spec.spill ? read_time(world, delivery) : world.now();
  if (auto const& latency = world.program->brokers[plan.broker].latency)
    arrival += latency->sample_duration(world.streams[plan.delivery_latency_stream]);
  std::uint32_t const link = is_linked ? way(world, replica, plan.broker, false) : nowhere;
  if (link != nowhere) {
    auto const bytes = static_cast<double>(bytes_of(world, delivery));
    auto const arrives = world.network.send(world, link, bytes, {});
    if (!arrives) return vanish(world, delivery);
    arrival += *arrives - world.now();
  }
  if (arrival > world.now()) {
    std::uint64_t const token = world.deliveries.id_of(delivery).token();
    delivery.arrival = world.at(arrival, EventKind::message_arrived, 0, token);
  } else {
    start_processing(world, delivery);
  }
}

std::uint64_t Channels::bytes_of(World const& world, Delivery const& delivery) const {
  std::uint64_t bytes = 0;
  for_each_message(world, delivery, [&](Message const& message) {
    bytes += world.program->message_sizes[message.content.size()];
  });
  return bytes;
}

/// When what is delivered has been read from disk: what went there and has not been read yet.
Time Channels::read_time(World& world, Delivery const& delivery) {
  std::uint32_t const channel = channel_of(world, delivery);
  Time time = world.now();
  for_each_message(world, delivery, [&](Message const& message) {
    if (message.content.is(Waiting::on_disk) && message.deliveries == 1)
      time = use_disk(world, channel, world.program->channels[channel].spec.spill->read);
  });
  return time;
}

/// Counts a delivery, and whether a later message of the same key has been delivered before.
void Channels::note_order(World& world, Message const& message) {
  BufferState& state = buffers_[message.buffer];
  Waiting const& content = message.content;
  ChannelMeasures& measures = world.measures.accounts[state.plan->account];
  Time& latest = content.key == 0
                     ? state.latest
                     : state.latest_of_key.try_emplace(content.key, Time::min()).first->second;
  bool const is_late = content.published < latest;
  latest = std::max(latest, content.published);
  if (!is_counted(content.published)) return;
  ++measures.delivered;
  if (is_late) {
    ++measures.reordered[message.setback];
    if (world.measures.watches_faults) Faults::message_reordered(world, content.published);
  }
  if (message.deliveries > 1) {
    ++measures.redelivered;
  } else {
    measures.age.record(world.now() - content.published);
  }
}

void Channels::message_arrived(World& world, Id id) {
  Delivery* const delivery = world.deliveries.find(id);
  if (!delivery) return;
  delivery->arrival = {};
  start_processing(world, *delivery);
}

void Channels::start_processing(World& world, Delivery& delivery) {
  Id const id = world.deliveries.id_of(delivery);
  ConsumerState const& consumer = consumers_[delivery.consumer];
  Channel const& spec = buffers_[delivery.buffer].channel->spec;
  if (spec.delivery == Channel::Delivery::exactly_once) {
    bool all_known = true;
    for_each_message(world, delivery,
                     [&](Message const& message) { all_known = all_known && recognises(message); });
    if (all_known) return processing_ended(world, id, {}, Outcome::success);
  }
  if (consumer.is_ghost) return vanish(world, delivery);
  Waiting const& first = world.messages[delivery.message.index].content;
  // An operation without steps that wait has not begun yet, so the delivery is still there.
  delivery.activity =
      world.replicas.deliver(world, consumer.plan->replica, consumer.subscription->operation, id,
                             first.priority(), first.key);
}

void Channels::hand_over(World& world, Id delivery, Id activity) {
  if (Delivery* const record = world.deliveries.find(delivery)) record->activity = activity;
}

bool Channels::is_wanted(World const& world, Id id) const {
  Delivery const* const delivery = world.deliveries.find(id);
  if (!delivery || !delivery->current) return false;
  bool wanted = false;
  for_each_message(world, *delivery, [&](Message const& message) {
    Id const requester = message.content.requester;
    wanted = wanted || !requester || world.publications.alive(requester);
  });
  return wanted;
}

bool Channels::is_connected(World const& world, std::uint32_t consumer) const {
  ConsumerState const& state = consumers_[consumer];
  bool const is_there =
      state.is_ghost || (!state.is_cut_off && world.replicas.takes_messages(state.plan->replica));
  return state.started && is_there && !is_down(world, state.subscription->channel);
}

/// A consumer that may have room in its prefetch takes what is there for it, or waits in turn.
void Channels::make_idle(World& world, std::uint32_t consumer) {
  ConsumerState& state = consumers_[consumer];
  SubscriptionPlan const& subscription = *state.subscription;
  bool const has_prefetch = state.unacknowledged < subscription.prefetch;
  if (state.idle || !has_prefetch || !is_connected(world, consumer)) return;
  if (state.plan->buffer == nowhere) {
    if (!subscription.spec.poll) serve_partitions(world, consumer);
    return;
  }
  state.idle = true;
  if (subscription.spec.poll) return;
  auto& idle = buffers_[state.plan->buffer].idle;
  ensure(!idle.full(), "each consumer is idle once");
  idle.push_back(consumer);
}

void Channels::poll(World& world, std::uint32_t index) {
  SubscriptionPlan const& subscription = world.program->subscriptions[index];
  world.after(*subscription.spec.poll, EventKind::poll, index, 0);
  for (std::uint32_t i = 0; i < subscription.consumers; ++i) {
    std::uint32_t const consumer = subscription.first_consumer + i;
    ConsumerPlan const& plan = world.program->consumers[consumer];
    if (!is_connected(world, consumer) || world.replicas.is_paused(plan.replica)) continue;
    if (plan.buffer == nowhere) {
      serve_partitions(world, consumer);
      continue;
    }
    ReadyMessages const& ready = buffers_[plan.buffer].ready;
    while (consumers_[consumer].idle && !ready.empty() &&
           consumers_[consumer].unacknowledged < subscription.prefetch &&
           may_serve(plan.buffer, consumer)) {
      deliver(world, plan.buffer, consumer);
    }
  }
  for (std::uint32_t i = 0; i < subscription.buffers; ++i) {
    dispatch(world, subscription.first_buffer + i);
  }
}

void Channels::subscription_started(World& world, std::uint32_t index) {
  SubscriptionPlan const& subscription = world.program->subscriptions[index];
  bool const is_group = world.program->buffers[subscription.first_buffer].is_partition;
  for (std::uint32_t i = 0; i < subscription.consumers; ++i) {
    std::uint32_t const consumer = subscription.first_consumer + i;
    consumers_[consumer].started = true;
    consumers_[consumer].is_member =
        is_group && world.replicas.takes_messages(world.program->consumers[consumer].replica);
    make_idle(world, consumer);
  }
  if (is_group) assign(world, index);
  if (subscription.spec.poll) {
    world.after(*subscription.spec.poll, EventKind::poll, index, 0);
  }
  if (subscription.spec.commit) {
    world.after(*subscription.spec.commit, EventKind::commit_due, index, 0);
  }
  for (std::uint32_t i = 0; i < subscription.buffers; ++i) {
    dispatch(world, subscription.first_buffer + i);
  }
}

}  // namespace sojourn
