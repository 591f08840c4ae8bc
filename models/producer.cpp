/// Channels: what publishers do until they have the broker's word.
#include <algorithm>
#include <utility>

#include "models/channel.h"
#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {

using Stage = Publication::Stage;

/// Sends what is published together on its way to the channel. Precondition: it comes from one
/// replica and goes to one channel.
void Channels::send(World& world, std::vector<Id> const& ids) {
  Publication const& first = world.publications[ids.front().index];
  std::uint32_t const channel = first.channel;
  std::uint32_t const broker = world.program->channels[channel].broker;
  if (is_interrupted(world, first.replica, broker)) {
    for (Id const id : ids) {
      world.publications[id.index].stage = Stage::held_up;
      held_up_publications_.push_back(id);
    }
    return;
  }
  Time sent = world.now();
  if (std::uint32_t const link = way(world, first.replica, broker, true); link != nowhere) {
    std::uint64_t bytes = 0;
    for (Id const id : ids)
      bytes += world.program->message_sizes[world.publications[id.index].envelope.size];
    auto const arrives = world.network.send(world, link, static_cast<double>(bytes), {});
    if (!arrives) {
      for (Id const id : ids) lose_on_way(world, id);
      return;
    }
    sent = *arrives;
  }
  Time const arrival = transit_end(world, channel, sent);
  for (Id const id : ids) {
    world.publications[id.index].stage = Stage::in_transit;
    world.at(arrival, EventKind::publish_arrived, channel, id.token());
  }
}

/// The broker will never hear of it: a publisher waits in vain. One that was to confirm it and has
/// given up knows that it may be nowhere.
void Channels::lose_on_way(World& world, Id id) {
  Publication& publication = world.publications[id.index];
  Traces::Sending const traced(world.traces, world.traces.sender_of(id));
  publication.stage = Stage::gone;
  if (publication.publisher) return;
  if (!world.program->publishes[publication.plan].spec.confirm)
    lose(world, publication.channel, publication.envelope.key);
  end_publication(world, id);
}

// --- The broker's word ---------------------------------------------------------------------------

/// Tells the publisher, over the network if there is one. Nobody waits for it without a publisher.
void Channels::send_word(World& world, Id id, Outcome outcome) {
  Publication& publication = world.publications[id.index];
  if (!publication.publisher) return end_publication(world, id);
  std::uint32_t const broker = world.program->channels[publication.channel].broker;
  std::uint32_t const link = way(world, publication.replica, broker, false);
  if (link == nowhere) return conclude(world, id, outcome);
  publication.word = outcome;
  publication.stage = Stage::answered;
  if (is_interrupted(world, publication.replica, broker)) {
    held_up_publications_.push_back(id);
    return;
  }
  auto const arrives = world.network.send(world, link, 0.0, {});
  if (!arrives) {
    publication.stage = Stage::gone;
  } else if (*arrives == world.now()) {
    conclude(world, id, outcome);
  } else {
    world.at(*arrives, EventKind::word_arrived, publication.channel, id.token());
  }
}

void Channels::end_publication(World& world, Id id) {
  if (world.traces.are_on()) world.traces.forget_publication(id);
  world.publications.destroy(id);
}

void Channels::word_arrived(World& world, Id id) {
  if (Publication const* const publication = world.publications.find(id))
    conclude(world, id, publication->word);
}

void Channels::conclude(World& world, Id id, Outcome outcome) {
  Publication const ended = world.publications[id.index];
  end_publication(world, id);
  end_attempt(world, ended, outcome);
}

/// The publisher knows how it went, or has given up: he goes on, or tries again.
void Channels::end_attempt(World& world, Publication const& ended, Outcome outcome) {
  Activity* const activity = world.activities.find(ended.publisher);
  if (!activity || activity->state != ActivityState::publishing) return;
  world.cancel_timer(*activity);
  if (world.traces.are_on()) world.traces.publishing_ends(world, ended.publisher, outcome);
  if (outcome != Outcome::success && back_off(world, ended, outcome)) return;
  activity->result = outcome;
  world.interpreter.wake(world, *activity);
}

// --- Retries -------------------------------------------------------------------------------------

Channels::Publishing Channels::failed_at_once(World& world, Publication const& made,
                                              Outcome outcome) {
  if (world.traces.are_on()) world.traces.publishing_ends(world, made.publisher, outcome);
  return back_off(world, made, outcome) ? Publishing::waits : Publishing::failed;
}

