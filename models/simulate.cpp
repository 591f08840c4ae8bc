#include "models/simulate.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/controls.h"
#include "models/deadlock.h"
#include "models/report.h"
#include "models/world.h"
#include "sim/ensure.h"

namespace sojourn {
namespace {

/// Events between two looks at the outside world: a few milliseconds.
constexpr std::uint64_t slice = 1 << 15;
/// Looks for a deadlock in a run.
constexpr int looks = 100;
/// Slices without the clock moving after which a scenario is taken to go round in circles.
constexpr int most_idle_slices = 300;
/// Records of one kind after which a scenario is taken to grow without bound.
constexpr std::size_t most_records = 60'000'000;

void check_growth(World& world) {
  if (world.activities.size() > most_records || world.calls.size() > most_records) {
    world.give_up("more than 60 million requests are in flight: load grows without a bound");
  } else if (world.publications.size() + world.messages.size() + world.channels.waiting() >
             most_records) {
    world.give_up("more than 60 million messages are waiting: a channel grows without a bound");
  }
}

/// Drives one world to its end.
template <class W>
class Drive {
 public:
  Drive(W& world, Watch& watch, Time end)
      : world_(world),
        watch_(watch),
        begin_(world.now()),
        end_(end),
        between_looks_(std::max(Duration(1), (end - begin_) / looks)),
        next_look_(begin_ + between_looks_) {}

  /// False if the run was stopped or given up before it was there.
  bool to(Time goal) {
    while (!world_.has_failed()) {
      Time const before = world_.now();
      bool const is_there = world_.sim.run(world_, std::min(next_look_, goal), slice);
      if (is_there && world_.now() >= goal) return true;
      if (is_there) look();
      check_progress(before);
      check_growth(world_);
      if (!watch_.go_on(in_seconds(world_.now() - begin_) / in_seconds(end_ - begin_))) break;
    }
    return false;
  }

 private:
  void look() {
    next_look_ += between_looks_;
    if (auto reason = deadlocks_.look(world_)) world_.give_up(std::move(*reason));
  }

  void check_progress(Time before) {
    idle_slices_ = world_.now() == before ? idle_slices_ + 1 : 0;
    if (idle_slices_ > most_idle_slices)
      world_.give_up("events follow one another without time passing");
  }

  W& world_;
  Watch& watch_;
  DeadlockWatch deadlocks_;
  Time begin_, end_;
  Duration between_looks_;
  Time next_look_;
  int idle_slices_ = 0;
};

/// What `use` makes of a new world, of the kind that the program can do with.
template <class Use>
auto in_world(Program const& program, Streams const& streams, Use const& use) {
  if (program.is_plain) {
    PlainWorld world(program, streams);
    return use(world);
  }
  World world(program, streams);
  return use(world);
}

RunResult run_to_end(auto& world, Watch& watch) {
  Time const end(world.program->duration);
  world.begin();
  Drive(world, watch, end).to(end);
  world.measures.timeline.close(world.now());
  return make_result(world);
}

/// What is on its way will be counted where it ends.
void leave_out_what_is_on_its_way(RunResult& result) {
  for (RunResult::Account& account : result.accounts) {
    account.total -= account.parts.back();
    account.parts.back() = 0;
  }
}

std::vector<RunResult> run_in_stretches(auto& world, Watch& watch, std::size_t count) {
  world.begin();
  auto const end_of = [&](std::size_t stretch) {
    return Time(world.program->duration * static_cast<std::int64_t>(stretch));
  };
  Drive drive(world, watch, end_of(count));
  std::vector<RunResult> results;
  for (std::size_t stretch = 1; stretch <= count; ++stretch) {
    bool const is_whole = drive.to(end_of(stretch));
    results.push_back(make_result(world));
    if (!is_whole) break;
    if (stretch == count) break;
    leave_out_what_is_on_its_way(results.back());
    world.begin_stretch();
  }
  return results;
}

}  // namespace

RunResult simulate(Program const& program, Streams const& streams, Watch& watch) {
  return in_world(program, streams, [&](auto& world) { return run_to_end(world, watch); });
}

RunResult simulate_traced(Program const& program, Streams const& streams, Watch& watch,
                          TraceOptions const& options, TracedRun& traced) {
  World world(program, streams);
  world.traces.turn_on(streams, options);
  RunResult result = run_to_end(world, watch);
  traced = world.traces.collect(world);
  return result;
}

RunResult simulate_with_controls(Program const& program, Streams const& streams, Watch& watch) {
  return in_world(program, streams, [&](auto& world) {
    RunResult result = run_to_end(world, watch);
    result.controls = control_values(program, streams, world.streams);
    return result;
  });
}

std::vector<RunResult> simulate_in_stretches(Program const& program, Streams const& streams,
                                             Watch& watch, std::size_t count) {
  ensure(program.faults.empty(), "a run in stretches has no faults");
  return in_world(program, streams,
                  [&](auto& world) { return run_in_stretches(world, watch, count); });
}

}  // namespace sojourn
