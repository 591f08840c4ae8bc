#pragma once

#include <cstdint>
#include <vector>

#include "models/call_guard.h"
#include "models/outcome.h"
#include "models/policy/retry_policy.h"
#include "models/program.h"
#include "models/record_pool.h"
#include "sim/event.h"
#include "sim/time.h"

namespace sojourn {

struct World;

/// A call in progress, with all its attempts: by an activity, which keeps its slot meanwhile if it
/// is blocking, or by a client of a workload. At most one attempt is awaited at a time; one that
/// timed out goes on unawaited.
struct Call {
  std::uint32_t generation = 0;
  std::uint32_t site = 0;
  std::int32_t priority = 0;
  std::uint32_t attempt = 0;         ///< From 1.
  Id caller;                         ///< The calling activity; none for a client.
  std::uint32_t workload = nowhere;  ///< Of a client.
  std::uint32_t user = nowhere;      ///< Of a closed workload's client.
  Id callee;                         ///< The attempt awaited, if any.
  EventId timer;                     ///< Of the attempt's timeout or the backoff.
  Time sent;
  float previous_backoff = 0.0F;  ///< s
  // Of the attempt, at the guard of its site.
  std::uint32_t ticket : 29 = 0;        ///< The breaker's; 0 where it has not passed one.
  std::uint32_t waits_outside : 1 = 0;  ///< For a place in the bulkhead.
  std::uint32_t in_bulkhead : 1 = 0;
  std::uint32_t carries_deadline : 1 = 0;
};
static_assert(sizeof(Call) == 64);

/// Makes calls: attempts, timeouts, retries.
class Calls {
 public:
  explicit Calls(Program const& program) : guards(program), budgets_(program.call_sites.size()) {}

  /// The call of an activity, or of a client of a workload. It may end at once, so the caller must
  /// be ready to hear.
  void begin_from(World& world, Id caller, std::uint32_t site);
  void begin_from_client(World& world, std::uint32_t workload, std::uint32_t user,
                         std::uint32_t site);

  /// The attempt `attempt` of a call has ended. One that is no longer awaited is ignored.
  void attempt_ended(World& world, Id call, Id attempt, Outcome outcome);

  /// The attempt was not let in: it has failed without an activity.
  void refused(World& world, Id call, Outcome outcome);

  /// The callee passes its duty to reply on to another activity.
  void hand_over(World& world, Id call, Id from, Id to);

  /// The attempt has passed its guard and goes out.
  void send_attempt(World& world, Call& call, Id id);

  void attempt_timed_out(World& world, Id call, std::uint32_t attempt);
  void backoff_done(World& world, Id call);

  /// The caller is gone. Its callee is not told and works on; an attempt that is still blocked
  /// outside leaves with its sender.
  void abandon(World& world, Id call);

  /// Whether somebody at the far end still waits for what this activity does.
  [[nodiscard]] static bool is_wanted(World const& world, std::uint32_t activity);

  CallGuards guards;

 private:
  void begin(World& world, Id id);
  void begin_attempt(World& world, Id id);
  bool enter_bulkhead(World& world, Call& call, Id id);
  void settle(World& world, Call& call, Id id, Outcome outcome);
  static void end(World& world, Call const& call, Id id, Outcome outcome);
  bool may_retry(Retry const& retry, Call const& call, Outcome outcome);
  static bool is_outside(World const& world, Id attempt);
  static bool is_paused(World const& world, Call const& call);

  std::vector<RetryBudget> budgets_;  ///< (call sites)
};

}  // namespace sojourn
