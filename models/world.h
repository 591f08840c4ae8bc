#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/activity.h"
#include "models/cache.h"
#include "models/call.h"
#include "models/channel.h"
#include "models/event_kind.h"
#include "models/fault.h"
#include "models/interpreter.h"
#include "models/measurements.h"
#include "models/message.h"
#include "models/network.h"
#include "models/program.h"
#include "models/record_pool.h"
#include "models/replica.h"
#include "models/saga.h"
#include "models/traces.h"
#include "models/workload.h"
#include "sim/simulator.h"
#include "sim/stream_ahead.h"

namespace sojourn {

/// One run: everything that changes while it goes on. The parts refer to each other's records by
/// index through the world, by pointer only while an event is handled, so that a running world can
/// be copied.
struct World {
  World(Program const& compiled, Streams const& named);

  /// Schedules what happens first.
  void begin();

  /// Begins to measure anew, at the end of what has been measured so far.
  void begin_stretch();

  /// Handles one event; called by the simulator's main loop.
  void handle(Event const& event);

  /// Handles an event about parts of the world and not about requests or messages.
  void handle_change(Event const& event);

  /// Has what these events are about fetched into the cache, for they will be due soon.
  void foresee(std::span<DueEvent const> events) const;

  [[nodiscard]] Time now() const { return sim.now(); }

  /// Whether there is something that a plain world has not: see `PlainWorld`.
  static bool has(auto const& something) { return static_cast<bool>(something); }
  [[nodiscard]] bool has_network() const { return !program->links.empty(); }
  [[nodiscard]] bool watches_faults() const { return measures.watches_faults; }

  static Event event(EventKind kind, std::uint32_t target, std::uint64_t token) {
    return {static_cast<std::uint16_t>(kind), target, token};
  }
  EventId at(Time time, EventKind kind, std::uint32_t target, std::uint64_t token) {
    return sim.schedule_at(time, event(kind, target, token));
  }
  EventId after(Duration delay, EventKind kind, std::uint32_t target, std::uint64_t token) {
    return sim.schedule_after(delay, event(kind, target, token));
  }

  /// Those of work and waiting.
  [[nodiscard]] Activities const& event_owners() const { return activities; }

  /// True if the event was still pending.
  bool cancel(EventId id) { return sim.cancel(id, activities); }
  void cancel_timer(Activity& activity) { cancel(std::exchange(activity.timer, {})); }

  [[nodiscard]] CallSite const& site_of(Call const& call) const {
    return program->call_sites[call.site];
  }

  /// The operation in progress, or of which it is a part.
  [[nodiscard]] std::uint32_t operation_of(Activity const& activity) const {
    return program->steps[activity.step].operation;
  }

  /// Puts off what the paused caller of a call would do now.
  void defer(Call const& call, Event const& due) {
    replicas.defer(activities[call.caller.index].replica, due);
  }

  void change_backlog(double change) {
    if (measures.watches_faults) measures.timeline.change_backlog(now(), change);
  }

  /// Whether nothing more will happen. One of the ends of the warm-up and of the cells is always to
  /// come.
  [[nodiscard]] bool has_run_dry() const { return sim.pending() <= 1; }

  /// The run cannot go on, for a reason that lies in the scenario.
  void give_up(std::string reason) { failure = std::move(reason); }
  [[nodiscard]] bool has_failed() const { return !failure.empty(); }

  Program const* program;
  Simulator sim;
  std::vector<StreamAhead> streams;  ///< (program streams)
  Measurements measures;

  Activities activities;
  RecordPool<Frame> frames;
  RecordPool<Fetch> fetches;
  RecordPool<Join> joins;
  RecordPool<Call> calls;
  RecordPool<HedgedAttempt> hedges;
  RecordPool<Transit> transits;
  RecordPool<Publication> publications;
  RecordPool<Message> messages;
  RecordPool<Delivery> deliveries;

  /// Somebody has given up what others may still work at. Whoever ends a call or a join, or waits
  /// no longer for an attempt, while that may be alive, sets it first. With messages there is no
  /// telling.
  bool has_orphans = false;

  Interpreter interpreter;
  Replicas replicas;
  Calls calls_in_progress;
  Caches caches;
  Sagas sagas;
  Workloads workloads;
  Channels channels;
  Network network;
  Faults faults;
  Traces traces;
  std::string failure;

 private:
  void end_cell(std::uint32_t cell);
};

/// The run of a plain program (see `Program::is_plain`). What every request runs through is
/// compiled for it a second time, as `auto& world`, and whatever it asks a plain world for is not
/// there.
struct PlainWorld : World {
  using World::World;

  static constexpr bool has([[maybe_unused]] auto const& something) {
    assert(!static_cast<bool>(something));
    return false;
  }
  static constexpr bool has_network() { return false; }
  static constexpr bool watches_faults() { return false; }

  void handle(Event const& event);
};

}  // namespace sojourn
