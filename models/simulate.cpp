#include "models/simulate.h"

#include "models/report.h"
#include "models/world.h"

namespace sojourn {
namespace {

/// Events between two looks at the outside world: a few milliseconds.
constexpr std::uint64_t slice = 1 << 15;
/// Slices without the clock moving after which a scenario is taken to go round in circles.
constexpr int most_idle_slices = 300;
/// Records of one kind after which a scenario is taken to grow without bound.
constexpr std::size_t most_records = 60'000'000;

void check_growth(World& world) {
  if (world.activities.size() > most_records || world.calls.size() > most_records) {
    world.give_up("more than 60 million requests are in flight: load grows without a bound");
  } else if (world.messages.size() > most_records) {
    world.give_up("more than 60 million messages are waiting: a channel grows without a bound");
  }
}

}  // namespace

RunResult simulate(Program const& program, Streams const& streams, Watch& watch) {
  World world(program, streams);
  world.begin();
  Time const begin = Time(-program.warmup);
  Time const end = Time(program.duration);
  int idle_slices = 0;
  while (!world.has_failed()) {
    Time const before = world.now();
    if (world.sim.run(world, end, slice)) break;
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
