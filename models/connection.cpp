/// Channels: connections between brokers and those who publish and consume.
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

/// The link between a replica and a broker, nowhere if nothing lies between them.
std::uint32_t Channels::way(World const& world, std::uint32_t replica, std::uint32_t broker,
                            bool to_broker) {
  Program const& program = *world.program;
  if (program.links.empty()) return nowhere;
  std::uint32_t const here = program.replica_end[replica], there = program.broker_end[broker];
  return to_broker ? Network::link_between(program, here, there)
                   : Network::link_between(program, there, here);
}

/// Whether nothing passes between the two, at least one way. A connection needs both.
bool Channels::is_interrupted(World const& world, std::uint32_t replica,
                              std::uint32_t broker) const {
  auto const is_parted = [&](bool to_broker) {
    std::uint32_t const link = way(world, replica, broker, to_broker);
    return link != nowhere && world.network.is_parted(link);
  };
  return !world.program->links.empty() && (is_parted(true) || is_parted(false));
}

/// Calls `visit(replica, broker)` for each connection over a link.
void Channels::for_each_peer(World const& world, std::uint32_t link, auto&& visit) {
  LinkPlan const& plan = world.program->links[link];
  if (plan.broker == nowhere) return;
  auto const& ends = world.program->replica_end;
  for (std::uint32_t replica = 0; replica < ends.size(); ++replica) {
    if (ends[replica] == plan.peer) visit(replica, plan.broker);
  }
}

void Channels::for_each_consumer(World const& world, std::uint32_t replica, std::uint32_t broker,
                                 auto&& visit) {
  for (std::uint32_t const consumer : world.program->replica_consumers[replica]) {
    std::uint32_t const subscription = world.program->consumers[consumer].subscription;
    std::uint32_t const channel = world.program->subscriptions[subscription].channel;
    if (world.program->channels[channel].broker == broker) visit(consumer);
  }
}

void Channels::link_parted(World& world, std::uint32_t link) {
  for_each_peer(world, link, [&](std::uint32_t replica, std::uint32_t broker) {
    for_each_consumer(world, replica, broker, [&](std::uint32_t consumer) {
      if (world.program->consumers[consumer].buffer == nowhere) begin_absence(world, consumer);
    });
  });
  std::uint32_t const broker = world.program->links[link].broker;
  if (broker == nowhere || !world.program->brokers[broker].heartbeat) return;
  world.after(*world.program->brokers[broker].heartbeat, EventKind::heartbeat_missed, link,
              world.network.interruptions(link));
}

/// Nothing has come for so long that both sides take the connection for lost, if it was
/// interrupted all the time.
void Channels::heartbeat_missed(World& world, std::uint32_t link, std::uint64_t number) {
  if (!world.network.is_parted(link) || world.network.interruptions(link) != number) return;
  for_each_peer(world, link, [&](std::uint32_t replica, std::uint32_t broker) {
    give_up_connection(world, replica, broker);
  });
}

/// Publishers hear of an error. The broker takes back what was delivered and not acknowledged;
/// whoever processes it does so in vain. What was not sent is lost.
void Channels::give_up_connection(World& world, std::uint32_t replica, std::uint32_t broker) {
  if (!cut_off_.emplace(replica, broker).second) return;
  using Stage = Publication::Stage;
  auto const concerned = world.publications.ids_where([&](Publication const& publication) {
    bool const is_theirs = publication.replica == replica &&
                           world.program->channels[publication.channel].broker == broker;
    bool const is_sent =
        publication.stage != Stage::in_batch && publication.stage != Stage::backing_off;
    return is_theirs && is_sent && (publication.publisher || publication.stage == Stage::held_up);
  });
  for (Id const id : concerned) {
    Publication& publication = world.publications[id.index];
    if (!publication.publisher) {
      lose_on_way(world, id);
    } else if (publication.stage == Stage::in_transit) {
      Publication const ended = publication;
      publication.publisher = {};
      end_attempt(world, ended, Outcome::error);
    } else {
      conclude(world, id, Outcome::error);
    }
  }
  for_each_consumer(world, replica, broker, [&](std::uint32_t consumer) {
    if (world.program->consumers[consumer].buffer == nowhere) return;
    consumers_[consumer].is_cut_off = true;
    end_connection(world, consumer);
  });
}

/// The broker takes a consumer of a queue for gone.
void Channels::end_connection(World& world, std::uint32_t consumer) {
  disconnect_consumer(world, consumer);
  auto const open = world.deliveries.ids_where(
      [&](Delivery const& delivery) { return delivery.consumer == consumer; });
  for (Id const id : open) {
    Delivery* const delivery = world.deliveries.find(id);
    if (!delivery) continue;
    bool const is_processed = world.activities.alive(delivery->activity);
    bool const is_awaited = delivery->current && !is_at_most_once(delivery->buffer);
    if (is_awaited) take_back(world, *delivery, Setback::consumer_crash);
    if (!is_processed) end_delivery(world, *delivery, Outcome::crashed);
  }
  dispatch(world, world.program->consumers[consumer].buffer);
}

void Channels::link_healed(World& world, std::uint32_t link) {
  for_each_peer(world, link, [&](std::uint32_t replica, std::uint32_t broker) {
    if (!is_interrupted(world, replica, broker)) restore_connection(world, replica, broker);
  });
}

void Channels::restore_connection(World& world, std::uint32_t replica, std::uint32_t broker) {
  cut_off_.erase({replica, broker});
  resend(world, replica, broker);
  for_each_consumer(world, replica, broker, [&](std::uint32_t consumer) {
    consumers_[consumer].is_cut_off = false;
    if (!world.replicas.takes_messages(replica)) return;
    std::uint32_t const buffer = world.program->consumers[consumer].buffer;
    if (buffer == nowhere) {
      commit_overdue(world, consumer);
      join_group(world, consumer);
    }
    make_idle(world, consumer);
    if (buffer != nowhere) dispatch(world, buffer);
  });
}

/// What was held up goes out, in order.
void Channels::resend(World& world, std::uint32_t replica, std::uint32_t broker) {
  for (Id const id : std::exchange(held_up_publications_, {})) {
    Publication const* const waiting = world.publications.find(id);
    if (!waiting) continue;
    bool const is_theirs =
        waiting->replica == replica && world.program->channels[waiting->channel].broker == broker;
    if (!is_theirs) {
      held_up_publications_.push_back(id);
    } else if (waiting->stage == Publication::Stage::answered) {
      send_word(world, id, waiting->word);
    } else {
      send(world, {id});
    }
  }
  for (Id const id : std::exchange(held_up_deliveries_, {})) {
    Delivery* const waiting = world.deliveries.find(id);
    if (!waiting) continue;
    bool const is_theirs = world.program->consumers[waiting->consumer].replica == replica &&
                           world.program->channels[channel_of(world, *waiting)].broker == broker;
    if (!is_theirs) {
      held_up_deliveries_.push_back(id);
      continue;
    }
    waiting->is_held_up = false;
    if (waiting->is_noted) {
      send_acknowledgement(world, *waiting);
    } else if (waiting->current) {
      send_out(world, *waiting);
    } else {
      end_delivery(world, *waiting, Outcome::crashed);
    }
  }
}

/// A consumer that is gone without a word is noticed.
void Channels::lay_ghost(World& world, std::uint32_t consumer) {
  ConsumerState& state = consumers_[consumer];
  state.is_ghost = false;
  world.cancel(std::exchange(state.session, {}));
  end_connection(world, consumer);
}

}  // namespace sojourn
