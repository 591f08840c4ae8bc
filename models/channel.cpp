#include "models/channel.h"

#include <algorithm>
#include <utility>

#include "models/event_kind.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

Channels::Channels(Program const& program)
    : buffers_(program.buffers.size()),
      consumers_(program.consumers.size()),
      rebalances_(program.subscriptions.size(), 0),
      brokers_(program.brokers.size()),
      next_partition_(program.channels.size(), 0),
      batches_(program.producer_batches),
      budgets_(program.publishes.size()),
      disk_free_(program.channels.size(), Time::min()) {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    BufferState& buffer = buffers_[i];
    buffer.plan = &program.buffers[i];
    buffer.channel = &program.channels[buffer.plan->channel];
    buffer.ready = ReadyMessages(buffer.channel->spec.order, &program.message_sizes, blocks_.get());
    if (!buffer.plan->is_partition) buffer.idle.set_capacity(buffer.plan->consumers);
  }
  for (std::size_t i = 0; i < consumers_.size(); ++i) {
    consumers_[i].plan = &program.consumers[i];
    consumers_[i].subscription = &program.subscriptions[consumers_[i].plan->subscription];
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
  BufferPlan const& plan = *buffers_[buffer].plan;
  std::uint64_t const bytes = world.program->message_sizes[envelope.size];
  if (has_room(buffer, bytes)) {
    accept(world, buffer, envelope);
    return Offer::accepted;
  }
  bool const is_too_large = static_cast<Limit>(bytes) > plan.capacity_bytes;
  switch (is_too_large ? Channel::WhenFull::reject : plan.when_full) {
    case Channel::WhenFull::block:
      return Offer::blocked;
    case Channel::WhenFull::drop_oldest:
      while (!buffers_[buffer].ready.empty() && !has_room(buffer, bytes))
        discard_next(world, buffer, Fate::dropped);
      if (has_room(buffer, bytes)) {
        accept(world, buffer, envelope);
        return Offer::accepted;
      }
      [[fallthrough]];
    case Channel::WhenFull::drop_newest:
      end_at_once(world, buffer, Fate::dropped);
      return Offer::accepted;
    case Channel::WhenFull::reject:
      break;
  }
  if (is_counted(world.now())) ++world.measures.accounts[plan.account].rejected;
  return Offer::rejected;
}

void Channels::accept(World& world, std::uint32_t buffer, Envelope const& envelope) {
  BufferState& state = buffers_[buffer];
  BufferPlan const& plan = *state.plan;
  Duration const lifetime = std::min(envelope.lifetime, plan.ttl.value_or(longest_duration));
  Waiting content;
  content.published = world.now();
  if (lifetime < longest_duration) content.expires = world.now() + lifetime;
  content.sequence = state.next_sequence++;
  content.key = envelope.key;
  content.set(envelope.priority, envelope.size);
  if (envelope.is_poison) content.set(Waiting::poison);
  content.requester = envelope.requester;
  if (is_spilling(buffer)) {
    content.set(Waiting::on_disk);
    if (is_counted(world.now())) ++world.measures.accounts[plan.account].spilled;
  }
  if (world.traces.are_on()) world.traces.is_accepted(buffer, content.sequence);
  count_published(world, buffer);
  change_present(world, buffer, content, 1);
  if (envelope.delay > Duration::zero()) {
    Message& message = world.messages.create();
    message.buffer = buffer;
    message.content = content;
    wait_for_redelivery(world, message, world.now() + envelope.delay, Setback::other);
    return;
  }
  state.ready.push(content);
  watch_in_line(world, buffer, content);
  dispatch(world, buffer);
}

void Channels::count_published(World& world, std::uint32_t buffer) {
  if (!is_counted(world.now())) return;
  ++world.measures.accounts[buffers_[buffer].plan->account].published;
  if (world.measures.watches_faults) Faults::message_published(world);
}

