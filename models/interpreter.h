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

/// Advances activities through their steps. Nothing here recurses from one activity into another:
/// whoever can go on is put on the ready list, which `run_ready` works off in order before the
/// clock moves.
class Interpreter {
 public:
  /// Puts an activity on the ready list.
  void resume(World& world, std::uint32_t activity);

  /// Advances an activity to its next wait at once: an event is about it alone, so that nobody else
  /// is ready before it.
  void go_on(World& world, std::uint32_t activity);

  /// What the activity waited for is there: it goes on once it has a slot, if it needs one.
  void wake(World& world, std::uint32_t activity);

  /// A pause is over for an activity that was held.
  void end_hold(World& world, Id activity);

  [[nodiscard]] bool has_ready() const { return !ready_.empty(); }

  /// Advances all that are ready, and those whom they make ready, each to its next wait.
  void run_ready(World& world);

  /// Ends an activity wherever it is, gives back what it holds and replies.
  void finish(World& world, std::uint32_t activity, Outcome outcome);

  /// The same, but nobody gets a reply.
  void finish_unheard(World& world, std::uint32_t activity, Outcome outcome);

  /// Tells the one who waits how an activity ended that was at that replica.
  void reply(World& world, ReplyTo kind, Id to, Id from, std::uint32_t replica, Outcome outcome);

  /// Ends an activity and all that it waits for, callees included; nobody gets a reply.
  void cancel(World& world, Id activity);

  /// Ends everything at a replica; with `silently` those who called get no reply.
  void crash(World& world, std::uint32_t replica, bool silently);

  /// Notes that the activity holds one of a pool.
  void push_pool(World& world, std::uint32_t activity, std::uint32_t pool);

  /// A new top of the activity's stack; the reference is good until the next one.
  static Frame& push_frame(World& world, std::uint32_t activity);

  /// Leaves the innermost loop, miss or saga, or gives back the pool taken last.
  void pop_frame(World& world, std::uint32_t activity);

  /// Goes on at a fallback: the request of which the activity is a part is degraded.
  static void degrade(World& world, std::uint32_t activity);

 private:
  enum class Progress : bool { next, waits };

  void hold(World& world, std::uint32_t activity);
  void interpret(World& world, std::uint32_t activity);
  static bool fall_back(World& world, std::uint32_t activity);
  static bool is_past_deadline(World const& world, std::uint32_t activity);
  Progress step(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress work(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress wait(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress call(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress publish(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress fork(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress choose(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress repeat(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress repeat_end(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress acquire(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress ask_cache(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress await_fetch(World& world, std::uint32_t activity, std::uint32_t fetch);
  Progress keep(World& world, std::uint32_t activity, PlannedStep const& step);
  Progress part_done(World& world, std::uint32_t activity);
  Progress undo(World& world, std::uint32_t activity);
  Progress fail(World& world, std::uint32_t activity, Outcome outcome);
  Progress respond(World& world, std::uint32_t activity);
  Progress background(World& world, std::uint32_t activity, PlannedStep const& step);

  void end(World& world, std::uint32_t activity, Outcome outcome, bool is_heard);
  Id create_part(World& world, std::uint32_t parent, std::uint32_t first_step, ReplyTo kind,
                 Id reply);
  void branch_ended(World& world, Id join, Id branch, Outcome outcome);
  void detach(World& world, std::uint32_t activity, bool cancel_callees);
  void end_waiting(World& world, std::uint32_t activity, bool cancel_callees);
  void end_unheard(World& world, Id activity, bool cancel_callees);
  void park(World& world, std::uint32_t activity);
  static Outcome with_faults(World& world, Replica const& replica, Activity const& activity,
                             Outcome outcome);
  static void measure(World& world, std::uint32_t service, Activity const& activity, bool wanted,
                      Outcome outcome);

  std::vector<Id> ready_;
  std::size_t next_ready_ = 0;
  std::uint64_t turns_ = 0;  ///< Steps taken since the clock last moved.
};

}  // namespace sojourn
