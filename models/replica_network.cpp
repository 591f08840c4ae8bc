/// Replicas: requests that come over the network.
#include "models/event_kind.h"
#include "models/replica.h"
#include "models/world.h"

namespace sojourn {

/// Sends a request to a replica that the service's balancer chooses. One that takes time travels as
/// an activity; one that gets lost becomes nothing, as one that nobody hears.
Replicas::Admission Replicas::send_from(World& world, std::uint32_t sender, double bytes,
                                        Arrival const& arrival) {
  std::uint32_t const service = world.program->operations[arrival.operation].service;
  std::uint32_t const replica = choose(world, service, arrival);
  if (replica == nowhere) return meet_nobody(world, service);
  std::uint32_t const link =
      Network::link_between(*world.program, sender, world.program->replica_end[replica]);
  if (link == nowhere) return admit(world, replica, arrival);
  Id const payer = arrival.reply_kind == ReplyTo::call ? arrival.reply : Id{};
  auto const arrives = world.network.send(world, link, bytes, payer);
  if (!arrives) return {};
  if (*arrives == world.now()) return admit(world, replica, arrival);
  Activity& activity = create_request(world, replica, arrival);
  activity.state = ActivityState::travelling;
  if (world.traces.are_on()) world.traces.is_sent(world, activity);
  activity.timer =
      world.at(*arrives, EventKind::request_arrived, 0, world.activities.id_of(activity).token());
  return {&activity};
}

void Replicas::request_arrived(World& world, Id id) {
  Activity& activity = world.activities[id.index];
  activity.timer = {};
  std::uint32_t const place = activity.replica;
  Entry const entry = ask(world, place, world.activities.priority_of(activity), false);
  if (entry >= Entry::refused) {
    Admission const admission = turn_down(world, replicas_[place].service, entry);
    Reply const made = Interpreter::reply_of(world, activity);
    if (world.traces.are_on()) world.traces.ends(world, activity, admission.refusal);
    world.activities.destroy(id);
    bool const is_heard = admission.refusal != Outcome::success;
    if (is_heard) world.interpreter.reply(world, made, admission.refusal);
    bool const is_processing = made.kind == ReplyTo::delivery;
    if (!is_heard && is_processing) world.channels.processing_vanished(world, made.to);
    return;
  }
  // Patience is for waiting in line.
  Duration const travelled = world.now() - activity.arrived;
  if (activity.due != never) activity.due = activity.due + travelled;
  activity.arrived = world.now();
  if (world.traces.are_on()) world.traces.arrives(world, activity);
  count_in(world, activity, false);
  enter(world, activity, entry);
}

}  // namespace sojourn
