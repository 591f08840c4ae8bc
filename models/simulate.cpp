#include "models/simulate.h"

#include <algorithm>

#include "models/deadlock.h"
#include "models/report.h"
#include "models/world.h"

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

}  // namespace

RunResult simulate(Program const& program, Streams const& streams, Watch& watch) {
  World world(program, streams);
  world.begin();
  Time const begin = Time(-program.warmup);
  Time const end = Time(program.duration);
  DeadlockWatch deadlocks;
  Duration const between_looks = std::max(Duration(1), (end - begin) / looks);
  Time next_look = begin + between_looks;
  int idle_slices = 0;
  while (!world.has_failed()) {
    Time const before = world.now();
    bool const is_there = world.sim.run(world, std::min(next_look, end), slice);
    if (is_there && world.now() >= end) break;
    if (is_there) {
      next_look += between_looks;
      if (auto reason = deadlocks.look(world)) world.give_up(std::move(*reason));
    }
    idle_slices = world.now() == before ? idle_slices + 1 : 0;
    if (idle_slices > most_idle_slices)
      world.give_up("events follow one another without time passing");
    check_growth(world);
    if (!watch.go_on(in_seconds(world.now() - begin) / in_seconds(end - begin))) break;
  }
  world.measures.timeline.close(world.now());
  return make_result(world);
}

}  // namespace sojourn
