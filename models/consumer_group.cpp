/// Channels: the groups that read the partitions of a log.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/policy/partition_assignment.h"
#include "models/world.h"

namespace sojourn {

// --- Members -------------------------------------------------------------------------------------

/// A consumer is there. One that was away for less than the session timeout still has its
/// partitions.
void Channels::join_group(World& world, std::uint32_t consumer) {
  ConsumerState& state = consumers_[consumer];
  if (!state.started) return;
  world.cancel(state.session);
  state.session = {};
  if (!std::exchange(state.is_member, true))
    rebalance(world, world.program->consumers[consumer].subscription);
}

/// A consumer says that it goes.
void Channels::leave_group(World& world, std::uint32_t consumer) {
  ConsumerState& state = consumers_[consumer];
  world.cancel(state.session);
  state.session = {};
  if (std::exchange(state.is_member, false))
    rebalance(world, world.program->consumers[consumer].subscription);
}

/// A consumer is gone and has not said so.
void Channels::end_session(World& world, std::uint32_t consumer) {
  forget_uncommitted_of(world, consumer);
  begin_absence(world, consumer);
}

/// Nothing is heard of a member; the group waits for a while.
void Channels::begin_absence(World& world, std::uint32_t consumer) {
  ConsumerState& state = consumers_[consumer];
  if (!state.is_member || state.session) return;
  std::uint32_t const subscription = world.program->consumers[consumer].subscription;
  Duration const timeout = world.program->subscriptions[subscription].spec.session_timeout;
  if (timeout > Duration::zero()) {
    state.session = world.after(timeout, EventKind::session_expired, consumer, 0);
  } else {
    forget_uncommitted_of(world, consumer);
    leave_group(world, consumer);
  }
}

/// Who was waited for is taken for gone.
void Channels::session_expired(World& world, std::uint32_t consumer) {
  consumers_[consumer].session = {};
  if (consumers_[consumer].is_ghost) return lay_ghost(world, consumer);
  forget_uncommitted_of(world, consumer);
  leave_group(world, consumer);
}

// --- Rebalances ----------------------------------------------------------------------------------

void Channels::rebalance(World& world, std::uint32_t subscription) {
  SubscriptionPlan const& plan = world.program->subscriptions[subscription];
  std::uint64_t const number = ++rebalances_[subscription];
  ++world.measures.accounts[world.program->buffers[plan.first_buffer].account].rebalances;
  if (plan.spec.rebalance.length <= Duration::zero()) {
    assign(world, subscription);
    return;
  }
  auto const next = assignment_of(world, subscription);
  for (std::uint32_t i = 0; i < plan.buffers; ++i) {
    BufferState& buffer = buffers_[plan.first_buffer + i];
    buffer.is_revoked = !plan.spec.rebalance.cooperative || buffer.reader != next[i];
  }
  world.after(plan.spec.rebalance.length, EventKind::rebalance_done, subscription, number);
}

/// The end of a rebalance, unless another has begun meanwhile.
void Channels::rebalance_done(World& world, std::uint32_t subscription, std::uint64_t number) {
  if (number == rebalances_[subscription]) assign(world, subscription);
}

std::vector<std::uint32_t> Channels::assignment_of(World const& world,
                                                   std::uint32_t subscription) const {
  SubscriptionPlan const& plan = world.program->subscriptions[subscription];
  std::vector<std::uint32_t> members, current;
  for (std::uint32_t i = 0; i < plan.consumers; ++i) {
    if (consumers_[plan.first_consumer + i].is_member) members.push_back(plan.first_consumer + i);
  }
  for (std::uint32_t i = 0; i < plan.buffers; ++i) {
    current.push_back(buffers_[plan.first_buffer + i].reader);
  }
  return assign_partitions(plan.spec.assignment, members, current);
}

void Channels::assign(World& world, std::uint32_t subscription) {
  SubscriptionPlan const& plan = world.program->subscriptions[subscription];
  auto const readers = assignment_of(world, subscription);
  for (std::uint32_t i = 0; i < plan.buffers; ++i) {
    std::uint32_t const buffer = plan.first_buffer + i;
    buffers_[buffer].is_revoked = false;
    if (buffers_[buffer].reader != readers[i]) move_partition(world, buffer, readers[i]);
  }
  for (std::uint32_t i = 0; i < plan.buffers; ++i) dispatch(world, plan.first_buffer + i);
}

/// Whoever read it before commits what he has processed; what he is working on is delivered again.
void Channels::move_partition(World& world, std::uint32_t buffer, std::uint32_t reader) {
  BufferState& state = buffers_[buffer];
  commit(world, buffer);
  if (std::exchange(state.is_listed, false)) {
    auto& listed = consumers_[state.reader].partitions;
    listed.erase(std::find(listed.begin(), listed.end(), buffer));
  }
  auto const under_way = world.deliveries.ids_where(
      [&](Delivery const& delivery) { return delivery.buffer == buffer && delivery.current; });
  for (Id const id : under_way) {
    Delivery& delivery = world.deliveries[id.index];
    delivery.current = false;
    world.cancel(delivery.ack_timer);
    delivery.ack_timer = {};
    release_hold(buffer);
    for_each_message(world, delivery, [&](Message& message) {
      if (message.state == MessageState::unacked) give_back(world, message, Setback::rebalance);
    });
  }
  state.reader = reader;
}

// --- Reading -------------------------------------------------------------------------------------

/// A partition with something to read gets in line at its reader.
void Channels::read_on(World& world, std::uint32_t buffer) {
  BufferState& state = buffers_[buffer];
  if (state.reader == nowhere) return;
  if (state.ready.empty() || state.held > 0 || state.is_revoked) return;
  if (!std::exchange(state.is_listed, true)) consumers_[state.reader].partitions.push_back(buffer);
  std::uint32_t const subscription = world.program->buffers[buffer].subscription;
  if (!world.program->subscriptions[subscription].spec.poll) serve_partitions(world, state.reader);
}

/// Delivers from the partitions of a consumer in turn while it has room in its prefetch.
void Channels::serve_partitions(World& world, std::uint32_t consumer) {
  SubscriptionPlan const& plan =
      world.program->subscriptions[world.program->consumers[consumer].subscription];
  ConsumerState& state = consumers_[consumer];
  while (state.unacknowledged < plan.prefetch && !state.partitions.empty() &&
         is_connected(world, consumer)) {
    std::uint32_t const buffer = state.partitions.front();
    state.partitions.pop_front();
    BufferState& partition = buffers_[buffer];
    partition.is_listed = false;
    bool const may_expire = partition.ready.may_expire();
    if (may_expire) drop_expired(world, buffer, world.now() - Duration(1));
    bool const can_go = !partition.ready.empty() && partition.held == 0 && !partition.is_revoked;
    if (can_go) offer_to(world, buffer, consumer);
    if (may_expire) watch_expiry(world, buffer);
  }
}

// --- Commits -------------------------------------------------------------------------------------

void Channels::commit_due(World& world, std::uint32_t index) {
  SubscriptionPlan const& plan = world.program->subscriptions[index];
  world.after(*plan.spec.commit, EventKind::commit_due, index, 0);
  if (is_down(world, plan.channel)) return;
  for (std::uint32_t i = 0; i < plan.buffers; ++i) {
    if (!is_reader_cut_off(world, plan.first_buffer + i)) commit(world, plan.first_buffer + i);
  }
}

/// What has been processed is not read again.
void Channels::commit(World& world, std::uint32_t buffer) {
  for (Id const id : std::exchange(buffers_[buffer].uncommitted, {})) {
    seal(world, world.messages[id.index], Fate::processed, nowhere);
  }
}

/// What a reader could not commit while he was cut off.
void Channels::commit_overdue(World& world, std::uint32_t consumer) {
  SubscriptionPlan const& plan =
      world.program->subscriptions[world.program->consumers[consumer].subscription];
  for (std::uint32_t i = 0; i < plan.buffers && !plan.spec.commit; ++i) {
    if (buffers_[plan.first_buffer + i].reader == consumer) commit(world, plan.first_buffer + i);
  }
}

void Channels::forget_uncommitted_of(World& world, std::uint32_t consumer) {
  SubscriptionPlan const& plan =
      world.program->subscriptions[world.program->consumers[consumer].subscription];
  for (std::uint32_t i = 0; i < plan.buffers; ++i) {
    if (buffers_[plan.first_buffer + i].reader == consumer)
      forget_uncommitted(world, plan.first_buffer + i, Setback::consumer_crash);
  }
}

/// Whether whoever reads the partition cannot reach the broker.
bool Channels::is_reader_cut_off(World const& world, std::uint32_t buffer) const {
  std::uint32_t const reader = buffers_[buffer].reader;
  if (reader == nowhere) return false;
  std::uint32_t const channel = world.program->buffers[buffer].channel;
  return is_interrupted(world, world.program->consumers[reader].replica,
                        world.program->channels[channel].broker);
}

/// What has been processed and not committed is read again.
void Channels::forget_uncommitted(World& world, std::uint32_t buffer, Setback setback) {
  for (Id const id : std::exchange(buffers_[buffer].uncommitted, {})) {
    give_back(world, world.messages[id.index], setback);
  }
}

}  // namespace sojourn
