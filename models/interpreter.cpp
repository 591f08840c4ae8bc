#include "models/interpreter.h"

#include "models/event_kind.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {

namespace {

/// Turns within one event after which a scenario is taken to go round in circles.
constexpr std::uint64_t most_turns = 50'000'000;

}  // namespace

void Interpreter::resume(Activity& activity) {
  activity.state = ActivityState::ready;
  ready_.push_back({&activity, activity.generation});
}

void Interpreter::go_on(auto& world, Activity& activity) {
  ensure(ready_.empty(), "nobody is ready when an event comes");
  turns_ = 0;
  activity.state = ActivityState::ready;
  interpret(world, activity);
}

void Interpreter::wake(auto& world, Activity& activity) {
  if (activity.uses_slot && !activity.holds_slot) {
    world.replicas.ask_for_slot(world, activity);
  } else {
    resume(activity);
  }
}

void Interpreter::run_ready(auto& world) {
  turns_ = 0;
  for (std::size_t next = 0; next < ready_.size() && !world.has_failed(); ++next) {
    auto const [activity, generation] = ready_[next];
    bool const is_still_ready =
        activity->generation == generation && activity->state == ActivityState::ready;
    if (is_still_ready) interpret(world, *activity);
  }
  ready_.clear();
}

void Interpreter::interpret(auto& world, Activity& activity) {
  if (world.has(world.replicas.is_paused(activity.replica))) return hold(world, activity);
  bool const has_failed = activity.result != Outcome::success && !fall_back(world, activity);
  if (has_failed && fail(world, activity, Outcome::error) == Progress::waits) return;
  if (world.has(activity.carries_deadline) && is_past_deadline(world, activity)) {
    finish(world, activity, Outcome::timeout);
    return;
  }
  if (goes_round(world)) return;
  Progress progress = Progress::next;
  while (progress == Progress::next) {
    progress = step(world, activity, world.program->steps[activity.step]);
  }
}

/// Asked wherever what has been done may be done again within the instant: where an activity comes
/// to its turn, and where a loop begins anew.
bool Interpreter::goes_round(World& world) {
  if (++turns_ <= most_turns) return false;
  world.give_up("steps go round in circles without time passing");
  return true;
}

Interpreter::Progress Interpreter::step(auto& world, Activity& activity, PlannedStep const& step) {
  switch (step.kind) {
    case StepKind::work:
      return work(world, activity, step);
    case StepKind::wait:
      return wait(world, activity, step);
    case StepKind::call:
      return call(world, activity, step);
    case StepKind::forward:
      world.replicas.forward(world, activity, step.target);
      return Progress::waits;
    case StepKind::publish:
      return publish(world, activity, step);
    case StepKind::parallel:
      return fork(world, activity, step);
    case StepKind::choose:
      return choose(world, activity, step);
    case StepKind::repeat:
      return repeat(world, activity, step);
    case StepKind::repeat_end:
      return repeat_end(world, activity, step);
    case StepKind::acquire:
      return acquire(world, activity, step);
    case StepKind::release:
      pop_frame(world, activity);
      ++activity.step;
      return Progress::next;
    case StepKind::cache:
      return ask_cache(world, activity, step);
    case StepKind::keep:
      return keep(world, activity, step);
    case StepKind::saga:
      world.sagas.begin(world, activity, step.target);
      return Progress::next;
    case StepKind::part_done:
      return part_done(world, activity);
    case StepKind::undo:
      return undo(world, activity);
    case StepKind::respond:
      return respond(world, activity);
    case StepKind::background:
      return background(world, activity, step);
    case StepKind::jump:
      activity.step = step.target;
      return Progress::next;
    case StepKind::fail:
      if (world.streams[step.stream].happens(world.program->probabilities[step.target])) {
        return fail(world, activity, Outcome::error);
      }
      ++activity.step;
      return Progress::next;
    case StepKind::end:
      break;
  }
  finish(world, activity, Outcome::success);
  return Progress::waits;
}

void Interpreter::finish(auto& world, Activity& activity, Outcome outcome) {
  end(world, activity, outcome, true);
}

void Interpreter::finish_unheard(World& world, Activity& activity, Outcome outcome) {
  end(world, activity, outcome, false);
}

void Interpreter::end(auto& world, Activity& activity, Outcome outcome, bool is_heard) {
  detach(world, activity, false);
  Replica const& at = world.replicas[activity.replica];
  Outcome const seen = with_faults(world, at, activity, outcome);
  measure(world, at.service, activity, Calls::is_wanted(world, activity), seen);
  Reply const made = reply_of(world, activity);
  if (world.has(world.traces.are_on())) world.traces.ends(world, activity, seen);
  world.replicas.leave(world, activity, seen);
  world.activities.destroy(made.from);
  if (is_heard) reply(world, made, seen);
}

