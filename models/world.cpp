#include "models/world.h"

#include "models/in_flight.h"
#include "sim/ensure.h"

namespace sojourn {

World::World(Program const& compiled, Streams const& named)
    : program(&compiled),
      sim(Time(-compiled.warmup)),
      measures(compiled),
      has_orphans(!compiled.subscriptions.empty()),
      replicas(compiled),
      calls_in_progress(compiled),
      caches(compiled),
      workloads(compiled),
      channels(compiled),
      network(compiled),
      faults(compiled) {
  streams.reserve(compiled.streams.size());
  for (std::string const& name : compiled.streams) streams.emplace_back(named.open(name));
}

void World::begin() {
  at(Time{}, EventKind::measure_begin, 0, 0);
  replicas.begin(*this);
  channels.begin(*this);
  faults.begin(*this);
  workloads.begin(*this);
  interpreter.run_ready(*this);
}

void World::begin_stretch() {
  replicas.begin_measuring(*this);
  measures.begin_stretch(now(), count_in_flight(*this));
  network.begin(now());
  end_cell(0);
}

namespace {

void dispatch(auto& world, Event const& event) {
  Id const id = Id::from_token(event.token);
  switch (static_cast<EventKind>(event.kind)) {
    case EventKind::arrival:
      return world.workloads.arrive(world, event.target);
    case EventKind::phase_over:
      return world.workloads.phase_over(world, event.target);
    case EventKind::think_done:
      return world.workloads.think_done(world, event.target, id.index);
    case EventKind::attempt_timeout:
      return world.calls_in_progress.attempt_timed_out(world, id, event.target);
    case EventKind::backoff_done:
      return world.calls_in_progress.backoff_done(world, id);
    case EventKind::patience_over:
      return world.replicas.patience_over(world, id);
    case EventKind::work_done:
      return world.replicas.work_done(world, id);
    case EventKind::cpu_done:
      return world.replicas.cpu_done(world, event.target);
    case EventKind::wait_done:
      world.activities[id.index].timer = {};
      return world.interpreter.wake(world, world.activities[id.index]);
    case EventKind::resume:
      return world.interpreter.end_hold(world, id);
    case EventKind::publish_arrived:
      return world.channels.publish_arrived(world, event.target, id);
    case EventKind::publish_timeout:
      return world.channels.publish_timed_out(world, id);
    case EventKind::message_arrived:
      return world.channels.message_arrived(world, id);
    case EventKind::redeliver:
      return world.channels.redeliver(world, event.target, id);
    case EventKind::ack_timeout:
      return world.channels.ack_timed_out(world, id);
    case EventKind::message_expiry:
      return world.channels.expire(world, event.target);
    case EventKind::word_arrived:
      return world.channels.word_arrived(world, id);
    case EventKind::publish_again:
      return world.channels.publish_again(world, id);
    case EventKind::batch_lingered:
      return world.channels.batch_lingered(world, event.target);
    case EventKind::ack_arrived:
      return world.channels.acknowledgement_arrived(world, id);
    case EventKind::message_too_old:
      return world.channels.expire_in_line(world, event.target, event.token);
    case EventKind::poll:
      return world.channels.poll(world, event.target);
    case EventKind::batch_due:
      return world.channels.batch_due(world, event.target);
    case EventKind::request_arrived:
      return world.replicas.request_arrived(world, id);
    case EventKind::transit_arrived:
      return world.calls_in_progress.transit_arrived(world, id);
    case EventKind::hedge_due:
      return world.calls_in_progress.hedge_due(world, id);
    default:
      return world.handle_change(event);
  }
}

void handle_in(auto& world, Event const& event) {
  dispatch(world, event);
  if (world.interpreter.has_ready()) world.interpreter.run_ready(world);
}

}  // namespace

void World::handle(Event const& event) { handle_in(*this, event); }

/// What is left of the main path is small enough to be one function.
[[gnu::flatten]] void PlainWorld::handle(Event const& event) { handle_in(*this, event); }

void World::handle_change(Event const& event) {
  switch (static_cast<EventKind>(event.kind)) {
    case EventKind::measure_begin:
      replicas.begin_measuring(*this);
      measures.begin(now());
      network.begin(now());
      end_cell(0);
      channels.fill(*this);
      break;
    case EventKind::cell_end:
      measures.end_cell(now());
      end_cell(event.target);
      break;
    case EventKind::fault_begin:
      return faults.strike(*this, event.target);
    case EventKind::fault_end:
      return faults.lift(*this, event.target);
    case EventKind::replica_started:
      return replicas.started(*this, event.target);
    case EventKind::crash_detected:
      return replicas.crash_detected(*this, event.target);
    case EventKind::scaling_due:
      return replicas.scaling_due(*this, event.target);
    case EventKind::hours_change:
      return replicas.hours_change(*this, event.target);
    case EventKind::sagas_due:
      return sagas.take_up(*this, event.target);
    case EventKind::session_expired:
      return channels.session_expired(*this, event.target);
    case EventKind::reply_arrived:
      return channels.reply_arrived(*this, Id::from_token(event.token));
    case EventKind::heartbeat_missed:
      return channels.heartbeat_missed(*this, event.target, event.token);
    case EventKind::alarm_cleared:
      return channels.alarm_cleared(*this, event.target);
    case EventKind::failover_done:
      return channels.failover_done(*this, event.target, event.token);
    case EventKind::rebalance_done:
      return channels.rebalance_done(*this, event.target, event.token);
    case EventKind::commit_due:
      return channels.commit_due(*this, event.target);
    case EventKind::subscription_start:
      return channels.subscription_started(*this, event.target);
    case EventKind::breaker_half_open:
      return calls_in_progress.guards.end_open(*this, event.target);
    case EventKind::limit_due:
      return replicas.limit_due(*this, event.target);
    default:
      ensure(false, "every kind of event is dispatched");
  }
}

/// Schedules the end of the cell with this number. Cells end where the whole is divided exactly.
void World::end_cell(std::uint32_t cell) {
  std::size_t const cells = program->cells;
  if (cell == cells) return;
  auto const part = static_cast<double>(cell + 1) / static_cast<double>(cells);
  Duration const end =
      cell + 1 == cells ? program->duration : from_seconds(in_seconds(program->duration) * part);
  at(std::max(now(), measures.begun + end), EventKind::cell_end, cell + 1, 0);
}

}  // namespace sojourn
