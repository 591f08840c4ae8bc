#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/activity.h"
#include "models/call_guard.h"
#include "models/outcome.h"
#include "models/policy/key.h"
#include "models/policy/retry_policy.h"
#include "models/program.h"
#include "models/record_pool.h"
#include "models/replica.h"
#include "sim/event.h"
#include "sim/time.h"

namespace sojourn {

struct World;

/// A call in progress that is not direct, with all its attempts: by an activity, which keeps its
/// slot meanwhile if it is blocking, or by a client of a workload. At most one attempt is awaited
/// at a time; one that timed out goes on unawaited.
struct Call {
  std::uint32_t generation = 0;
  std::uint32_t site = 0;
  std::int32_t priority = 0;
  std::uint32_t attempt = 0;         ///< From 1.
  Id caller;                         ///< The calling activity. Of a client of a closed workload
                                     ///< its user, in `index`.
  std::uint32_t workload = nowhere;  ///< Of a client.
  Key key = 0;                       ///< What it is about.
  Id callee;                         ///< The attempt awaited, if any: an activity; or a hedge.
  EventId timer;                     ///< Of the attempt's timeout or the backoff.
  Time sent;
  float previous_backoff = 0.0F;  ///< s
  // Of the attempt, at the guard of its site.
  std::uint32_t ticket : 28 = 0;        ///< The breaker's; 0 where it has not passed one.
  std::uint32_t in_attempt : 1 = 0;     ///< It has begun and is neither answered nor given up.
  std::uint32_t waits_outside : 1 = 0;  ///< For a place in the bulkhead.
  std::uint32_t in_bulkhead : 1 = 0;
  std::uint32_t carries_deadline : 1 = 0;
};
static_assert(sizeof(Call) == 64);

/// An attempt of which several copies may be under way.
struct HedgedAttempt {
  struct Copy {
    Id attempt;
    std::uint32_t number = 0;  ///< From 1.
  };
  std::uint32_t generation = 0;
  std::uint32_t sent = 0;
  std::uint32_t under_way = 0;
  bool sending = false;  ///< One more is on its way out, and may push another out of a full line.
  Id call;
  EventId timer;  ///< Of the next copy.
  std::array<Copy, Hedge::most_copies> copies;
  std::array<std::uint32_t, Hedge::most_copies> replicas{};  ///< (copies) Where they went.
};

/// Makes calls: attempts, timeouts, retries.
class Calls {
 public:
  explicit Calls(Program const& program);

  /// The call of an activity, or of a client of a workload. It may end at once, so the caller must
  /// be ready to hear.
  void begin_from(auto& world, Activity& caller, std::uint32_t site);
  void begin_from_client(auto& world, std::uint32_t user, std::uint32_t site);

  /// The callee of a direct call has ended: its caller hears of it, if it still asks.
  void reply_to_caller(auto& world, Id caller, Id callee, Outcome outcome);

  /// The attempt `attempt` of a call has ended at a replica: its caller hears of it, over the
  /// network if there is one. One that is no longer awaited is ignored.
  void reply(auto& world, Id call, Id attempt, std::uint32_t replica, Outcome outcome);

  /// What was on its way over the network is there.
  void transit_arrived(World& world, Id transit);

  /// The attempt was not let in: it has failed without an activity.
  void refused(World& world, Id call, Outcome outcome);

  /// The callee passes its duty to reply on to another activity.
  void hand_over(auto& world, Id call, Id from, Id to);

  /// The attempt has passed its guard and goes out.
  void send_attempt(auto& world, Call& call, CallSite const& site, Id id);

  void attempt_timed_out(World& world, Id call, std::uint32_t attempt);
  void backoff_done(World& world, Id call);
  void hedge_due(World& world, Id hedge);

  /// An attempt, or a copy of one, has become an activity.
  static void sent(auto& world, Call& call, CallSite const& site, Activity const& attempt);

  /// Where a copy of a hedged attempt goes: the chosen replica, or the next in the list to which
  /// none went. Remembers it.
  static std::uint32_t another_replica(World& world, Call const& call, std::uint32_t chosen,
                                       std::vector<std::uint32_t> const& listed);

  /// The caller is gone. Its callee works on unless it is told, `with_callee` or because the call
  /// says so; an attempt that is still blocked outside leaves with its sender.
  void abandon(World& world, Id call, bool with_callee);

  /// The caller of a direct call is gone.
  static void abandon_callee(World& world, Id callee, bool is_told);

  /// Whether an answer of the callee of a direct call would be heard.
  [[nodiscard]] static bool asks(Activity const& caller, std::uint32_t callee) {
    return caller.state == ActivityState::asking && caller.awaits == callee;
  }

  /// Whether an answer of the attempt would be heard.
  [[nodiscard]] static bool awaits(auto const& world, Call const& call, Id attempt);

  /// Where a call comes from, in a program with a network.
  [[nodiscard]] static std::uint32_t end_of_caller(World const& world, Call const& call);

  /// Whether somebody at the far end still waits for what this activity does. O(1) until somebody
  /// has given up, then O(callers).
  [[nodiscard]] static bool is_wanted(World const& world, Activity const& activity);

  /// When the first of those who wait for what this activity does, up the chain of callers, gives
  /// up by a timeout; `never` without one. Kept only if some service goes by it.
  [[nodiscard]] Time deadline_of(World const& world, Activity const& activity) const;

  CallGuards guards;

 private:
  void begin_direct(auto& world, Activity& caller, CallSite const& site);
  void begin_direct_from_client(auto& world, std::uint32_t user, std::uint32_t site);
  static Replicas::Admission send_direct(auto& world, CallSite const& site,
                                         Replicas::Arrival arrival);
  static void note_begin(auto& world, CallSite const& site, Key& key);
  void begin(auto& world, Call& call, Id id);
  void begin_attempt(auto& world, Call& call, CallSite const& site, Id id);
  void arm_timeout(World& world, Call& call, CallSite const& site, Id id);
  static bool is_heard(World const& world, Activity const& activity);
  bool enter_bulkhead(World& world, Call& call, Id id);
  void attempt_ended(auto& world, Id call, Id attempt, Outcome outcome);
  static void count_attempt(auto& world, std::uint32_t workload, Time sent);
  static void give_up_attempt(World& world, Call const& call, Id attempt, bool is_told,
                              Outcome outcome);
  void begin_hedge(World& world, Call& call, Id id);
  void send_copies(World& world, Id hedge);
  static bool awaits_copy(World const& world, Call const& call, Id attempt);
  static void copy_sent(World& world, Call const& call, Id attempt);
  void copy_ended(World& world, Call& call, Id id, Id attempt, Outcome outcome);
  static void give_up_copies(World& world, Call const& call);
  static void end_hedge(World& world, Id hedge);
  void reply_over_network(World& world, Id call, Id attempt, std::uint32_t replica,
                          Outcome outcome);
  static void tell_to_stop(World& world, Call const& call, Id attempt);
  void settle(auto& world, Call& call, CallSite const& site, Id id, Outcome outcome);
  static void end(auto& world, Call const& call, Id id, Outcome outcome);
  bool retry(World& world, Call& call, Id id, Outcome outcome);
  bool may_retry(Retry const& retry, Call const& call, Outcome outcome);
  static bool is_outside(World const& world, Id attempt);
  static bool is_paused(World const& world, Call const& call);

  std::vector<RetryBudget> budgets_;  ///< (call sites)
  bool keeps_timeouts_ = false;
  std::vector<Time> timeouts_;  ///< (places of calls) -> when the attempt times out; if kept.
};

}  // namespace sojourn