/// True if the publisher will try again after a while.
bool Channels::back_off(World& world, Publication const& ended, Outcome outcome) {
  PublishPlan const& plan = world.program->publishes[ended.plan];
  auto const& retry = plan.spec.retry;
  bool const may_retry = retry && static_cast<Limit>(ended.attempt) < retry->attempts &&
                         retries_on(*retry, outcome) &&
                         (!retry->budget || budgets_[ended.plan].take());
  if (!may_retry) return false;
  Duration const wait =
      draw_backoff(retry->backoff, ended.attempt, from_seconds(ended.previous_backoff),
                   world.streams[plan.backoff_stream]);
  Publication next;
  next.channel = ended.channel;
  next.plan = ended.plan;
  next.replica = ended.replica;
  next.publisher = ended.publisher;
  next.attempt = ended.attempt;
  next.previous_backoff = static_cast<float>(in_seconds(wait));
  next.stage = Stage::backing_off;
  Id const id = keep(world, next);
  Activity& publisher = world.activities[ended.publisher.index];
  publisher.state = ActivityState::publishing;
  publisher.awaits = id.index;
  world.after(wait, EventKind::publish_again, ended.channel, id.token());
  return true;
}

void Channels::publish_again(World& world, Id id) {
  if (!world.publications.alive(id)) return;
  Publication const before = world.publications[id.index];
  if (world.replicas.is_paused(before.replica)) {
    world.replicas.defer(before.replica,
                         World::event(EventKind::publish_again, before.channel, id.token()));
    return;
  }
  end_publication(world, id);
  Publication made;
  made.plan = before.plan;
  made.attempt = before.attempt + 1;
  made.previous_backoff = before.previous_backoff;
  Activity& publisher = world.activities[before.publisher.index];
  Publishing const word = begin_attempt(world, publisher, made);
  if (word == Publishing::waits) return;
  publisher.result = word == Publishing::done ? Outcome::success : Outcome::error;
  world.interpreter.wake(world, publisher);
}

// --- Batches -------------------------------------------------------------------------------------

void Channels::add_to_batch(World& world, Id id) {
  Publication& publication = world.publications[id.index];
  publication.stage = Stage::in_batch;
  PublishPlan const& plan = world.program->publishes[publication.plan];
  std::uint32_t const place = plan.first_batch + publication.replica - plan.first_replica;
  ProducerBatch& batch = batches_[place];
  std::erase_if(batch.publications, [&](Id other) { return !world.publications.alive(other); });
  batch.publications.push_back(id);
  if (std::ssize(batch.publications) >= plan.spec.batch->size) {
    send_batch(world, place);
  } else if (!batch.due) {
    batch.due = world.after(plan.spec.batch->linger, EventKind::batch_lingered, place, 0);
  }
}

void Channels::batch_lingered(World& world, std::uint32_t place) {
  batches_[place].due = {};
  send_batch(world, place);
}

void Channels::send_batch(World& world, std::uint32_t place) {
  world.cancel(std::exchange(batches_[place].due, {}));
  std::vector<Id> ids = std::exchange(batches_[place].publications, {});
  std::erase_if(ids, [&](Id id) { return !world.publications.alive(id); });
  if (ids.empty()) return;
  Publication const& first = world.publications[ids.front().index];
  std::uint32_t const broker = world.program->channels[first.channel].broker;
  if (!is_down(world, first.channel) && !is_cut_off(first.replica, broker)) return send(world, ids);
  for (Id const id : ids) {
    lose_on_way(world, id);
    if (world.publications.alive(id)) conclude(world, id, Outcome::error);
  }
}

/// What a replica that has crashed had not sent, and nobody waits for.
void Channels::forget_unsent(World& world, std::uint32_t replica) {
  if (world.replicas[replica].up) return;
  auto const forget = [&](Id id) {
    Publication const* const unsent = world.publications.find(id);
    bool const is_forgotten = unsent && unsent->replica == replica && !unsent->publisher &&
                              (unsent->stage == Stage::in_batch || unsent->stage == Stage::held_up);
    if (is_forgotten) lose_on_way(world, id);
  };
  for (Id const id : held_up_publications_) forget(id);
  for (ProducerBatch const& batch : batches_) {
    for (Id const id : batch.publications) forget(id);
  }
}

}  // namespace sojourn
