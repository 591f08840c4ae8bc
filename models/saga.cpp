#include "models/saga.h"

#include <algorithm>
#include <iterator>

#include "models/event_kind.h"
#include "models/world.h"

namespace sojourn {
namespace {

/// The innermost frame of a saga, or nowhere. Sagas do not stand inside one another.
std::uint32_t saga_frame(World const& world, Activity const& activity) {
  std::uint32_t frame = world.activities.frame_of(activity);
  while (frame != nowhere && world.frames[frame].saga == nowhere) frame = world.frames[frame].below;
  return frame;
}

}  // namespace

bool Sagas::is_inside(World const& world, Activity const& activity) {
  return saga_frame(world, activity) != nowhere;
}

void Sagas::begin(World& world, Activity& activity, std::uint32_t saga) {
  Frame& frame = Interpreter::push_frame(world, activity);
  frame.saga = saga;
  frame.begun = world.now();
  SagaMeasures& measures = world.measures.sagas[saga];
  if (is_counted(frame.begun)) ++measures.started;
  measures.in_progress.add(world.now(), 1);
  ++activity.step;
}

bool Sagas::part_done(World& world, Activity& activity) {
  Frame& frame = world.frames[world.activities.frame_of(activity)];
  ++activity.step;
  SagaPlan const& plan = world.program->sagas[frame.saga];
  if (static_cast<std::size_t>(++frame.turns) < plan.parts.size()) return false;
  SagaMeasures& measures = world.measures.sagas[frame.saga];
  if (is_counted(frame.begun)) ++measures.completed;
  measures.in_progress.add(world.now(), -1);
  world.interpreter.pop_frame(world, activity);
  return true;
}

bool Sagas::recover(World& world, Activity& activity) {
  std::uint32_t const own = saga_frame(world, activity);
  if (own == nowhere) return false;
  while (world.activities.frame_of(activity) != own) world.interpreter.pop_frame(world, activity);
  Frame& frame = world.frames[own];
  if (frame.is_undoing) {
    frame.is_inconsistent = true;
  } else {
    frame.is_undoing = true;
    // What is undone is undone to the end, whoever waits for it.
    frame.carries_deadline = activity.carries_deadline;
    activity.carries_deadline = false;
  }
  activity.result = Outcome::success;
  activity.step = world.program->sagas[frame.saga].first_undo;
  return true;
}

bool Sagas::undo_next(World& world, Activity& activity) {
  Frame& frame = world.frames[world.activities.frame_of(activity)];
  SagaPlan const& plan = world.program->sagas[frame.saga];
  while (frame.turns > 0) {
    SagaPlan::Part const& part = plan.parts[static_cast<std::size_t>(--frame.turns)];
    if (part.leaves_traces) frame.is_inconsistent = true;
    if (part.undo == nowhere) continue;
    activity.step = part.undo;
    return true;
  }
  count_end(world, frame);
  activity.carries_deadline = frame.carries_deadline;
  bool const goes_on = plan.fallback != nowhere && !frame.is_resumed;
  world.interpreter.pop_frame(world, activity);
  if (!goes_on) return false;
  Interpreter::degrade(world, activity);
  activity.step = plan.fallback;
  return true;
}

void Sagas::count_end(World& world, Frame const& frame) {
  SagaMeasures& measures = world.measures.sagas[frame.saga];
  measures.in_progress.add(world.now(), -1);
  if (!is_counted(frame.begun)) return;
  ++(frame.is_inconsistent ? measures.inconsistent : measures.compensated);
}

/// One that is not remembered stays as it is: half-done. Of one that is, the part under way is
/// undone too, or again if it was being undone, for nobody knows how far it has come.
void Sagas::cut_short(World& world, Activity const& activity, Frame const& frame) {
  if (world.program->sagas[frame.saga].durable) {
    log_.push_back({activity.replica, frame.saga, frame.turns + 1,
                    world.activities.priority_of(activity), world.activities.key_of(activity),
                    frame.is_inconsistent, frame.begun, world.traces.span_of(world, activity)});
    // Not now, as whoever ends the activity is in the middle of it.
    bool const is_up = world.replicas[activity.replica].up;
    if (is_up) world.after(Duration::zero(), EventKind::sagas_due, activity.replica, 0);
    return;
  }
  SagaMeasures& measures = world.measures.sagas[frame.saga];
  measures.in_progress.add(world.now(), -1);
  if (is_counted(frame.begun)) ++measures.abandoned;
}

void Sagas::take_up(World& world, std::uint32_t replica) {
  if (log_.empty() || !world.replicas[replica].up) return;
  auto const own = std::stable_partition(
      log_.begin(), log_.end(), [&](Interrupted const& saga) { return saga.replica != replica; });
  std::vector<Interrupted> const taken(own, log_.end());
  log_.erase(own, log_.end());
  for (Interrupted const& saga : taken) resume(world, saga);
}

/// Beside the requests of the replica, without a slot, and with nobody to reply to.
void Sagas::resume(World& world, Interrupted const& saga) {
  SagaPlan const& plan = world.program->sagas[saga.saga];
  Activity& activity = world.activities.create();
  activity.step = plan.first_undo;
  activity.replica = saga.replica;
  activity.arrived = world.now();
  world.activities.describe(activity, saga.key, saga.priority);
  Frame& frame = Interpreter::push_frame(world, activity);
  frame.saga = saga.saga;
  frame.turns = saga.done;
  frame.begun = saga.begun;
  frame.is_undoing = frame.is_resumed = true;
  frame.is_inconsistent = saga.is_inconsistent;
  if (world.traces.are_on()) world.traces.is_taken_up(world, activity, saga.span);
  world.interpreter.resume(activity);
}

void Sagas::count_in_progress(World const& world, std::vector<std::uint64_t>& counts) const {
  world.frames.for_each([&](Id, Frame const& frame) {
    if (frame.saga != nowhere && is_counted(frame.begun)) ++counts[frame.saga];
  });
  for (Interrupted const& saga : log_) {
    if (is_counted(saga.begun)) ++counts[saga.saga];
  }
}

}  // namespace sojourn
