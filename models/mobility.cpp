#include "models/mobility.h"

#include <algorithm>

#include "models/world.h"

namespace sojourn {

Mobility::Mobility(World const& world) {
  number_nodes(world);
  add_faults(world);
  add_replicas(world);
  add_channels(world);
  world.activities.for_each(
      [&](Id id, Activity const& activity) { add_activity(world, id, activity); });
  world.calls.for_each([&](Id id, Call const& call) { add_call(world, id.index, call); });
  add_transits(world);
  spread(world);
}

void Mobility::number_nodes(World const& world) {
  auto const size = [](auto const& table) { return static_cast<Node>(table.size()); };
  auto const places = [](auto const& pool) { return static_cast<Node>(pool.places()); };
  activities_ = places(world.activities);
  first_call_ = 2 * activities_;
  first_join_ = first_call_ + places(world.calls);
  first_replica_ = first_join_ + places(world.joins);
  first_of_pools_ = first_replica_ + 3 * size(world.program->replica_service);
  std::uint32_t pools = 0;
  for (std::uint32_t i = 0; i < world.program->replica_service.size(); ++i) {
    first_pool_.push_back(pools);
    pools += size(world.replicas[i].pools);
  }
  first_guard_ = first_of_pools_ + pools;
  first_channel_ = first_guard_ + size(world.program->guard_site);
  first_alarm_ = first_channel_ + size(world.program->channels);
  nodes_ = first_alarm_ + size(world.program->brokers);
  moves_.assign(nodes_, false);
  able_.assign(places(world.joins), 0);
  struck_.assign(world.program->replica_service.size(), false);
}

// --- What is there, apart from activities --------------------------------------------------------

/// A crash that is still to come ends what is stuck. All other faults only change how long what can
/// move takes and how it ends.
void Mobility::add_faults(World const& world) {
  for (FaultPlan const& plan : world.program->faults) {
    bool const is_to_come = !plan.at || world.now() <= Time(*plan.at);
    if (!is_to_come) continue;
    if (plan.kind != FaultPlan::Kind::crash) continue;
    for (std::uint32_t const replica : plan.targets) struck_[replica] = true;
    for (std::uint32_t const struck : plan.brokers) {
      BrokerPlan const& broker = world.program->brokers[struck];
      for (std::uint32_t i = 0; i < broker.channels; ++i) moves(channel(broker.first_channel + i));
      moves(alarm(struck));
    }
  }
}

void Mobility::add_replicas(World const& world) {
  for (std::uint32_t i = 0; i < struck_.size(); ++i) {
    Replica const& replica = world.replicas[i];
    Service const& spec = replica.plan->spec;
    bool const varies = spec.autoscale || !spec.hours.empty();
    bool const will_change = struck_[i] || !replica.up || replica.pauses > 0 || varies;
    struck_[i] = will_change;
    if (will_change || replica.busy < replica.slots) moves(slot(i));
    bool const has_room =
        static_cast<Limit>(replica.line.size()) < replica.plan->spec.queue.capacity;
    if (will_change || has_room) moves(room(i));
    if (replica.door && (replica.door->bucket || replica.door->opening)) moves(inside(i));
    if (will_change) moves(inside(i));
    for (std::uint32_t p = 0; p < replica.pools.size(); ++p) {
      if (will_change || replica.pools[p].free > 0) moves(pool(i, p));
    }
  }
}

void Mobility::add_channels(World const& world) {
  for (std::uint32_t i = 0; i < world.program->channels.size(); ++i) {
    if (world.channels.may_take_more(world, i)) moves(channel(i));
    if (world.channels.may_end_alarm(world, i)) moves(alarm(world.program->channels[i].broker));
  }
  world.deliveries.for_each([&](Id, Delivery const& delivery) {
    std::uint32_t const place = Channels::channel_of(world, delivery);
    bool const is_processed = delivery.activity && world.activities.alive(delivery.activity);
    for (Node const node : {channel(place), alarm(world.program->channels[place].broker)}) {
      is_processed ? edge(delivery.activity.index, node) : moves(node);
    }
  });
}

void Mobility::add_call(World const& world, std::uint32_t index, Call const& made) {
  if (made.timer || !(add_attempts(world, index, made) || made.waits_outside)) moves(call(index));
  if (world.activities.alive(made.caller)) edge(made.caller.index, call(index));
  if (!made.waits_outside && !made.in_bulkhead) return;
  std::uint32_t const guard = CallGuards::guard_of(world, made);
  if (made.in_bulkhead) edge(call(index), bulkhead(guard));
  if (made.waits_outside) edge(bulkhead(guard), call(index));
  if (world.calls_in_progress.guards[guard].in_flight < world.site_of(made).limit->calls) {
    moves(bulkhead(guard));
  }
}

/// A word to stop that is on its way will arrive.
void Mobility::add_transits(World const& world) {
  world.transits.for_each([&](Id, Transit const& transit) {
    if (transit.is_cancel && world.activities.alive(transit.attempt))
      moves(cancelled(transit.attempt.index));
  });
}

/// True if some attempt is there that may answer, and no other will be sent.
bool Mobility::add_attempts(World const& world, std::uint32_t index, Call const& made) {
  auto const add = [&](Id attempt) {
    bool const is_there = world.activities.alive(attempt);
    if (is_there) edge(attempt.index, call(index));
    return is_there;
  };
  if (!world.site_of(made).hedge) return add(made.callee);
  HedgedAttempt const* const hedge = world.hedges.find(made.callee);
  if (!hedge || hedge->timer) return false;
  bool all_there = hedge->under_way > 0;
  for (std::uint32_t i = 0; i < hedge->under_way; ++i) {
    all_there = add(hedge->copies[i].attempt) && all_there;
  }
  return all_there;
}

// --- Activities ----------------------------------------------------------------------------------

void Mobility::add_activity(World const& world, Id id, Activity const& activity) {
  if (activity.timer || struck_[activity.replica]) moves(id.index);
  edge(cancelled(id.index), id.index);
  add_holdings(world, id.index, activity);
  add_wait(world, id.index, activity);
  add_reply(world, id, activity);
}

void Mobility::add_holdings(World const& world, std::uint32_t index, Activity const& activity) {
  std::uint32_t const replica = activity.replica;
  if (activity.holds_slot) edge(index, slot(replica));
  for (std::uint32_t frame = world.activities.frame_of(activity); frame != nowhere;
       frame = world.frames[frame].below) {
    std::uint32_t const held = world.frames[frame].pool;
    if (held != nowhere) edge(index, pool(replica, held));
  }
  bool const is_in_line =
      activity.state == ActivityState::queued || activity.state == ActivityState::interrupted;
  if (is_in_line) edge(index, room(replica));
  if (world.replicas[replica].door && activity.uses_slot &&
      activity.state != ActivityState::held_back) {
    edge(index, inside(replica));
  }
}

void Mobility::add_wait(World const& world, std::uint32_t index, Activity const& activity) {
  std::uint32_t const replica = activity.replica;
  QueueSpec const& queue = world.replicas[replica].plan->spec.queue;
  switch (activity.state) {
    case ActivityState::held_back:
      return edge(inside(replica), index);
    case ActivityState::entering:
      edge(slot(replica), index);
      edge(room(replica), index);
      if (activity.awaits != nowhere) edge(activity.awaits, index);
      return;
    case ActivityState::queued:
      // A newcomer may push it out.
      if (queue.when_full == QueueSpec::WhenFull::drop_oldest && !world.has_run_dry()) moves(index);
      return edge(slot(replica), index);
    case ActivityState::interrupted:
    case ActivityState::resuming:
      return edge(slot(replica), index);
    case ActivityState::pool_waiting:
      return edge(pool(replica, world.program->steps[activity.step - 1].target), index);
    case ActivityState::calling:
      return edge(call(activity.awaits), index);
    case ActivityState::joining:
      return edge(join(activity.awaits), index);
    case ActivityState::asking:
    case ActivityState::forwarding:
      return edge(activity.awaits, index);
    case ActivityState::fetch_waiting:
      return edge(world.fetches[activity.awaits].fetcher, index);
    case ActivityState::publishing:
      return add_publishing(world, index, activity);
    default:
      moves(index);
  }
}

void Mobility::add_publishing(World const& world, std::uint32_t index, Activity const& activity) {
  Publication const& publication = world.publications[activity.awaits];
  if (publication.blocked == 0) return moves(index);  // the message is on its way
  bool const is_alarmed = world.channels.is_alarmed(world, publication.channel);
  edge(is_alarmed ? alarm(world.program->channels[publication.channel].broker)
                  : channel(publication.channel),
       index);
}

void Mobility::add_reply(World const& world, Id id, Activity const& activity) {
  if (activity.reply_kind == ReplyTo::call) return add_reply_to_call(world, id, activity);
  if (activity.reply_kind == ReplyTo::caller) return add_reply_to_caller(world, id, activity);
  if (activity.reply_kind != ReplyTo::join) return;
  Join const* const joined = world.joins.find(activity.reply);
  if (!joined) return moves(id.index);
  edge(id.index, join(activity.reply.index));
  edge(joined->parent.index, cancelled(id.index));
}

/// A caller who gives up takes along a callee that is still outside, and one that is told.
void Mobility::add_reply_to_call(World const& world, Id id, Activity const& activity) {
  Call const* const made = world.calls.find(activity.reply);
  if (!made || !Calls::awaits(world, *made, id)) return;
  bool const is_told = activity.state == ActivityState::entering || world.site_of(*made).cancel;
  if (made->timer && is_told) moves(cancelled(id.index));
  if (!world.activities.alive(made->caller)) return;
  edge(cancelled(made->caller.index), cancelled(id.index));
  if (is_told) edge(made->caller.index, cancelled(id.index));
}

void Mobility::add_reply_to_caller(World const& world, Id id, Activity const& activity) {
  Activity const* const caller = world.activities.find(activity.reply);
  if (!caller || !Calls::asks(*caller, id.index)) return;
  std::uint32_t const site = world.program->steps[caller->step - 1].target;
  bool const is_told =
      activity.state == ActivityState::entering || world.program->call_sites[site].cancel;
  edge(cancelled(activity.reply.index), cancelled(id.index));
  if (is_told) edge(activity.reply.index, cancelled(id.index));
}

// --- What can be reached -------------------------------------------------------------------------

void Mobility::spread(World const& world) {
  std::sort(edges_.begin(), edges_.end());
  std::vector<Node> reached;
  for (Node node = 0; node < nodes_; ++node) {
    if (moves_[node]) reached.push_back(node);
  }
  while (!reached.empty()) {
    Node const from = reached.back();
    reached.pop_back();
    auto edge = std::lower_bound(edges_.begin(), edges_.end(), std::pair(from, Node{0}));
    for (; edge != edges_.end() && edge->first == from; ++edge) {
      Node const to = edge->second;
      bool const is_join = to >= first_join_ && to < first_replica_;
      if (is_join) ++able_[to - first_join_];
      if (moves_[to] || (is_join && !can_end(world, to - first_join_))) continue;
      moves(to);
      reached.push_back(to);
    }
  }
}

/// Whether the branches that can move are enough to decide a parallel step, either way.
bool Mobility::can_end(World const& world, std::uint32_t index) const {
  Join const& joined = world.joins[index];
  bool const may_succeed = joined.succeeded + able_[index] >= joined.needed;
  bool const may_fail = joined.branches.size() - joined.failed - able_[index] < joined.needed;
  return may_succeed || may_fail;
}

}  // namespace sojourn
