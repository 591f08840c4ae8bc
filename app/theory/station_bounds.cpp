#include "analysis/theory/approximations.h"
#include "app/theory/one_queue.h"
#include "app/theory/parts.h"

namespace sojourn {
namespace {

/// GI/G/1, first come first served, of which both laws are known.
bool is_single_queue(Station const& station, OneQueue const& queue) {
  bool const known = queue.stream.kind == Stream::Kind::renewal && station.hold.exact;
  return known && queue.servers == 1 && !queue.room && !station.patience && !station.breakdown &&
         station.discipline == Discipline::fifo && station.stream.why.empty() &&
         queue.split_exactly && station.speeds.empty();
}

}  // namespace

void add_station_bounds(Scenario const& scenario, Equilibrium const& equilibrium,
                        ScenarioExpectation& expectation) {
  for (std::size_t i = 0; i < scenario.services.size(); ++i) {
    auto const& place = equilibrium.at(i);
    if (!place.station || !place.solution || place.solution->exact) continue;
    OneQueue const queue = queue_of(*place.station);
    if (!is_single_queue(*place.station, queue)) continue;
    auto const bound = theory::kingman_bound(
        {1.0 / queue.rate, queue.stream.interarrival.moments().scv}, place.station->hold.moments());
    if (bound)
      expectation.bounds.push_back({scenario.services[i].name + ".wait.mean", Unit::second, 0.0,
                                    *bound, "Kingman's bound of GI/G/1"});
  }
}

}  // namespace sojourn
