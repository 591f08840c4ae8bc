#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/activity.h"
#include "models/boxed.h"
#include "models/outcome.h"
#include "models/policy/adaptive_concurrency.h"
#include "models/policy/balancer.h"
#include "models/policy/calendar.h"
#include "models/policy/controlled_delay.h"
#include "models/policy/scaling_rule.h"
#include "models/policy/token_bucket.h"
#include "models/processor.h"
#include "models/program.h"
#include "models/waiting_line.h"
#include "sim/event.h"
#include "sim/prefetch.h"

namespace sojourn {

struct Call;
struct World;

/// Some of a replica's pool, and who waits for more.
struct PoolState {
  std::int64_t free = 0;
  ActivityList waiting;
};

/// The door of a replica that limits whom it lets in.
struct Door {
  std::optional<TokenBucket> bucket;
  std::optional<AdaptiveConcurrency> adaptive;  ///< Neither: so many at once.
  ActivityList held_back;
  EventId due;
  bool opening = false;  ///< Somebody is being let in, whose end may want to let in others.
};

/// What sheds those who have waited too long in a line that does not empty.
struct Shedding {
  ControlledDelay delay;
  ActivityList shed;  ///< Out of the line and about to be told.
};

/// What decides how many replicas a service has.
struct Scaler {
  ScalingRule rule;
  double busy = 0.0, up = 0.0;                ///< Level times ns since the last decision ...
  double busy_before = 0.0, up_before = 0.0;  ///< ... of which this is in none of the measures.
};

/// What the replicas of a service have in common. Each request that is sent looks at it.
struct alignas(64) ServiceState {
  std::vector<std::uint32_t> listed;  ///< Replicas that callers take to be up, ascending.
  Balancer balancer;
  StreamIndex balance_stream = nowhere;
  bool closed = false;
  Boxed<Scaler> scaler;
  Boxed<Calendar> calendar;  ///< If it has hours.

  /// Where it says who is next, if the balancer goes in turns and there is somebody.
  [[nodiscard]] std::uint32_t const* coming() const {
    return listed.empty() ? nullptr : balancer.coming(listed);
  }
};
static_assert(sizeof(ServiceState) == 64);

/// Whether there is a replica at all.
enum class Provision : std::uint8_t {
  none,
  full,
  draining  ///< It serves who is there, and goes.
};

/// One instance of a service, with slots and a queue of its own.
/// All that a request looks at in a plain world comes first, in one cache line.
struct alignas(64) Replica {
  static constexpr std::size_t bytes_of_a_plain_request = 64;

  std::uint32_t service = 0;
  std::uint32_t present = 0;  ///< Requests waiting or in service, those blocked outside included.
  Limit slots = 1;
  Limit busy = 0;
  ActivityList resuming;    ///< Non-blocking requests that want a slot to go on; ahead of the line.
  bool blocking = true;     ///< Its requests keep their slots while they wait.
  bool up = true;           ///< Serving: neither crashed nor starting.
  bool listed = true;       ///< Callers take it to be up.
  bool interrupts = false;  ///< By its discipline.
  WaitingLine line;

  ServicePlan const* plan = nullptr;  ///< In the program, which outlives the run.
  Boxed<Door> door;                   ///< If it has a limit.
  Boxed<Shedding> shedding;
  double slowness = 1.0;  ///< Product of the factors of faults that last.
  double error_rate = 0.0;
  std::uint32_t pauses = 0;           ///< That last; they may overlap.
  std::uint32_t processor = nowhere;  ///< That does its work; none: work takes its time.
  bool shares_processor = false;      ///< With other replicas on its host.
  Provision provision = Provision::full;
  ActivityList entering;  ///< Requests whose senders are blocked by a full line.
  ActivityList working;   ///< Requests in `work`, as they began or went on; if it interrupts.
  std::vector<PoolState> pools;
  std::uint32_t crashes = 0;         ///< That last; they may overlap.
  std::uint32_t silent_crashes = 0;  ///< Those of them of which callers are not told.
  EventId startup;
  EventId detection;            ///< When callers find out about its crash.
  std::vector<Event> deferred;  ///< What is due when the pause ends.
};

/// All replicas of all services: who waits, who is served, and what faults do to them.
class Replicas {
 public:
  explicit Replicas(Program const& program);

  // Requests

  /// What arrives at a service.
  struct Arrival {
    std::uint32_t operation = 0;
    ReplyTo reply_kind = ReplyTo::nobody;
    Id reply;
    std::int32_t priority = 0;
    Time patience_end = never;
    bool carries_deadline = false;
    Key key = 0;
    bool is_expected = false;  ///< A delivery: the prefetch has made room for it.
    bool is_copy = false;      ///< Of a hedged attempt.
  };
  /// The activity that it has become, or why it was not let in; a request that has vanished is
  /// neither.
  struct Admission {
    Activity* activity = nullptr;
    Outcome refusal = Outcome::success;
  };

