#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/activity.h"
#include "models/policy/balancer.h"
#include "models/policy/token_bucket.h"
#include "models/program.h"
#include "models/shared_cpu.h"
#include "models/waiting_line.h"
#include "sim/event.h"

namespace sojourn {

struct World;

/// Some of a replica's pool, and who waits for more.
struct PoolState {
  std::int64_t free = 0;
  ActivityList waiting;
};

/// The door of a replica that limits whom it lets in.
struct Door {
  std::optional<TokenBucket> bucket;  ///< None: so many at once.
  ActivityList held_back;
  EventId due;
  bool opening = false;  ///< Somebody is being let in, whose end may want to let in others.
};

/// One instance of a service, with slots and a queue of its own.
struct Replica {
  ServicePlan const* plan = nullptr;  ///< In the program, which outlives the run.
  std::uint32_t service = 0;
  std::uint32_t present = 0;  ///< Requests waiting or in service, those blocked outside included.
  Limit slots = 1;
  Limit busy = 0;

  // Faults that last; several may overlap.
  double slowness = 1.0;  ///< Product of the factors.
  double error_rate = 0.0;
  std::uint32_t crashes = 0;
  std::uint32_t pauses = 0;
  bool up = true;           ///< Serving: neither crashed nor starting.
  bool interrupts = false;  ///< By its discipline.

  std::optional<Door> door;  ///< If it has a limit.
  WaitingLine line;
  ActivityList resuming;  ///< Non-blocking requests that want a slot to go on; ahead of the line.
  ActivityList entering;  ///< Requests whose senders are blocked by a full line.
  ActivityList working;   ///< Requests in `work`, as they began or went on; if it interrupts.
  std::vector<PoolState> pools;
  std::optional<SharedCpu> cpu;
  EventId cpu_event;
  double cpu_busy = 0.0;  ///< Cores in use, as last measured.
  EventId startup;
  std::vector<Event> deferred;  ///< What is due when the pause ends.
};

/// All replicas of all services: who waits, who is served, and what faults do to them.
class Replicas {
 public:
  explicit Replicas(Program const& program);

  // Requests

  /// Sends the present attempt of a call to a replica of its service.
  void send(World& world, Id call);

  /// A message, or a batch, begins to be processed. It takes a slot like any request; the queue's
  /// capacity does not apply, for the prefetch limits what is here. Returns the activity.
  Id deliver(World& world, std::uint32_t replica, std::uint32_t operation, Id delivery,
             std::int32_t priority);

  /// A request is passed on: the new activity replies in its place. If the callee has no room, the
  /// forwarder keeps its slot until it has.
  void forward(World& world, std::uint32_t forwarder, std::uint32_t operation);

  void patience_over(World& world, Id activity);
  void limit_due(World& world, std::uint32_t replica);

  /// A request has ended. Gives back its slot and serves who is next.
  void leave(World& world, std::uint32_t activity);

  // Slots of non-blocking requests

  void give_slot_back(World& world, std::uint32_t activity);
  /// The request goes on as soon as it has a slot.
  void ask_for_slot(World& world, std::uint32_t activity);

  // Work and pools

  void work(World& world, std::uint32_t activity, Duration work);
  void work_done(World& world, Id activity);
  void cpu_done(World& world, std::uint32_t replica);
  /// True if taken; otherwise the activity waits in line.
  bool acquire(World& world, std::uint32_t activity, std::uint32_t pool);
  void release(World& world, std::uint32_t replica, std::uint32_t pool);

  /// Takes an activity out of whatever here refers to it; it is about to be destroyed.
  void take_out(World& world, std::uint32_t activity);

  // Faults

  void crash(World& world, std::uint32_t replica);
  void end_crash(World& world, std::uint32_t replica);
  void started(World& world, std::uint32_t replica);
  void pause(World& world, std::uint32_t replica);
  void end_pause(World& world, std::uint32_t replica);
  void set_slowness(World& world, std::uint32_t replica, double slowness);
  void set_error_rate(std::uint32_t replica, double rate) { replicas_[replica].error_rate = rate; }

