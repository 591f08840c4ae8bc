/// Interpreter: what each kind of step does.
#include <algorithm>
#include <utility>

#include "models/event_kind.h"
#include "models/interpreter.h"
#include "models/world.h"

namespace sojourn {

Interpreter::Progress Interpreter::wait(World& world, std::uint32_t index,
                                        PlannedStep const& step) {
  Duration const length = step.distribution->sample_duration(world.streams[step.stream]);
  Activity& activity = world.activities[index];
  ++activity.step;
  if (length <= Duration::zero()) return Progress::next;
  activity.state = ActivityState::waiting;
  activity.timer =
      world.after(length, EventKind::wait_done, 0, world.activities.id_of(index).token());
  park(world, index);
  return Progress::waits;
}

Interpreter::Progress Interpreter::publish(World& world, std::uint32_t index,
                                           PlannedStep const& step) {
  ++world.activities[index].step;
  switch (world.channels.publish(world, index, step)) {
    case Channels::Publishing::done:
      return Progress::next;
    case Channels::Publishing::failed:
      return fall_back(world, index) ? Progress::next : fail(world, index, Outcome::error);
    case Channels::Publishing::waits:
      break;
  }
  park(world, index);
  return Progress::waits;
}

Interpreter::Progress Interpreter::fork(World& world, std::uint32_t index,
                                        PlannedStep const& step) {
  ParallelPlan const& plan = world.program->parallels[step.target];
  Id const id = world.joins.create();
  Join& join = world.joins[id.index];
  join.needed = plan.join;
  join.parent = world.activities.id_of(index);
  world.activities[index].state = ActivityState::joining;
  world.activities[index].awaits = id.index;
  ++world.activities[index].step;
  for (std::uint32_t const branch : plan.branches) {
    Id const part = create_part(world, index, branch, ReplyTo::join, id);
    join.branches.push_back(part);
    resume(world, part.index);
  }
  if (!plan.works) park(world, index);
  return Progress::waits;
}

Interpreter::Progress Interpreter::choose(World& world, std::uint32_t index,
                                          PlannedStep const& step) {
  double const draw = world.streams[step.stream].uniform();
  Activity& activity = world.activities[index];
  ++activity.step;
  for (auto const& [cumulative, first_step] : world.program->chooses[step.target].branches) {
    if (draw < cumulative) {
      activity.step = first_step;
      break;
    }
  }
  return Progress::next;
}

Interpreter::Progress Interpreter::repeat(World& world, std::uint32_t index,
                                          PlannedStep const& step) {
  std::int64_t const turns = step.distribution->sample_count(world.streams[step.stream]);
  Activity& activity = world.activities[index];
  if (turns <= 0) {
    activity.step = step.target;
    return Progress::next;
  }
  push_frame(world, index).turns = turns;
  ++activity.step;
  return Progress::next;
}

Interpreter::Progress Interpreter::repeat_end(World& world, std::uint32_t index,
                                              PlannedStep const& step) {
  Activity& activity = world.activities[index];
  if (--world.frames[activity.frame].turns > 0) {
    activity.step = step.target;
  } else {
    pop_frame(world, index);
    ++activity.step;
  }
  return Progress::next;
}

Interpreter::Progress Interpreter::acquire(World& world, std::uint32_t index,
                                           PlannedStep const& step) {
  ++world.activities[index].step;
  if (world.replicas.acquire(world, index, step.target)) return Progress::next;
  park(world, index);
  return Progress::waits;
}

/// On a hit the jump comes next, on a miss what lies behind it.
Interpreter::Progress Interpreter::ask_cache(World& world, std::uint32_t index,
                                             PlannedStep const& step) {
  Caches::Answer const answer = world.caches.ask(world, index, step.target);
  if (answer.fetch != nowhere) return await_fetch(world, index, answer.fetch);
  world.activities[index].step += answer.hit ? 1 : 2;
  if (answer.missing) {
    Frame& frame = push_frame(world, index);
    frame.key = *answer.missing;
    frame.fetch = world.caches.begin_fetch(world, index, step.target, *answer.missing);
  }
  return Progress::next;
}

/// Then it goes on as from a hit.
Interpreter::Progress Interpreter::await_fetch(World& world, std::uint32_t index,
                                               std::uint32_t fetch) {
  Activity& activity = world.activities[index];
  ++activity.step;
  activity.state = ActivityState::fetch_waiting;
  activity.awaits = fetch;
  world.fetches[fetch].waiting.push_back(world.activities, index);
  park(world, index);
  return Progress::waits;
}

Interpreter::Progress Interpreter::keep(World& world, std::uint32_t index,
                                        PlannedStep const& step) {
  Activity& activity = world.activities[index];
  Frame& frame = world.frames[activity.frame];
  world.caches.put(world, index, step.target, frame.key);
  std::uint32_t const fetch = std::exchange(frame.fetch, nowhere);
  if (fetch != nowhere) world.caches.end_fetch(world, fetch, Outcome::success);
  pop_frame(world, index);
  ++activity.step;
  return Progress::next;
}

/// Between two parts, and behind the last one, it looks whether somebody still waits.
Interpreter::Progress Interpreter::part_done(World& world, std::uint32_t index) {
  bool const was_last = world.sagas.part_done(world, index);
  if (!world.activities[index].carries_deadline) return Progress::next;
  bool const is_late = was_last ? is_past_deadline(world, index) : !Calls::is_wanted(world, index);
  return is_late ? fail(world, index, Outcome::timeout) : Progress::next;
}

Interpreter::Progress Interpreter::undo(World& world, std::uint32_t index) {
  if (world.sagas.undo_next(world, index)) return Progress::next;
  finish(world, index, Outcome::error);
  return Progress::waits;
}

/// A step has failed: what it has to leave undone is undone, or the activity ends.
Interpreter::Progress Interpreter::fail(World& world, std::uint32_t index, Outcome outcome) {
  if (world.sagas.recover(world, index)) return Progress::next;
  finish(world, index, outcome);
  return Progress::waits;
}

Interpreter::Progress Interpreter::respond(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  ++activity.step;
  if (activity.reply_kind == ReplyTo::nobody) return Progress::next;
  Replica const& at = world.replicas[activity.replica];
  Outcome const outcome = with_faults(world, at, activity, Outcome::success);
  measure(world, at.service, activity, Calls::is_wanted(world, index), outcome);
  activity.work = 0.0F;
  ReplyTo const kind = std::exchange(activity.reply_kind, ReplyTo::nobody);
  reply(world, kind, activity.reply, world.activities.id_of(index), activity.replica, outcome);
  return Progress::next;
}

Interpreter::Progress Interpreter::background(World& world, std::uint32_t index,
                                              PlannedStep const& step) {
  ++world.activities[index].step;
  resume(world, create_part(world, index, step.target, ReplyTo::nobody, {}).index);
  return Progress::next;
}

Id Interpreter::create_part(World& world, std::uint32_t parent, std::uint32_t first_step,
                            ReplyTo kind, Id reply) {
  Id const id = world.activities.create();
  Activity const& whole = world.activities[parent];
  Activity& part = world.activities[id.index];
  part.step = first_step;
  part.replica = whole.replica;
  part.operation = whole.operation;
  part.priority = whole.priority;
  part.key = whole.key;
  part.carries_deadline = whole.carries_deadline;
  part.reply_kind = kind;
  part.reply = reply;
  part.arrived = world.now();
  return id;
}

void Interpreter::push_pool(World& world, std::uint32_t index, std::uint32_t pool) {
  push_frame(world, index).pool = pool;
}

Frame& Interpreter::push_frame(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  Id const id = world.frames.create();
  Frame& frame = world.frames[id.index];
  frame.below = activity.frame;
  activity.frame = id.index;
  return frame;
}

/// A fetch that is still under way has failed.
void Interpreter::pop_frame(World& world, std::uint32_t index) {
  Activity& activity = world.activities[index];
  std::uint32_t const top = activity.frame;
  std::uint32_t const pool = world.frames[top].pool;
  std::uint32_t const fetch = world.frames[top].fetch;
  activity.frame = world.frames[top].below;
  world.frames.destroy(world.frames.id_of(top));
  if (pool != nowhere) world.replicas.release(world, activity.replica, pool);
  if (fetch != nowhere) world.caches.end_fetch(world, fetch, Outcome::error);
}

}  // namespace sojourn
