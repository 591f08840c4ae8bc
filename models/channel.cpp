#include "models/channel.h"

#include <algorithm>

#include "models/event_kind.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

Channels::Channels(Program const& program)
    : buffers_(program.buffers.size()),
      consumers_(program.consumers.size()),
      rebalances_(program.subscriptions.size(), 0),
      brokers_(program.brokers.size()),
      next_partition_(program.channels.size(), 0) {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    buffers_[i].ready = ReadyMessages(program.channels[program.buffers[i].channel].spec.order);
  }
}

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
  for (std::uint32_t i = 0; i < world.program->channels.size(); ++i) {
    for (std::int64_t n = 0; n < world.program->channels[i].spec.initial; ++n) {
      for_each_destination(world, i, 0,
                           [&](std::uint32_t buffer) { accept(world, buffer, Envelope{}); });
    }
  }
}

bool Channels::is_down(World const& world, std::uint32_t channel) const {
  return brokers_[world.program->channels[channel].broker].is_down;
}

bool Channels::is_alarmed(World const& world, std::uint32_t channel) const {
  return brokers_[world.program->channels[channel].broker].is_alarmed;
}

std::size_t Channels::waiting() const {
  std::size_t sum = 0;
  for (BufferState const& buffer : buffers_) sum += buffer.ready.present();
  return sum;
}

std::uint32_t Channels::channel_of(World const& world, Delivery const& delivery) {
  return world.program->buffers[delivery.buffer].channel;
}

// --- Into a buffer -------------------------------------------------------------------------------

/// The buffer takes a message in, or says what becomes of it.
Channels::Offer Channels::offer(World& world, std::uint32_t buffer, Envelope const& envelope) {
  BufferPlan const& plan = world.program->buffers[buffer];
  ChannelMeasures& measures = world.measures.accounts[plan.account];
  if (has_room(world, buffer)) {
    accept(world, buffer, envelope);
    return Offer::accepted;
  }
  switch (plan.when_full) {
    case Channel::WhenFull::block:
      return Offer::blocked;
    case Channel::WhenFull::drop_oldest:
      if (!buffers_[buffer].ready.empty()) {
        discard_next(world, buffer, Fate::dropped);
        accept(world, buffer, envelope);
        return Offer::accepted;
      }
      [[fallthrough]];
    case Channel::WhenFull::drop_newest:
      if (is_counted(world.now())) {
        ++measures.published;
        ++measures.dropped;
      }
      return Offer::accepted;
    case Channel::WhenFull::reject:
      break;
  }
  if (is_counted(world.now())) ++measures.rejected;
  return Offer::rejected;
}

void Channels::accept(World& world, std::uint32_t buffer, Envelope const& envelope) {
  BufferState& state = buffers_[buffer];
  BufferPlan const& plan = world.program->buffers[buffer];
  ChannelMeasures& measures = world.measures.accounts[plan.account];
  Duration const lifetime = std::min(envelope.lifetime, plan.ttl.value_or(longest_duration));
  Waiting content;
  content.published = world.now();
  if (lifetime < longest_duration) content.expires = world.now() + lifetime;
  content.sequence = state.next_sequence++;
  content.key = envelope.key;
  content.mark(envelope.priority, envelope.is_poison);
  content.requester = envelope.requester;
  if (is_counted(world.now())) ++measures.published;
  measures.depth.add(world.now(), 1.0);
  world.change_backlog(1.0);
  ++state.present;
  std::uint32_t const broker = world.program->channels[plan.channel].broker;
  BrokerState& holder = brokers_[broker];
  bool const is_too_much =
      static_cast<Limit>(++holder.present) >= world.program->brokers[broker].alarm.at;
  if (is_too_much) holder.is_alarmed = true;
  if (envelope.delay > Duration::zero()) {
    Id const id = world.messages.create();
    world.messages[id.index].buffer = buffer;
    world.messages[id.index].content = content;
    wait_for_redelivery(world, id, world.now() + envelope.delay, Setback::other);
    return;
  }
  state.ready.push(content);
  dispatch(world, buffer);
}

bool Channels::has_room(World const& world, std::uint32_t buffer) const {
  ReadyMessages const& ready = buffers_[buffer].ready;
  if (static_cast<Limit>(buffers_[buffer].present) >= world.program->buffers[buffer].credit)
    return false;
  return static_cast<Limit>(ready.present()) < world.program->buffers[buffer].capacity ||
         (ready.present() == 0 && takes_pushes(world, buffer));
}