/// Counts a message that was published and whose fate is known.
void Channels::count_fate(World& world, std::uint32_t buffer, Time published, Fate fate) {
  if (!is_counted(published)) return;
  ++world.measures.accounts[buffers_[buffer].plan->account].fates[fate];
  if (world.measures.watches_faults) Faults::message_ended(world, published, fate);
}

/// Counts a message for that buffer which is never in it.
void Channels::end_at_once(World& world, std::uint32_t buffer, Fate fate) {
  if (world.traces.are_on()) world.traces.is_lost(world, fate);
  count_published(world, buffer);
  count_fate(world, buffer, world.now(), fate);
}

/// There is a message more, or one less, on all levels at which they are counted. An alarm is about
/// memory.
void Channels::change_present(World& world, std::uint32_t buffer, Waiting const& content,
                              int change) {
  BufferState& state = buffers_[buffer];
  world.measures.accounts[state.plan->account].depth.add(world.now(), change);
  world.change_backlog(change);
  auto const add = [change](std::uint64_t& count) { count += static_cast<std::uint64_t>(change); };
  add(state.present);
  std::uint32_t const broker = state.channel->broker;
  if (content.is(Waiting::on_disk)) return;
  BrokerState& holder = brokers_[broker];
  add(holder.present);
  Broker::Alarm const& alarm = world.program->brokers[broker].alarm;
  auto const present = static_cast<Limit>(holder.present);
  if (change > 0 && present >= alarm.at) holder.is_alarmed = true;
  bool const has_cleared = change < 0 && holder.is_alarmed && present <= alarm.clear;
  if (has_cleared && !std::exchange(holder.is_clearing, true))
    world.at(world.now(), EventKind::alarm_cleared, broker, 0);
}

bool Channels::has_room(std::uint32_t buffer, std::uint64_t bytes) const {
  ReadyMessages const& ready = buffers_[buffer].ready;
  BufferPlan const& plan = *buffers_[buffer].plan;
  if (static_cast<Limit>(buffers_[buffer].present) >= plan.credit) return false;
  return (static_cast<Limit>(ready.present()) < plan.capacity &&
          static_cast<Limit>(ready.bytes() + bytes) <= plan.capacity_bytes) ||
         (ready.present() == 0 && takes_pushes(buffer));
}

