/// Interpreter: what each kind of step does.
#include <utility>

#include "models/interpreter.h"
#include "models/world.h"

namespace sojourn {

Interpreter::Progress Interpreter::wait(World& world, Activity& activity, PlannedStep const& step) {
  Duration const length = world.streams[step.stream].take(*step.distribution);
  ++activity.step;
  if (length <= Duration::zero()) return Progress::next;
  activity.state = ActivityState::waiting;
  activity.timer = world.sim.schedule_kept(world.activities.index_of(activity), length);
  park(world, activity);
  return Progress::waits;
}

Interpreter::Progress Interpreter::publish(World& world, Activity& activity,
                                           PlannedStep const& step) {
  ++activity.step;
  switch (world.channels.publish(world, activity, step)) {
    case Channels::Publishing::done:
      return Progress::next;
    case Channels::Publishing::failed:
      return fall_back(world, activity) ? Progress::next : fail(world, activity, Outcome::error);
    case Channels::Publishing::waits:
      break;
  }
  park(world, activity);
  return Progress::waits;
}

Interpreter::Progress Interpreter::fork(World& world, Activity& activity, PlannedStep const& step) {
  ParallelPlan const& plan = world.program->parallels[step.target];
  Join& join = world.joins.create();
  Id const id = world.joins.id_of(join);
  join.needed = plan.join;
  join.parent = world.activities.id_of(activity);
  activity.state = ActivityState::joining;
  activity.awaits = id.index;
  ++activity.step;
  for (std::uint32_t const branch : plan.branches) {
    Activity& part = create_part(world, activity, branch, ReplyTo::join, id);
    join.branches.push_back(world.activities.id_of(part));
    resume(part);
  }
  if (!plan.works) park(world, activity);
  return Progress::waits;
}

Interpreter::Progress Interpreter::choose(World& world, Activity& activity,
                                          PlannedStep const& step) {
  double const draw = world.streams[step.stream].take_uniform();
  activity.step = world.program->chooses[step.target].of(draw);
  return Progress::next;
}

Interpreter::Progress Interpreter::repeat(World& world, Activity& activity,
                                          PlannedStep const& step) {
  std::int64_t const turns = step.distribution->sample_count(world.streams[step.stream]);
  if (turns <= 0) {
    activity.step = step.target;
    return Progress::next;
  }
  push_frame(world, activity).turns = turns;
  ++activity.step;
  return Progress::next;
}

Interpreter::Progress Interpreter::repeat_end(World& world, Activity& activity,
                                              PlannedStep const& step) {
  if (--world.frames[world.activities.frame_of(activity)].turns > 0) {
    activity.step = step.target;
    if (goes_round(world)) return Progress::waits;
  } else {
    pop_frame(world, activity);
    ++activity.step;
  }
  return Progress::next;
}

Interpreter::Progress Interpreter::acquire(World& world, Activity& activity,
                                           PlannedStep const& step) {
  ++activity.step;
  if (world.replicas.acquire(world, activity, step.target)) return Progress::next;
  park(world, activity);
  return Progress::waits;
}

/// On a hit the jump comes next, on a miss what lies behind it.
Interpreter::Progress Interpreter::ask_cache(World& world, Activity& activity,
                                             PlannedStep const& step) {
  Caches::Answer const answer = world.caches.ask(world, activity, step.target);
  if (answer.fetch != nowhere) return await_fetch(world, activity, answer.fetch);
  activity.step += answer.hit ? 1 : 2;
  if (answer.missing) {
    Frame& frame = push_frame(world, activity);
    frame.key = *answer.missing;
    frame.fetch = world.caches.begin_fetch(world, activity, step.target, *answer.missing);
  }
  return Progress::next;
}

/// Then it goes on as from a hit.
Interpreter::Progress Interpreter::await_fetch(World& world, Activity& activity,
                                               std::uint32_t fetch) {
  ++activity.step;
  activity.state = ActivityState::fetch_waiting;
  activity.awaits = fetch;
  world.fetches[fetch].waiting.push_back(world.activities, activity);
  park(world, activity);
  return Progress::waits;
}

Interpreter::Progress Interpreter::keep(World& world, Activity& activity, PlannedStep const& step) {
  Frame& frame = world.frames[world.activities.frame_of(activity)];
  world.caches.put(world, activity, step.target, frame.key);
  std::uint32_t const fetch = std::exchange(frame.fetch, nowhere);
  if (fetch != nowhere) world.caches.end_fetch(world, fetch, Outcome::success);
  pop_frame(world, activity);
  ++activity.step;
  return Progress::next;
}

/// Between two parts, and behind the last one, it looks whether somebody still waits.
Interpreter::Progress Interpreter::part_done(World& world, Activity& activity) {
  bool const was_last = world.sagas.part_done(world, activity);
  if (!activity.carries_deadline) return Progress::next;
  bool const is_late =
      was_last ? is_past_deadline(world, activity) : !Calls::is_wanted(world, activity);
  return is_late ? fail(world, activity, Outcome::timeout) : Progress::next;
}

Interpreter::Progress Interpreter::undo(World& world, Activity& activity) {
  if (world.sagas.undo_next(world, activity)) return Progress::next;
  finish(world, activity, Outcome::error);
  return Progress::waits;
}

/// A step has failed: what it has to leave undone is undone, or the activity ends.
Interpreter::Progress Interpreter::fail(World& world, Activity& activity, Outcome outcome) {
  if (world.sagas.recover(world, activity)) return Progress::next;
  finish(world, activity, outcome);
  return Progress::waits;
}

Interpreter::Progress Interpreter::respond(World& world, Activity& activity) {
  ++activity.step;
  if (activity.reply_kind == ReplyTo::nobody) return Progress::next;
  Replica const& at = world.replicas[activity.replica];
  Outcome const outcome = with_faults(world, at, activity, Outcome::success);
  measure(world, at.service, activity, Calls::is_wanted(world, activity), outcome);
  if (world.traces.are_on()) world.traces.responds(world, activity, outcome);
  activity.work = 0.0F;
  Reply const made = reply_of(world, activity);
  activity.reply_kind = ReplyTo::nobody;
  reply(world, made, outcome);
  return Progress::next;
}

Interpreter::Progress Interpreter::background(World& world, Activity& activity,
                                              PlannedStep const& step) {
  ++activity.step;
  resume(create_part(world, activity, step.target, ReplyTo::nobody, {}));
  return Progress::next;
}

Activity& Interpreter::create_part(World& world, Activity const& whole, std::uint32_t first_step,
                                   ReplyTo kind, Id reply) {
  Activity& part = world.activities.create();
  part.step = first_step;
  part.replica = whole.replica;
  part.carries_deadline = whole.carries_deadline;
  part.reply_kind = kind;
  part.reply = reply;
  part.arrived = world.now();
  world.activities.describe(part, world.activities.key_of(whole),
                            world.activities.priority_of(whole));
  if (world.traces.are_on()) world.traces.part_begins(world, whole, part);
  return part;
}

void Interpreter::push_pool(World& world, Activity& activity, std::uint32_t pool) {
  push_frame(world, activity).pool = pool;
}

Frame& Interpreter::push_frame(World& world, Activity& activity) {
  Frame& frame = world.frames.create();
  frame.below = world.activities.frame_of(activity);
  world.activities.set_frame(activity, world.frames.index_of(frame));
  return frame;
}

/// A fetch that is still under way has failed.
void Interpreter::pop_frame(World& world, Activity& activity) {
  std::uint32_t const top = world.activities.frame_of(activity);
  std::uint32_t const pool = world.frames[top].pool;
  std::uint32_t const fetch = world.frames[top].fetch;
  world.activities.set_frame(activity, world.frames[top].below);
  world.frames.destroy(world.frames.id_of(top));
  if (pool != nowhere) world.replicas.release(world, activity.replica, pool);
  if (fetch != nowhere) world.caches.end_fetch(world, fetch, Outcome::error);
}

}  // namespace sojourn
