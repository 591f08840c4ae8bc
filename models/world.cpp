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
  for (std::string const& name : compiled.streams) streams.push_back(named.open(name));
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

void World::handle(Event const& event) {
  dispatch(event);
  if (interpreter.has_ready()) interpreter.run_ready(*this);
}

void World::dispatch(Event const& event) {
  Id const id = Id::from_token(event.token);
  switch (static_cast<EventKind>(event.kind)) {
    case EventKind::arrival:
      return workloads.arrive(*this, event.target);
    case EventKind::phase_over:
      return workloads.phase_over(*this, event.target);
    case EventKind::think_done:
      return workloads.think_done(*this, event.target, id.index);
    case EventKind::attempt_timeout:
      return calls_in_progress.attempt_timed_out(*this, id, event.target);
    case EventKind::backoff_done:
      return calls_in_progress.backoff_done(*this, id);
    case EventKind::patience_over:
      return replicas.patience_over(*this, id);
    case EventKind::work_done:
      return replicas.work_done(*this, id);
    case EventKind::cpu_done:
      return replicas.cpu_done(*this, event.target);
    case EventKind::wait_done:
      activities[id.index].timer = {};
      return interpreter.wake(*this, activities[id.index]);
    case EventKind::resume:
      return interpreter.end_hold(*this, id);
    case EventKind::publish_arrived:
      return channels.publish_arrived(*this, event.target, id);
    case EventKind::publish_timeout:
      return channels.publish_timed_out(*this, id);
    case EventKind::message_arrived:
      return channels.message_arrived(*this, id);
    case EventKind::redeliver:
      return channels.redeliver(*this, event.target, id);
    case EventKind::ack_timeout:
      return channels.ack_timed_out(*this, id);
    case EventKind::message_expiry:
      return channels.expire(*this, event.target);
    case EventKind::word_arrived:
      return channels.word_arrived(*this, id);
    case EventKind::publish_again:
      return channels.publish_again(*this, id);
    case EventKind::batch_lingered:
      return channels.batch_lingered(*this, event.target);
    case EventKind::ack_arrived:
      return channels.acknowledgement_arrived(*this, id);
    case EventKind::message_too_old:
      return channels.expire_in_line(*this, event.target, event.token);
    case EventKind::poll:
      return channels.poll(*this, event.target);
    case EventKind::batch_due:
      return channels.batch_due(*this, event.target);
    case EventKind::request_arrived:
      return replicas.request_arrived(*this, id);
    case EventKind::transit_arrived:
      return calls_in_progress.transit_arrived(*this, id);
    case EventKind::hedge_due:
      return calls_in_progress.hedge_due(*this, id);
    default:
      return dispatch_change(event);
  }
}

/// What happens to parts of the world and not to requests or messages.
void World::dispatch_change(Event const& event) {
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
