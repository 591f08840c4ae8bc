#include "analysis/theory/approximations.h"

#include <cmath>

#include "analysis/theory/mmc.h"

namespace sojourn::theory {
namespace {

Requirements requirements_of(TwoMoments const& interarrival, TwoMoments const& service) {
  Requirements needs;
  needs.positive("the mean time between arrivals", interarrival.mean)
      .positive("the mean service time", service.mean)
      .not_negative("the variability of arrivals", interarrival.scv)
      .that(std::isfinite(service.scv) && service.scv >= 0.0,
            "the service time has no finite variance, so the mean wait has no bound");
  return needs;
}

}  // namespace

Answer<StationFigures> allen_cunneen(TwoMoments const& interarrival, TwoMoments const& service,
                                     int servers) {
  auto const needs = requirements_of(interarrival, service);
  if (needs.broken()) return needs.failure();
  auto const markov = Mmc::solve(1.0 / interarrival.mean, 1.0 / service.mean, servers);
  if (!markov) return markov.failure();
  StationFigures figures = markov->figures();
  figures.mean_wait *= 0.5 * (interarrival.scv + service.scv);
  figures.mean_sojourn = figures.mean_wait + service.mean;
  figures.mean_queue = figures.throughput * figures.mean_wait;
  figures.mean_in_system = figures.throughput * figures.mean_sojourn;
  return figures;
}

Answer<double> kingman_bound(TwoMoments const& interarrival, TwoMoments const& service) {
  auto needs = requirements_of(interarrival, service);
  double const load = service.mean / interarrival.mean;
  if (!needs.broken()) needs.stable(load);
  if (needs.broken()) return needs.failure();
  return (interarrival.variance() + service.variance()) / (2.0 * interarrival.mean * (1.0 - load));
}

}  // namespace sojourn::theory
