/// Interpreter: steps that fail, and activities that end before they are done.
#include <algorithm>
#include <utility>

#include "models/event_kind.h"
#include "models/interpreter.h"
#include "models/world.h"

namespace sojourn {

/// The step before has failed: goes on at its fallback, if it has one.
bool Interpreter::fall_back(World& world, Activity& activity) {
  std::uint32_t const fallback = world.program->steps[activity.step - 1].fallback;
  if (fallback == nowhere) return false;
  activity.step = fallback;
  activity.result = Outcome::success;
  degrade(world, activity);
  return true;
}

void Interpreter::degrade(World& world, Activity& activity) {
  Activity* whole = &activity;
  while (whole->reply_kind == ReplyTo::join) {
    whole = &world.activities[world.joins[whole->reply.index].parent.index];
  }
  whole->degraded = true;
}

/// Whether there is something left to do for which nobody waits any more. A saga looks between its
/// parts.
bool Interpreter::is_past_deadline(World const& world, Activity const& activity) {
  if (Sagas::is_inside(world, activity)) return false;
  std::uint32_t step = activity.step;
  std::uint32_t frame = world.activities.frame_of(activity);
  for (;;) {
    PlannedStep const& next = world.program->steps[step];
    bool const leaves_frame = next.kind == StepKind::release || next.kind == StepKind::keep ||
                              (next.kind == StepKind::repeat_end && world.frames[frame].turns <= 1);
    if (next.kind == StepKind::end) return false;
    if (next.kind != StepKind::jump && !leaves_frame) return !Calls::is_wanted(world, activity);
    if (leaves_frame) frame = world.frames[frame].below;
    step = leaves_frame ? step + 1 : next.target;
  }
}

void Interpreter::cancel(World& world, Id id) { end_unheard(world, id, true); }

/// Ends an activity to whose end nobody listens: what it has done was for nothing.
void Interpreter::end_unheard(World& world, Id id, bool cancel_callees) {
  Activity* const activity = world.activities.find(id);
  if (!activity) return;
  detach(world, *activity, cancel_callees);
  ServiceMeasures& service = world.measures.services[world.replicas[activity->replica].service];
  service.work += static_cast<double>(activity->work);
  service.wasted_work += static_cast<double>(activity->work);
  if (world.traces.are_on()) world.traces.ends(world, *activity, Outcome::abandoned);
  world.replicas.leave(world, *activity, Outcome::abandoned);
  world.activities.destroy(id);
}

void Interpreter::crash(World& world, std::uint32_t replica, bool silently) {
  std::vector<std::pair<Time, Id>> victims;
  world.activities.for_each([&](Id id, Activity const& activity) {
    bool const is_there =
        activity.replica == replica && activity.state != ActivityState::travelling;
    if (is_there) victims.emplace_back(activity.arrived, id);
  });
  std::sort(victims.begin(), victims.end(), [](auto const& left, auto const& right) {
    return left.first != right.first ? left.first < right.first
                                     : left.second.index < right.second.index;
  });
  for (auto const& [arrived, id] : victims) {
    Activity* const activity = world.activities.find(id);
    if (!activity) continue;
    bool const is_heard = !silently || !serves_caller(activity->reply_kind);
    end(world, *activity, Outcome::crashed, is_heard);
  }
}

void Interpreter::end_waiting(World& world, Activity& activity, bool cancel_callees) {
  world.replicas.take_out(world, activity);
  ActivityState const state = activity.state;
  std::uint32_t const awaits = activity.awaits;
  if (state == ActivityState::calling) {
    Id const call = world.calls.id_of(awaits);
    world.calls_in_progress.abandon(world, call, cancel_callees);
  } else if (state == ActivityState::asking) {
    std::uint32_t const site = world.program->steps[activity.step - 1].target;
    activity.state = ActivityState::ready;  // and asks no more
    Calls::abandon_callee(world, world.activities.id_of(awaits),
                          cancel_callees || world.program->call_sites[site].cancel);
  } else if (state == ActivityState::joining) {
    std::vector<Id> const branches = world.joins[awaits].branches;
    world.joins.destroy(world.joins.id_of(awaits));
    world.has_orphans = true;
    for (Id const branch : branches) end_unheard(world, branch, cancel_callees);
  } else if (state == ActivityState::publishing) {
    world.channels.withdraw(world, world.publications.id_of(awaits));
  } else if (state == ActivityState::fetch_waiting) {
    world.fetches[awaits].waiting.remove(world.activities, activity);
  }
}

void Interpreter::branch_ended(World& world, Id id, Id branch, Outcome outcome) {
  Join* const join = world.joins.find(id);
  if (!join) return;
  ++(outcome == Outcome::success ? join->succeeded : join->failed);
  bool const succeeded = join->succeeded >= join->needed;
  bool const failed = join->branches.size() - join->failed < join->needed;
  if (!succeeded && !failed) return;
  Join const ended = *join;
  world.joins.destroy(id);
  bool const is_last = ended.succeeded + ended.failed == ended.branches.size();
  if (!is_last) world.has_orphans = true;
  for (Id const other : ended.branches) {
    if (other != branch) cancel(world, other);
  }
  Activity& parent = world.activities[ended.parent.index];
  parent.result = succeeded ? Outcome::success : Outcome::error;
  wake(world, parent);
}

void Interpreter::hold(World& world, Activity& activity) {
  activity.state = ActivityState::held;
  world.replicas.defer(activity.replica, World::event(EventKind::resume, 0,
                                                      world.activities.id_of(activity).token()));
}

void Interpreter::end_hold(World& world, Id id) {
  Activity* const activity = world.activities.find(id);
  if (activity && activity->state == ActivityState::held) resume(*activity);
}

}  // namespace sojourn
