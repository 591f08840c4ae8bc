#include "analysis/theory/mg1.h"

#include <cmath>

namespace sojourn::theory {
namespace {

Requirements requirements_of(double arrival_rate, TwoMoments const& service) {
  Requirements needs;
  needs.positive("the arrival rate", arrival_rate)
      .positive("the mean service time", service.mean)
      .that(std::isfinite(service.scv) && service.scv >= 0.0,
            "the service time has no finite variance, so the mean wait has no bound");
  return needs;
}

/// What follows from the mean wait by Little's law.
StationFigures with_wait(double arrival_rate, double mean_service, double wait,
                         double probability_wait) {
  StationFigures figures;
  figures.throughput = arrival_rate;
  figures.utilisation = arrival_rate * mean_service;
  figures.probability_wait = probability_wait;
  figures.mean_wait = wait;
  figures.mean_sojourn = wait + mean_service;
  figures.mean_queue = arrival_rate * wait;
  figures.mean_in_system = arrival_rate * figures.mean_sojourn;
  return figures;
}

double pollaczek_khinchine(double arrival_rate, double mean, double second_moment) {
  return arrival_rate * second_moment / (2.0 * (1.0 - arrival_rate * mean));
}

}  // namespace

Answer<StationFigures> mg1(double arrival_rate, TwoMoments const& service) {
  auto needs = requirements_of(arrival_rate, service);
  double const load = arrival_rate * service.mean;
  if (needs.stable(load).broken()) return needs.failure();
  return with_wait(arrival_rate, service.mean,
                   pollaczek_khinchine(arrival_rate, service.mean, service.second()), load);
}

Answer<StationFigures> mg1_sharing(double arrival_rate, double mean_service) {
  auto needs = requirements_of(arrival_rate, {mean_service, 1.0});
  double const load = arrival_rate * mean_service;
  if (needs.stable(load).broken()) return needs.failure();
  StationFigures figures;
  figures.throughput = arrival_rate;
  figures.utilisation = load;
  figures.mean_sojourn = mean_service / (1.0 - load);
  figures.mean_in_system = load / (1.0 - load);
  return figures;
}

Answer<StationFigures> mg_infinity(double arrival_rate, double mean_service) {
  auto const needs = requirements_of(arrival_rate, {mean_service, 1.0});
  if (needs.broken()) return needs.failure();
  StationFigures figures;
  figures.throughput = arrival_rate;
  figures.mean_sojourn = mean_service;
  figures.mean_in_system = arrival_rate * mean_service;
  return figures;
}

Answer<std::vector<StationFigures>> mg1_priorities(std::vector<PriorityClass> const& classes,
                                                   bool interrupts) {
  double load = 0.0, all_residual = 0.0;
  Requirements needs;
  needs.that(!classes.empty(), "there is no class of requests");
  for (auto const& each : classes) {
    auto const own = requirements_of(each.arrival_rate, each.service);
    if (own.broken()) return own.failure();
    load += each.arrival_rate * each.service.mean;
    all_residual += each.arrival_rate * each.service.second() / 2.0;
  }
  if (needs.stable(load).broken()) return needs.failure();

  std::vector<StationFigures> result;
  double above = 0.0, residual = 0.0;
  for (auto const& each : classes) {
    double const upto = above + each.arrival_rate * each.service.mean;
    residual += each.arrival_rate * each.service.second() / 2.0;
    double const wait = (interrupts ? residual : all_residual) / ((1.0 - above) * (1.0 - upto));
    auto figures = with_wait(each.arrival_rate, each.service.mean, wait, interrupts ? upto : load);
    if (interrupts) {
      // While interrupted it is again in line.
      figures.mean_sojourn = wait + each.service.mean / (1.0 - above);
      figures.mean_in_system = each.arrival_rate * figures.mean_sojourn;
      figures.mean_queue = figures.mean_in_system - each.arrival_rate * each.service.mean;
    }
    result.push_back(figures);
    above = upto;
  }
  return result;
}

Answer<StationFigures> mg1_vacations(double arrival_rate, TwoMoments const& service,
                                     TwoMoments const& vacation) {
  auto needs = requirements_of(arrival_rate, service);
  needs.positive("the mean vacation", vacation.mean).not_negative("its variability", vacation.scv);
  if (needs.stable(arrival_rate * service.mean).broken()) return needs.failure();
  double const wait = pollaczek_khinchine(arrival_rate, service.mean, service.second()) +
                      vacation.second() / (2.0 * vacation.mean);
  return with_wait(arrival_rate, service.mean, wait, 1.0);
}

Answer<StationFigures> mg1_breakdowns(double arrival_rate, TwoMoments const& service,
                                      double failure_rate, TwoMoments const& repair) {
  auto needs = requirements_of(arrival_rate, service);
  needs.not_negative("the failure rate", failure_rate)
      .positive("the mean repair", repair.mean)
      .not_negative("the variability of repairs", repair.scv);
  double const stretch = 1.0 + failure_rate * repair.mean;
  double const completion = service.mean * stretch;
  if (needs.stable(arrival_rate * completion).broken()) return needs.failure();
  double const second =
      service.second() * stretch * stretch + failure_rate * service.mean * repair.second();
  double const down = failure_rate * repair.mean / stretch;
  double const wait = pollaczek_khinchine(arrival_rate, completion, second) +
                      down * repair.second() / (2.0 * repair.mean);
  double const load = arrival_rate * completion;
  auto figures = with_wait(arrival_rate, completion, wait, load + (1.0 - load) * down);
  figures.utilisation = arrival_rate * service.mean;
  return figures;
}

Answer<StationFigures> mg1_batches(double batch_rate, TwoMoments const& batch_size,
                                   TwoMoments const& service) {
  auto needs = requirements_of(batch_rate, service);
  needs.at_least("the mean batch", batch_size.mean, 1.0)
      .not_negative("the variability of batches", batch_size.scv);
  double const work = batch_size.mean * service.mean;
  if (needs.stable(batch_rate * work).broken()) return needs.failure();
  double const second =
      batch_size.mean * service.variance() + batch_size.second() * service.mean * service.mean;
  double const own_batch = 0.5 * service.mean * (batch_size.second() / batch_size.mean - 1.0);
  double const wait = pollaczek_khinchine(batch_rate, work, second) + own_batch;
  double const first = 1.0 / batch_size.mean;
  return with_wait(batch_rate * batch_size.mean, service.mean, wait,
                   1.0 - (1.0 - batch_rate * work) * first);
}

}  // namespace sojourn::theory