bool Channels::may_take_more(World const& world, std::uint32_t channel) const {
  ChannelPlan const& plan = world.program->channels[channel];
  for (std::uint32_t i = 0; i < plan.buffers; ++i) {
    std::uint32_t const buffer = plan.first_buffer + i;
    if (has_room(buffer, 0) || may_get_emptier(world, buffer)) return true;
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
  if (world.program->channels[plan.channel].spec.expiry == Channel::Expiry::anywhere) {
    bool is_one_mortal = false;
    buffers_[buffer].ready.for_each([&](Waiting const& message) {
      is_one_mortal = is_one_mortal || message.expires < Time::max();
    });
    if (is_one_mortal) return true;
  }
  for (std::uint32_t i = 0; i < plan.consumers; ++i) {
    std::uint32_t const consumer = plan.first_consumer + i;
    ConsumerPlan const& consumer_plan = world.program->consumers[consumer];
    ConsumerState const& state = consumers_[consumer];
    Replica const& replica = world.replicas[consumer_plan.replica];
    bool const is_away = state.is_ghost || state.is_cut_off;
    bool const has_prefetch =
        is_away ||
        state.unacknowledged < world.program->subscriptions[consumer_plan.subscription].prefetch;
    if (has_prefetch || !state.started || !replica.up || replica.pauses > 0) return true;
  }
  return false;
}

/// Lets blocked publishers in while there is room; true if there were any.
bool Channels::admit_blocked(World& world, std::uint32_t buffer) {
  BufferState& state = buffers_[buffer];
  bool admitted = false;
  while (!state.blocked.empty()) {
    Id const id = state.blocked.front();
    Publication* const waiting = world.publications.find(id);
    bool const has_to_wait =
        waiting && !has_room(buffer, world.program->message_sizes[waiting->envelope.size]);
    if (has_to_wait) break;
    state.blocked.pop_front();
    if (!waiting) continue;
    bool const is_last = --waiting->blocked == 0;
    bool const was_rejected = waiting->was_rejected;
    Envelope const envelope = waiting->envelope;
    Traces::Sending const traced(world.traces, world.traces.sender_of(id));
    accept(world, buffer, envelope);
    if (is_last && world.publications.alive(id)) taken_in(world, id, !was_rejected);
    admitted = true;
  }
  return admitted;
}

// --- Out of it without a delivery ----------------------------------------------------------------

void Channels::discard_next(World& world, std::uint32_t buffer, Fate fate) {
  discard(world, buffer, buffers_[buffer].ready.discard(), fate);
}

void Channels::discard(World& world, std::uint32_t buffer, ReadyMessages::Head const& message,
                       Fate fate) {
  std::uint32_t const dead_letter = buffers_[buffer].channel->dead_letter;
  if (message.record) {
    seal(world, world.messages[message.record.index], fate, dead_letter);
  } else {
    settle(world, buffer, message.content, fate, dead_letter);
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
  bool const is_by_turn = state.channel->spec.expiry == Channel::Expiry::head;
  if (!is_by_turn || state.ready.empty()) return;
  Time const due = state.ready.head().content.expires;
  if (due == Time::max() || (state.expiry && state.expiry_time <= due)) return;
  world.cancel(state.expiry);
  state.expiry_time = std::max(world.now(), due);
  state.expiry = world.at(state.expiry_time, EventKind::message_expiry, buffer, 0);
}

void Channels::expire(World& world, std::uint32_t buffer) {
  buffers_[buffer].expiry = {};
  if (is_down(buffers_[buffer])) return;
  drop_expired(world, buffer, world.now());
  dispatch(world, buffer);
}

/// Where messages do not wait for their turn to expire, each is looked up at its time.
void Channels::watch_in_line(World& world, std::uint32_t buffer, Waiting const& content) {
  bool const is_watched = content.expires < Time::max() &&
                          buffers_[buffer].channel->spec.expiry == Channel::Expiry::anywhere;
  if (is_watched) world.at(content.expires, EventKind::message_too_old, buffer, content.sequence);
}

void Channels::expire_in_line(World& world, std::uint32_t buffer, std::uint64_t sequence) {
  if (is_down(buffers_[buffer])) return;
  auto const found = buffers_[buffer].ready.remove(sequence);
  if (!found) return;
  discard(world, buffer, *found, Fate::expired);
  dispatch(world, buffer);
}

/// Of all that have grown too old while nobody looked.
void Channels::expire_in_lines(World& world, std::uint32_t buffer) {
  std::vector<std::uint64_t> expired;
  buffers_[buffer].ready.for_each([&](Waiting const& message) {
    if (message.expires <= world.now()) expired.push_back(message.sequence);
  });
  std::sort(expired.begin(), expired.end());
  for (std::uint64_t const sequence : expired) {
    if (auto const found = buffers_[buffer].ready.remove(sequence))
      discard(world, buffer, *found, Fate::expired);
  }
}

// --- Disks ---------------------------------------------------------------------------------------

/// Whether what comes to the buffer now goes to disk.
bool Channels::is_spilling(std::uint32_t buffer) const {
  auto const& spill = buffers_[buffer].channel->spec.spill;
  return spill && static_cast<Limit>(buffers_[buffer].ready.present()) >= spill->above;
}

/// When the disk will have written or read something, after all that it has to do before.
Time Channels::use_disk(World& world, std::uint32_t channel,
                        std::optional<Distribution> const& length) {
  Time& free = disk_free_[channel];
  free = std::max(free, world.now());
  if (length)
    free += length->sample_duration(world.streams[world.program->channels[channel].disk_stream]);
  return free;
}

}  // namespace sojourn