/// Takes an activity out of everything that refers to it, and ends what it waits for.
void Interpreter::detach(World& world, Activity& activity, bool cancel_callees) {
  world.cancel_timer(activity);
  if (activity.state != ActivityState::ready) end_waiting(world, activity, cancel_callees);
  while (world.activities.frame_of(activity) != nowhere) {
    Frame const& frame = world.frames[world.activities.frame_of(activity)];
    if (frame.saga != nowhere) world.sagas.cut_short(world, activity, frame);
    pop_frame(world, activity);
  }
}

/// With non-blocking I/O a request gives its slot back while it waits.
void Interpreter::park(auto& world, Activity& activity) {
  if (activity.holds_slot && !world.replicas[activity.replica].blocking) {
    world.replicas.give_slot_back(world, activity);
  }
}

/// A replica that answers with errors does its work first.
Outcome Interpreter::with_faults(auto& world, Replica const& replica, Activity const& activity,
                                 Outcome outcome) {
  bool const replies = activity.uses_slot && (serves_caller(activity.reply_kind) ||
                                              activity.reply_kind == ReplyTo::delivery);
  if (outcome != Outcome::success || !replies) return outcome;
  if (!world.has(replica.error_rate > 0.0)) return outcome;
  bool const fails = world.streams[replica.plan->error_stream].happens(replica.error_rate);
  return fails ? Outcome::error : outcome;
}

void Interpreter::measure(World& world, std::uint32_t service, Activity const& activity,
                          bool wanted, Outcome outcome) {
  ServiceMeasures& measures = world.measures.services[service];
  measures.work += static_cast<double>(activity.work);
  if (!wanted) measures.wasted_work += static_cast<double>(activity.work);
  bool const is_request = activity.uses_slot && activity.reply_kind != ReplyTo::nobody;
  if (!is_request) return;
  bool const counted = is_counted(activity.arrived);
  if (outcome != Outcome::success) {
    if (counted) ++measures.cohort_failed;
    return;
  }
  OperationMeasures& operation = world.measures.operations[world.operation_of(activity)];
  ++measures.completed;
  ++operation.completed;
  if (activity.degraded) ++operation.degraded;
  if (wanted) ++measures.wanted;
  if (!counted) return;
  ++measures.cohort_succeeded;
  operation.latency.record(world.now() - activity.arrived);
}

Reply Interpreter::reply_of(World const& world, Activity const& activity) {
  return {activity.reply_kind, activity.reply, world.activities.id_of(activity), activity.replica,
          activity.arrived};
}

void Interpreter::reply(auto& world, Reply const& made, Outcome outcome) {
  switch (made.kind) {
    case ReplyTo::nobody:
    case ReplyTo::callees_caller:
      break;
    case ReplyTo::call:
      world.calls_in_progress.reply(world, made.to, made.from, made.replica, outcome);
      break;
    case ReplyTo::caller:
      world.calls_in_progress.reply_to_caller(world, made.to, made.from, outcome);
      break;
    case ReplyTo::client: {
      std::uint32_t const workload = world.program->call_sites[site_of_client(made.to)].workload;
      world.workloads.request_ended(world, workload, made.to.index, made.arrived,
                                    as_seen_by_caller(outcome));
      break;
    }
    case ReplyTo::delivery:
      world.channels.processing_ended(world, made.to, made.from, outcome);
      break;
    case ReplyTo::join:
      branch_ended(world, made.to, made.from, outcome);
      break;
  }
}

Interpreter::Progress Interpreter::work(auto& world, Activity& activity, PlannedStep const& step) {
  bool const is_known = world.has(activity.knows_work);
  if (is_known) activity.knows_work = false;
  Duration const length = is_known ? activity.due.time_since_epoch()
                                   : world.streams[step.stream].take(*step.distribution);
  ++activity.step;
  if (length <= Duration::zero()) return Progress::next;
  world.replicas.work(world, activity, length);
  return Progress::waits;
}

Interpreter::Progress Interpreter::call(auto& world, Activity& activity, PlannedStep const& step) {
  ++activity.step;
  world.calls_in_progress.begin_from(world, activity, step.target);
  bool const waits =
      activity.state == ActivityState::calling || activity.state == ActivityState::asking;
  if (waits) park(world, activity);
  return Progress::waits;
}

// For the files outside the unit of these.
template void Interpreter::end(World&, Activity&, Outcome, bool);
template void Interpreter::finish(World&, Activity&, Outcome);
template void Interpreter::go_on(World&, Activity&);
template void Interpreter::park(World&, Activity&);
template void Interpreter::reply(World&, Reply const&, Outcome);
template void Interpreter::wake(World&, Activity&);
template Outcome Interpreter::with_faults(World&, Replica const&, Activity const&, Outcome);

}  // namespace sojourn
