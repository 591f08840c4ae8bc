#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "models/outcome.h"
#include "models/policy/circuit_breaker.h"
#include "models/program.h"
#include "models/record_pool.h"
#include "sim/event.h"

namespace sojourn {

struct Call;
struct World;

/// The breaker and the bulkhead through which one caller, a replica or a workload, makes the calls
/// of one site.
struct CallGuard {
  struct Waiting {
    Id call;
    std::uint32_t attempt = 0;
  };
  std::optional<CircuitBreaker> breaker;
  EventId reopening;            ///< The end of its being open.
  std::int64_t in_flight = 0;   ///< Attempts in the bulkhead.
  std::deque<Waiting> waiting;  ///< For a place in it; those that gave up are still here.
  bool admitting = false;       ///< Places are being given away, further up the stack.
};

/// All guards of a run. Those who call ask before each attempt and tell how it ended.
class CallGuards {
 public:
  explicit CallGuards(Program const& program);

  /// Whether the breaker lets the attempt pass.
  bool pass_breaker(World& world, Call& call);

  enum class Entry : std::uint8_t { enters, waits, refused };
  /// Takes a place in the bulkhead, or stands in line for one.
  Entry enter(World& world, Call& call, Id id);

  /// The attempt has ended, or its caller has given it up (no outcome). Lets in who waits.
  void leave(World& world, Call& call, std::optional<Outcome> outcome);

  /// The breaker of a guard has been open for long enough.
  void end_open(World& world, std::uint32_t guard);

  /// The process that calls is gone, and with it what its guards knew.
  void replica_crashed(World& world, std::uint32_t replica);

  /// Lets in who waits at the guards of a replica.
  void pause_ended(World& world, std::uint32_t replica);

  /// The guard that a call passes. Precondition: its site has some, and its caller lives.
  static std::uint32_t guard_of(World const& world, Call const& call);
  [[nodiscard]] CallGuard const& operator[](std::uint32_t guard) const { return guards_[guard]; }

 private:
  void admit_waiting(World& world, std::uint32_t guard);
  void count_open(World& world, std::uint32_t guard, int change);

  std::vector<CallGuard> guards_;
};

}  // namespace sojourn