  [[nodiscard]] bool is_paused(std::uint32_t replica) const {
    return replicas_[replica].pauses > 0;
  }
  [[nodiscard]] Replica const& operator[](std::uint32_t replica) const {
    return replicas_[replica];
  }
  void defer(std::uint32_t replica, Event const& event) {
    replicas_[replica].deferred.push_back(event);
  }

 private:
  /// What arrives at a service.
  struct Arrival {
    std::uint32_t operation = 0;
    ReplyTo reply_kind = ReplyTo::nobody;
    Id reply;
    std::int32_t priority = 0;
    Time patience_end = never;
    bool carries_deadline = false;
    bool is_expected = false;  ///< A delivery: the prefetch has made room for it.
  };
  /// The activity that it has become, or why it was not let in.
  struct Admission {
    Id activity;
    Outcome refusal = Outcome::success;
  };

  /// What decides who may interrupt whom.
  struct Rank {
    std::int32_t priority = 0;
    Time arrived;
  };

  /// Where a request goes that has come.
  enum class Entry : std::uint8_t { free_slot, slot_of_another, line, outside, refused };

  Admission admit(World& world, Arrival const& arrival);
  Admission admit(World& world, std::uint32_t replica, Arrival const& arrival);
  Entry make_room(World& world, Replica& replica, std::int32_t priority, bool is_expected);
  void enter(World& world, std::uint32_t activity, Entry entry);
  static void open_door(Replica& replica);
  static bool may_pass(Replica& replica, Time now);
  Admission hold_back(World& world, std::uint32_t replica, Arrival const& arrival);
  void let_in(World& world, std::uint32_t replica);
  void schedule_door(World& world, std::uint32_t replica);
  static Admission refuse(World& world, std::uint32_t service, Outcome outcome);
  Id create_request(World& world, std::uint32_t replica, Arrival const& arrival);
  static Time draw_patience(World& world, CallSite const& site);
  void start(World& world, std::uint32_t activity);
  void serve(World& world, std::uint32_t activity);
  void join_line(World& world, std::uint32_t activity);
  static void arm_patience(World& world, std::uint32_t activity);
  void turn_away(World& world, std::uint32_t activity, Outcome outcome);
  std::uint32_t take_from_line(World& world, Replica& replica);
  void fill(World& world, std::uint32_t replica);
  void admit_entering(World& world, std::uint32_t replica);
  void take_slot(World& world, std::uint32_t activity);
  [[nodiscard]] std::optional<std::uint32_t> victim_of(World const& world, Replica const& replica,
                                                       Rank const& rank) const;
  static bool gives_way(World const& world, Activity const& activity);
  void interrupt(World& world, std::uint32_t activity);
  void interrupt_for_waiting(World& world, std::uint32_t replica);
  bool interrupt_for_resuming(World& world, Replica& replica);
  bool interrupt_for_line(World& world, Replica& replica);
  static Duration take_work_out(World& world, Replica& replica, std::uint32_t activity);
  void begin_work(World& world, std::uint32_t activity, Duration work);
  void end_forward(World& world, std::uint32_t forwarder, Outcome outcome);
  std::optional<std::uint32_t> choose(World& world, std::uint32_t service);
  void set_up(World& world, std::uint32_t replica, bool up);
  void reschedule_cpu(World& world, std::uint32_t replica);
  void hold_busy(World& world, Replica& replica, int change);
  void count_queue(World& world, Replica const& replica, int change);
  [[nodiscard]] static bool has_free_slot(Replica const& replica) {
    return replica.busy < replica.slots && replica.pauses == 0 && replica.up;
  }

  std::vector<Replica> replicas_;
  std::vector<std::vector<std::uint32_t>> up_;  ///< (services) -> replicas that serve, ascending
  std::vector<Balancer> balancers_;             ///< (services)
};

}  // namespace sojourn
