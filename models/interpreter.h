#pragma once

#include <cstdint>
#include <vector>

#include "models/activity.h"
#include "models/outcome.h"
#include "models/program.h"
#include "models/record_pool.h"

namespace sojourn {

struct Replica;
struct World;

/// A parallel step in progress.
struct Join {
  std::uint32_t generation = 0;
  std::uint32_t needed = 0;
  std::uint32_t succeeded = 0;
  std::uint32_t failed = 0;
  Id parent;
  std::vector<Id> branches;
};

/// Who waits for what an activity does; and what is to be known of that, which may be gone.
struct Reply {
  ReplyTo kind;
  Id to;
  Id from;  ///< The activity.
  std::uint32_t replica;
  Time arrived;
};

/// Advances activities through their steps. Nothing here recurses from one activity into another:
/// whoever can go on is put on the ready list, which `run_ready` works off in order before the
/// clock moves.
class Interpreter {
 public:
  /// Puts an activity on the ready list.
  void resume(Activity& activity);

  /// Advances an activity to its next wait at once: an event is about it alone, so that nobody else
  /// is ready before it.
  void go_on(auto& world, Activity& activity);

  /// What the activity waited for is there: it goes on once it has a slot, if it needs one.
  void wake(auto& world, Activity& activity);

  /// A pause is over for an activity that was held.
  void end_hold(World& world, Id activity);

  [[nodiscard]] bool has_ready() const { return !ready_.empty(); }

  /// Advances all that are ready, and those whom they make ready, each to its next wait.
  void run_ready(auto& world);

  /// Ends an activity wherever it is, gives back what it holds and replies.
  void finish(auto& world, Activity& activity, Outcome outcome);

  /// The same, but nobody gets a reply.
  void finish_unheard(World& world, Activity& activity, Outcome outcome);

  /// What a reply of this activity needs, which may be gone when it is made.
  static Reply reply_of(World const& world, Activity const& activity);

  /// Tells the one who waits how an activity has ended.
  void reply(auto& world, Reply const& made, Outcome outcome);

  /// Ends an activity and all that it waits for, callees included; nobody gets a reply.
  void cancel(World& world, Id activity);

  /// Ends everything at a replica; with `silently` those who called get no reply.
  void crash(World& world, std::uint32_t replica, bool silently);

  /// Notes that the activity holds one of a pool.
  void push_pool(World& world, Activity& activity, std::uint32_t pool);

  /// A new top of the activity's stack; the reference is good until it is left.
  static Frame& push_frame(World& world, Activity& activity);

  /// Leaves the innermost loop, miss or saga, or gives back the pool taken last.
  void pop_frame(World& world, Activity& activity);

  /// Goes on at a fallback: the request of which the activity is a part is degraded.
  static void degrade(World& world, Activity& activity);

  /// What a visit to a service was: it ends so, and somebody still wants that or not.
  static void measure(World& world, std::uint32_t service, Activity const& activity, bool wanted,
                      Outcome outcome);

 private:
  enum class Progress : bool { next, waits };

  void hold(World& world, Activity& activity);
  void interpret(auto& world, Activity& activity);
  bool goes_round(World& world);
  static bool fall_back(World& world, Activity& activity);
  static bool is_past_deadline(World const& world, Activity const& activity);
  Progress step(auto& world, Activity& activity, PlannedStep const& step);
  Progress work(auto& world, Activity& activity, PlannedStep const& step);
  Progress wait(World& world, Activity& activity, PlannedStep const& step);
  Progress call(auto& world, Activity& activity, PlannedStep const& step);
  Progress publish(World& world, Activity& activity, PlannedStep const& step);
  Progress fork(World& world, Activity& activity, PlannedStep const& step);
  Progress choose(World& world, Activity& activity, PlannedStep const& step);
  Progress repeat(World& world, Activity& activity, PlannedStep const& step);
  Progress repeat_end(World& world, Activity& activity, PlannedStep const& step);
  Progress acquire(World& world, Activity& activity, PlannedStep const& step);
  Progress ask_cache(World& world, Activity& activity, PlannedStep const& step);
  Progress await_fetch(World& world, Activity& activity, std::uint32_t fetch);
  Progress keep(World& world, Activity& activity, PlannedStep const& step);
  Progress part_done(World& world, Activity& activity);
  Progress undo(World& world, Activity& activity);
  Progress fail(World& world, Activity& activity, Outcome outcome);
  Progress respond(World& world, Activity& activity);
  Progress background(World& world, Activity& activity, PlannedStep const& step);

  void end(auto& world, Activity& activity, Outcome outcome, bool is_heard);
  Activity& create_part(World& world, Activity const& whole, std::uint32_t first_step, ReplyTo kind,
                        Id reply);
  void branch_ended(World& world, Id join, Id branch, Outcome outcome);
  void detach(World& world, Activity& activity, bool cancel_callees);
  void end_waiting(World& world, Activity& activity, bool cancel_callees);
  void end_unheard(World& world, Id activity, bool cancel_callees);
  void park(auto& world, Activity& activity);
  static Outcome with_faults(auto& world, Replica const& replica, Activity const& activity,
                             Outcome outcome);

  /// It may have ended, and another one have its place, when its turn comes.
  struct Ready {
    Activity* activity;
    std::uint32_t generation;
  };
  std::vector<Ready> ready_;  ///< Empty between events.
  std::uint64_t turns_ = 0;   ///< Of activities and of loops within this event.
};

}  // namespace sojourn
