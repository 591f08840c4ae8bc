/// Traces: messages, from who publishes them to who processes them.
#include <utility>

#include "models/traces.h"
#include "models/world.h"

namespace sojourn {
namespace {

std::uint32_t source_of_channel(Program const& program, std::uint32_t channel) {
  return static_cast<std::uint32_t>(program.workloads.size() + program.services.size()) + channel;
}

}  // namespace

// --- Publishing ----------------------------------------------------------------------------------

/// It takes no time, unless the publisher waits for the broker's word.
void Traces::publishes(World const& world, Activity const& publisher, Publication const& made) {
  Visit* const visit = visit_of(world, publisher);
  if (!visit) return;
  Place const span = begin_at(world, visit->span, publisher, Span::Kind::producer,
                              "publish " + world.program->channels[made.channel].name);
  run_.spans[span].attempt = made.attempt;
  end(world, span, Outcome::success);
  visit->publishes = span;
}

void Traces::awaits_word(Id publisher) {
  Place const span = find_visit(publisher).publishes;
  if (span != nowhere) run_.spans[span].is_open = true;
}

void Traces::publishing_ends(World const& world, Id publisher, Outcome outcome) {
  auto const found = visits_.find(publisher.token());
  if (found == visits_.end()) return;
  Place const span = std::exchange(found->second.publishes, nowhere);
  if (span == nowhere) return;
  run_.spans[span].is_open = true;
  end(world, span, outcome);
}

void Traces::is_kept(Id publication, Id publisher) {
  note_publication(publication, find_visit(publisher).publishes);
}

void Traces::note_publication(Id publication, Place producer) {
  if (producer != nowhere) publications_[publication.token()] = producer;
}

// --- Messages ------------------------------------------------------------------------------------

void Traces::is_accepted(std::uint32_t buffer, std::uint64_t sequence) {
  if (message_ != nowhere) messages_[{buffer, sequence}] = {message_, message_};
}

void Traces::is_lost(World const& world, Fate fate) {
  if (message_ != nowhere) note(world, message_, name_of(fate));
}

void Traces::is_moved(std::uint32_t buffer, std::uint64_t from, std::uint64_t to) {
  auto moved = messages_.extract({buffer, from});
  if (moved.empty()) return;
  moved.key().second = to;
  messages_.insert(std::move(moved));
}

/// Of a batch, it is a child of the publishing of the first message that is traced, and linked to
/// those of the others.
void Traces::is_delivered(World const& world, Delivery const& delivery) {
  Place span = nowhere;
  std::uint32_t count = 0;
  auto const look = [&](Id message_id) {
    ++count;
    auto const& record = world.messages[message_id.index];
    auto const found = messages_.find({record.buffer, record.content.sequence});
    if (found == messages_.end()) return;
    TracedMessage& message = found->second;
    if (span == nowhere) {
      std::uint32_t const subscription = world.program->consumers[delivery.consumer].subscription;
      SubscriptionPlan const& plan = world.program->subscriptions[subscription];
      OperationName const& to = plan.spec.operation;
      span = begin(world, message.producer, Span::Kind::consumer,
                   source_of_channel(*world.program, plan.channel),
                   "deliver " + to.service + "." + to.operation);
      run_.spans[span].delivery = record.deliveries;
    } else {
      run_.spans[span].senders.push_back(message.producer);
    }
    message.last = span;
  };
  look(delivery.message);
  if (delivery.more) {
    for (Id const message : *delivery.more) look(message);
  }
  if (span == nowhere) return;
  run_.spans[span].messages = count;
  deliveries_[world.deliveries.id_of(delivery).token()] = span;
}

void Traces::delivery_ends(World const& world, Id delivery, Outcome outcome) {
  auto const found = deliveries_.find(delivery.token());
  if (found == deliveries_.end()) return;
  end(world, found->second, outcome);
  deliveries_.erase(found);
}

Traces::Place Traces::settle(World const& world, PlaceInLine const& message, Fate fate) {
  auto const found = messages_.find(message);
  if (found == messages_.end()) return nowhere;
  Place const last = found->second.last;
  messages_.erase(found);
  if (fate != Fate::processed) note(world, last, name_of(fate));
  return last;
}

}  // namespace sojourn