  /// Sends the request of a direct call from that site, which does not vanish.
  Admission send_direct(auto& world, CallSite const& site, Arrival arrival);

  /// Sends the present attempt of a call from that site to a replica of its service.
  void send(auto& world, Call& call, CallSite const& site, Id id);

  /// A message, or a batch, begins to be processed. It takes a slot like any request; the queue's
  /// capacity does not apply, for the prefetch limits what is here. Returns the activity.
  Id deliver(World& world, std::uint32_t replica, std::uint32_t operation, Id delivery,
             std::int32_t priority, Key key);

  /// A request is passed on: the new activity replies in its place. If the callee has no room, the
  /// forwarder keeps its slot until it has.
  void forward(auto& world, Activity& forwarder, std::uint32_t operation);

  /// A request has come over the network.
  void request_arrived(World& world, Id activity);

  void patience_over(World& world, Id activity);
  void limit_due(World& world, std::uint32_t replica);

  /// A request has ended, or nobody has waited for its end (abandoned). Gives back its slot and
  /// serves who is next.
  void leave(auto& world, Activity& activity, Outcome outcome);

  // Slots of non-blocking requests

  void give_slot_back(auto& world, Activity& activity);
  /// The request goes on as soon as it has a slot.
  void ask_for_slot(auto& world, Activity& activity);

  // Work and pools

  void work(auto& world, Activity& activity, Duration work);
  void work_done(auto& world, Id activity);
  void cpu_done(World& world, std::uint32_t processor);
  /// True if taken; otherwise the activity waits in line.
  bool acquire(World& world, Activity& activity, std::uint32_t pool);
  void release(World& world, std::uint32_t replica, std::uint32_t pool);

  /// Takes an activity out of whatever here refers to it; it is about to be destroyed.
  void take_out(World& world, Activity& activity);

  // Scaling and hours

  /// Schedules the first decisions and changes.
  void begin(World& world);
  /// The measures are about to forget what was before.
  void begin_measuring(World& world);
  void scaling_due(World& world, std::uint32_t service);
  void hours_change(World& world, std::uint32_t service);
  /// Whether it wants messages to process.
  [[nodiscard]] bool takes_messages(std::uint32_t replica) const {
    Replica const& at = replicas_[replica];
    return at.up && at.provision == Provision::full && !services_[at.service].closed;
  }

  // Faults

  /// With `silently` those whose requests are there are not told, nor those who send more.
  void crash(World& world, std::uint32_t replica, bool silently);
  void end_crash(World& world, std::uint32_t replica, bool silently);
  /// Callers have found out about a crash.
  void crash_detected(World& world, std::uint32_t replica);
  void started(World& world, std::uint32_t replica);
  void pause(World& world, std::uint32_t replica);
  void end_pause(World& world, std::uint32_t replica);
  void set_slowness(World& world, std::uint32_t replica, double slowness);
  void set_error_rate(std::uint32_t replica, double rate) { replicas_[replica].error_rate = rate; }

  /// Has it fetched into the cache: all of it, or what a plain program's requests look at.
  void prefetch(std::uint32_t replica) const {
    sojourn::prefetch(&replicas_[replica], bytes_to_fetch_);
  }
  [[nodiscard]] ServiceState const& service(std::uint32_t service) const {
    return services_[service];
  }

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
  /// What decides who may interrupt whom.
  struct Rank {
    std::int32_t priority = 0;
    Time arrived;
  };

  /// Where a request goes that has come.
  enum class Entry : std::uint8_t {
    free_slot,
    slot_of_another,
    line,
    outside,
    held_back,
    refused,  ///< By a limit or a full queue.
    nobody,   ///< The replica does not serve.
    unheard   ///< It is gone in silence.
  };