bool Channels::may_take_more(World const& world, std::uint32_t channel) const {
  ChannelPlan const& plan = world.program->channels[channel];
  for (std::uint32_t i = 0; i < plan.buffers; ++i) {
    std::uint32_t const buffer = plan.first_buffer + i;
    if (has_room(world, buffer) || may_get_emptier(world, buffer)) return true;
  }
  return false;
}

bool Channels::may_end_alarm(World const& world, std::uint32_t channel) const {
  ChannelPlan const& plan = world.program->channels[channel];
  for (std::uint32_t i = 0; i < plan.buffers; ++i) {
    std::uint32_t const buffer = plan.first_buffer + i;
    bool const has_ready = buffers_[buffer].ready.present() > 0;
    if (has_ready && may_get_emptier(world, buffer)) return true;
  }
  // What an event is to come for.
  auto const waits = [&](Message const& message) {
    bool const is_there = world.program->buffers[message.buffer].channel == channel;
    return is_there &&
           (message.state == MessageState::delayed || message.state == MessageState::uncommitted);
  };
  return !world.messages.ids_where(waits).empty();
}

/// Whether the buffer may lose messages without the end of any delivery in progress.
bool Channels::may_get_emptier(World const& world, std::uint32_t buffer) const {
  BufferPlan const& plan = world.program->buffers[buffer];
  if (is_down(world, plan.channel) || plan.ttl || buffers_[buffer].expiry) return true;
  for (std::uint32_t i = 0; i < plan.consumers; ++i) {
    std::uint32_t const consumer = plan.first_consumer + i;
    ConsumerPlan const& consumer_plan = world.program->consumers[consumer];
    ConsumerState const& state = consumers_[consumer];
    Replica const& replica = world.replicas[consumer_plan.replica];
    bool const has_credit =
        state.unacknowledged < world.program->subscriptions[consumer_plan.subscription].prefetch;
    if (has_credit || !state.started || !replica.up || replica.pauses > 0) return true;
  }
  return false;
}

/// Lets blocked publishers in while there is room; true if there were any.
bool Channels::admit_blocked(World& world, std::uint32_t buffer) {
  BufferState& state = buffers_[buffer];
  bool admitted = false;
  while (!state.blocked.empty() && has_room(world, buffer)) {
    Id const id = state.blocked.front();
    state.blocked.pop_front();
    Publication* const waiting = world.publications.find(id);
    if (!waiting) continue;
    bool const is_last = --waiting->blocked == 0;
    bool const was_rejected = waiting->was_rejected;
    Envelope const envelope = waiting->envelope;
    accept(world, buffer, envelope);
    if (is_last && world.publications.alive(id)) taken_in(world, id, !was_rejected);
    admitted = true;
  }
  return admitted;
}

// --- Out of it without a delivery ----------------------------------------------------------------

void Channels::discard_next(World& world, std::uint32_t buffer, Fate fate) {
  ReadyMessages::Head const next = buffers_[buffer].ready.discard();
  std::uint32_t const dead_letter =
      world.program->channels[world.program->buffers[buffer].channel].dead_letter;
  if (next.record) {
    seal(world, next.record, fate, dead_letter);
  } else {
    settle(world, buffer, next.content, fate, dead_letter);
  }
}

/// What has grown too old by that time goes when it is next.
void Channels::drop_expired(World& world, std::uint32_t buffer, Time until) {
  ReadyMessages const& ready = buffers_[buffer].ready;
  while (!ready.empty() && ready.head().content.expires <= until) {
    discard_next(world, buffer, Fate::expired);
  }
}

/// Sees to it that an event comes when the next message expires, or before.
void Channels::watch_expiry(World& world, std::uint32_t buffer) {
  BufferState& state = buffers_[buffer];
  if (state.ready.empty()) return;
  Time const due = state.ready.head().content.expires;
  if (due == Time::max() || (state.expiry && state.expiry_time <= due)) return;
  world.sim.cancel(state.expiry);
  state.expiry_time = std::max(world.now(), due);
  state.expiry = world.at(state.expiry_time, EventKind::message_expiry, buffer, 0);
}

void Channels::expire(World& world, std::uint32_t buffer) {
  buffers_[buffer].expiry = {};
  if (is_down(world, world.program->buffers[buffer].channel)) return;
  drop_expired(world, buffer, world.now());
  dispatch(world, buffer);
}

}  // namespace sojourn