  Admission send_from(World& world, std::uint32_t sender, double bytes, Arrival const& arrival);
  Admission admit(auto& world, Arrival const& arrival);
  Admission admit(auto& world, std::uint32_t replica, Arrival const& arrival);
  Admission let_in_or_turn_down(auto& world, std::uint32_t replica, Arrival const& arrival,
                                Entry entry);
  Entry ask(auto& world, std::uint32_t replica, std::int32_t priority, bool is_expected);
  static Admission turn_down(World& world, std::uint32_t service, Entry entry);
  Entry make_room(auto& world, Replica& replica, std::int32_t priority, bool is_expected);
  bool push_out_oldest(World& world, Replica& replica);
  void enter(auto& world, Activity& activity, Entry entry);
  void wait_outside(World& world, Activity& activity);
  static void open_door(Replica& replica);
  static bool may_pass(Replica& replica, Time now);
  void hold_back(World& world, Activity& activity);
  void let_in(World& world, std::uint32_t replica);
  void schedule_door(World& world, std::uint32_t replica);
  Admission meet_nobody(World& world, std::uint32_t service) const;
  static Activity& create_request(World& world, std::uint32_t replica, Arrival const& arrival);
  void count_in(auto& world, Activity& activity, bool is_expected);
  static void count_out(World& world, Replica& replica);
  void note_entry(World const& world, Door const& door, Activity const& activity, Time time);
  void note_end(World& world, Activity const& activity, Outcome outcome);
  void forget_load(World& world, Replica& replica);
  void close(World& world, std::uint32_t service);
  void dismiss(World& world, std::uint32_t replica);
  static Time draw_patience(World& world, CallSite const& site);
  void start(auto& world, Activity& activity);
  void serve(auto& world, Replica const& replica, Activity& activity);
  void join_line(auto& world, Activity& activity);
  std::int64_t key_in_line(World& world, Activity& activity);
  Duration length_of_work(World& world, Activity& activity);
  static void arm_patience(World& world, Activity& activity);
  void turn_away(World& world, Activity& activity, Outcome outcome);
  Activity& take_from_line(auto& world, Replica& replica);
  bool is_shed(World& world, Replica& replica, Activity const& activity) const;
  void end_shed(World& world, Replica& replica);
  void pass_slot_on(auto& world, Replica& replica, std::uint32_t place);
  void fill(auto& world, std::uint32_t replica);
  void admit_entering(World& world, std::uint32_t replica);
  void take_slot(auto& world, Activity& activity);
  static Activity* victim_of(auto& world, Replica const& replica, Rank const& rank) {
    return world.has(replica.interrupts) ? find_victim(world, replica, rank) : nullptr;
  }
  static Activity* find_victim(World& world, Replica const& replica, Rank const& rank);
  static bool gives_way(World const& world, Activity const& activity);
  void interrupt(World& world, Activity& activity);
  void go_on_working(World& world, Activity& activity);
  void interrupt_for_waiting(World& world, std::uint32_t replica);
  bool interrupt_for_resuming(World& world, Replica& replica);
  bool interrupt_for_line(World& world, Replica& replica);
  Duration take_work_out(World& world, Replica& replica, Activity& activity);
  void begin_work(auto& world, Replica& replica, Activity& activity, Duration work);
  void run_work(auto& world, Replica const& replica, Activity& activity, Duration length);
  Duration halt_work(World& world, Replica const& replica, Activity& activity);
  template <class Change>
  void for_each_working(World& world, std::uint32_t replica, Change&& change);
  bool may_move_on(auto& world, Activity const& activity, std::uint32_t to, Entry entry);
  void move_on(auto& world, Activity& activity, std::uint32_t to, Arrival const& arrival,
               Entry entry);
  void hand_over(auto& world, Activity& forwarder, Admission admission);
  void end_forward(World& world, Activity& forwarder, Outcome outcome);
  std::uint32_t choose(auto& world, std::uint32_t service, Arrival const& arrival);
  void scale_to(World& world, std::uint32_t service, std::int64_t replicas);
  [[nodiscard]] std::int64_t count_full(std::uint32_t service) const;
  void provision(World& world, std::uint32_t service);
  void begin_to_drain(World& world, std::uint32_t service);
  void take_away(World& world, std::uint32_t replica);
  static void count_provisioned(World& world, Replica const& replica, int change);
  void begin_startup(World& world, std::uint32_t replica);
  double seen_of(World const& world, std::uint32_t service, Scaler& scaler) const;
  void set_up(World& world, std::uint32_t replica, bool up);
  void set_listed(std::uint32_t replica, bool listed);
  void set_up_processors(Program const& program);
  void reschedule_cpu(World& world, std::uint32_t processor);
  static void measure_cpu(World& world, Processor& processor);
  void hold_busy(World& world, Replica& replica, int change);
  void count_queue(World& world, Replica const& replica, int change);
  [[nodiscard]] static bool is_drained(Replica const& replica) {
    return replica.provision == Provision::draining && replica.present == 0;
  }
  /// Work that other replicas do not share is slowed down and stopped with its processor.
  [[nodiscard]] static bool has_own_processor(Replica const& replica) {
    return replica.processor != nowhere && !replica.shares_processor;
  }
  [[nodiscard]] SharedCpu& own_cpu(Replica const& replica) {
    return std::get<SharedCpu>(processors_[replica.processor]->cores);
  }
  [[nodiscard]] static bool serves(auto const& world, Replica const& replica) {
    return !world.has(replica.pauses > 0 || !replica.up);
  }
  [[nodiscard]] static bool has_free_slot(auto const& world, Replica const& replica) {
    return replica.busy < replica.slots && serves(world, replica);
  }

  std::vector<Replica> replicas_;
  /// (replicas, then hosts) Empty where nobody has cores.
  std::vector<std::optional<Processor>> processors_;
  std::vector<ServiceState> services_;
  std::size_t bytes_to_fetch_;  ///< Of a replica.
  // By place of the activity, as far as somebody wants to know.
  std::vector<Time> entered_;  ///< When an adaptive limit let it in; else never.
  std::vector<Time> joined_;   ///< The line, where some are shed.
};

}  // namespace sojourn
