#include "analysis/theory/breakdowns.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/theory/markov_chain.h"
#include "analysis/theory/qbd.h"

namespace sojourn::theory {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

namespace {

/// Level n is the number present; state 0 of a level is that without an interruption.
class Environment {
 public:
  Environment(double arrival_rate, double service_rate, int servers,
              Interruption const& interruption)
      : arrivals_(arrival_rate), servers_(servers) {
    Index const phases = interruption.length.size();
    changes_ = MatrixXd::Zero(phases + 1, phases + 1);
    changes_.topRightCorner(1, phases) = interruption.rate * interruption.length.start;
    changes_.bottomLeftCorner(phases, 1) = interruption.length.exits();
    changes_.bottomRightCorner(phases, phases) = interruption.length.phases;
    changes_(0, 0) = -changes_.row(0).tail(phases).sum();
    speeds_ = VectorXd::Constant(phases + 1, service_rate * interruption.speed);
    speeds_(0) = service_rate;
  }

  [[nodiscard]] Index size() const { return changes_.rows(); }
  [[nodiscard]] MatrixXd up() const { return MatrixXd::Identity(size(), size()) * arrivals_; }
  [[nodiscard]] MatrixXd down(std::int64_t n) const {
    auto const busy = static_cast<double>(std::min<std::int64_t>(n, servers_));
    return MatrixXd((busy * speeds_).asDiagonal());
  }
  [[nodiscard]] MatrixXd local(std::int64_t n, bool full) const {
    MatrixXd rates = changes_;
    if (!full) rates -= up();
    return rates - down(n);
  }

 private:
  double arrivals_;
  int servers_;
  MatrixXd changes_;
  VectorXd speeds_;
};

/// Sums over the levels: each by state of the environment.
struct Levels {
  RowVectorXd all, present, busy, waiting_room;  // probability, times n, times min(n, c), n >= c
  RowVectorXd full;
  void add(RowVectorXd const& level, double n, double servers) {
    all += level;
    present += n * level;
    busy += std::min(n, servers) * level;
    if (n >= servers) waiting_room += level;
  }
};

/// The levels below `last`, and that one, from x[n] = x[n-1] R[n]. `above` is R[last+1] down.
Answer<std::vector<RowVectorXd>> levels_until(Environment const& environment, std::int64_t last,
                                              bool full, MatrixXd above) {
  std::vector<MatrixXd> ratios(static_cast<std::size_t>(last) + 1);
  for (std::int64_t n = last; n >= 1; --n) {
    MatrixXd const inner = -(environment.local(n, full && n == last) + above);
    MatrixXd const ratio =
        inner.transpose().partialPivLu().solve(environment.up().transpose()).transpose();
    above = ratio * environment.down(n);
    ratios[static_cast<std::size_t>(n)] = ratio;
  }
  auto const first = steady_state(environment.local(0, full && last == 0) + above);
  if (!first) return first.failure();
  std::vector<RowVectorXd> levels{*first};
  for (std::int64_t n = 1; n <= last; ++n) {
    RowVectorXd const next = levels.back() * ratios[static_cast<std::size_t>(n)];
    levels.push_back(next);
  }
  return levels;
}

Answer<Levels> levels_of(Environment const& environment, int servers,
                         std::optional<std::int64_t> capacity) {
  RowVectorXd const none = RowVectorXd::Zero(environment.size());
  Levels sums{none, none, none, none, none};
  MatrixXd const nothing = MatrixXd::Zero(environment.size(), environment.size());
  auto const c = static_cast<double>(servers);
  if (capacity) {
    auto const levels = levels_until(environment, *capacity, true, nothing);
    if (!levels) return levels.failure();
    for (std::size_t n = 0; n < levels->size(); ++n)
      sums.add((*levels)[n], static_cast<double>(n), c);
    sums.full = levels->back();
    return sums;
  }
  auto const ratio =
      rate_matrix({environment.up(), environment.local(servers, false), environment.down(servers)});
  if (!ratio) return ratio.failure();
  auto const levels =
      levels_until(environment, servers - 1, false, *ratio * environment.down(servers));
  if (!levels) return levels.failure();
  for (std::size_t n = 0; n < levels->size(); ++n)
    sums.add((*levels)[n], static_cast<double>(n), c);
  MatrixXd const rest = (MatrixXd::Identity(environment.size(), environment.size()) - *ratio)
                            .inverse();  // 1 + R + R^2 + ...
  RowVectorXd const beyond = levels->back() * *ratio * rest;
  sums.all += beyond;
  sums.present += c * beyond + beyond * *ratio * rest;
  sums.busy += c * beyond;
  sums.waiting_room += beyond;
  return sums;
}

}  // namespace

Answer<StationFigures> mmc_interrupted(double arrival_rate, double service_rate, int servers,
                                       Interruption const& interruption,
                                       std::optional<std::int64_t> capacity) {
  Requirements needs;
  needs.positive("the arrival rate", arrival_rate)
      .positive("the service rate", service_rate)
      .at_least("the number of servers", servers, 1)
      .positive("the rate of interruptions", interruption.rate)
      .not_negative("the speed while interrupted", interruption.speed);
  if (needs.broken()) return needs.failure();
  auto const size = static_cast<double>(interruption.length.size()) + 1.0;
  double const levels = static_cast<double>(capacity.value_or(servers));
  needs.positive("the mean length of an interruption", interruption.length.mean())
      .that(!capacity || *capacity >= servers, "it has less room than servers")
      .that(!capacity || interruption.speed > 0.0,
            "a line with a limit is not solved where servers stop")
      .that(size * size * size * levels < 1e9, "it has too many states to solve");
  if (needs.broken()) return needs.failure();

  Environment const environment(arrival_rate, service_rate, servers, interruption);
  auto const sums = levels_of(environment, servers, capacity);
  if (!sums) return sums.failure();
  double const all = sums->all.sum();
  StationFigures figures;
  figures.loss_probability = sums->full.sum() / all;
  double const let_in = 1.0 - figures.loss_probability;
  figures.throughput = arrival_rate * let_in;
  figures.mean_in_system = sums->present.sum() / all;
  double busy = sums->busy.sum() / all;
  double waits = sums->waiting_room.sum() / all - figures.loss_probability;
  if (interruption.speed <= 0.0) {
    // Who is in service as they stop stays there until they go on, and who comes meanwhile waits.
    double const working = sums->busy(0) / all;
    busy = working * (1.0 + interruption.rate * interruption.length.mean());
    waits = 1.0 - (sums->all(0) - sums->waiting_room(0)) / all;
  }
  figures.probability_wait = waits / let_in;
  figures.utilisation = busy / servers;
  figures.mean_queue = figures.mean_in_system - busy;
  figures.mean_wait = figures.mean_queue / figures.throughput;
  figures.mean_sojourn = figures.mean_in_system / figures.throughput;
  return figures;
}

namespace {

/// p[n] / p[n-1] while it is up, from 1 on to where the line is as good as over.
std::vector<double> ratios_of(double arrivals, double service, std::int64_t servers, double strikes,
                              std::optional<std::int64_t> capacity) {
  auto const rate_at = [&](std::int64_t n) {
    return service * static_cast<double>(std::min(n, servers));
  };
  double const all = rate_at(servers);
  double const sum = arrivals + all + strikes;
  double const beyond = 2.0 * arrivals / (sum + std::sqrt(sum * sum - 4.0 * arrivals * all));
  std::int64_t last = servers;
  if (capacity) {
    last = *capacity;
  } else {
    last += static_cast<std::int64_t>(std::ceil(-36.0 / std::log(beyond)));
  }
  std::vector<double> ratios(static_cast<std::size_t>(last) + 1, 0.0);
  double next = capacity ? 0.0 : beyond;
  for (std::int64_t n = last; n >= 1; --n) {
    double const leaves = n == last && capacity ? 0.0 : arrivals;
    double const out = leaves + rate_at(n) + strikes - rate_at(n + 1) * next;
    next = ratios[static_cast<std::size_t>(n)] = arrivals / out;
  }
  return ratios;
}

}  // namespace

Answer<DisasterFigures> mmc_disasters(double arrival_rate, double service_rate,
                                      std::int64_t servers, Disaster const& disaster,
                                      std::optional<std::int64_t> capacity) {
  Requirements needs;
  needs.positive("the arrival rate", arrival_rate)
      .positive("the service rate", service_rate)
      .at_least("the number of servers", static_cast<double>(servers), 1.0)
      .positive("the rate of disasters", disaster.rate)
      .not_negative("the mean time down", disaster.mean_down)
      .that(!capacity || *capacity >= servers, "it has less room than servers");
  if (needs.broken()) return needs.failure();

  auto const ratios = ratios_of(arrival_rate, service_rate, servers, disaster.rate, capacity);
  double const up = 1.0 / (1.0 + disaster.rate * disaster.mean_down);
  double const place_lasts = static_cast<double>(servers) * service_rate + disaster.rate;
  double const survives_place = static_cast<double>(servers) * service_rate / place_lasts;
  double const survives_service = service_rate / (service_rate + disaster.rate);
  double all = 0.0, present = 0.0, busy = 0.0, waits = 0.0;
  double reach = 0.0, wait = 0.0, waited = 0.0;  // Of those who come, over p[n].
  double weight = 1.0, full = 0.0;
  for (std::size_t n = 0; n < ratios.size(); ++n) {
    if (n > 0) weight *= ratios[n];
    auto const here = static_cast<double>(n);
    double const at_work = std::min(here, static_cast<double>(servers));
    all += weight;
    present += here * weight;
    busy += at_work * weight;
    waits += (here - at_work) * weight;
    if (capacity && n + 1 == ratios.size()) {
      full = weight;
      break;
    }
    double const places = std::max(0.0, here - static_cast<double>(servers) + 1.0);
    double const reaches = weight * std::pow(survives_place, places);
    reach += reaches;
    wait += reaches * places / place_lasts;
    if (places > 0.0) waited += reaches;
  }
  DisasterFigures result;
  StationFigures& figures = result.station;
  result.down = 1.0 - up;
  figures.loss_probability = up * full / all;
  double const served = up * reach / all * survives_service;
  result.struck = std::max(0.0, up - figures.loss_probability - served);
  figures.throughput = arrival_rate * served;
  figures.mean_in_system = up * present / all;
  figures.mean_queue = up * waits / all;
  figures.utilisation = up * busy / all / static_cast<double>(servers);
  figures.mean_wait = reach > 0.0 ? wait / reach : 0.0;
  figures.probability_wait = reach > 0.0 ? waited / reach : 0.0;
  figures.mean_sojourn = figures.mean_wait + 1.0 / (service_rate + disaster.rate);
  return result;
}

namespace {

/// `survives` = E[exp(-rate S)], `time` = E[S exp(-rate S)].
Answer<DisasterFigures> of_unlimited(double arrival_rate, double survives, double time,
                                     Disaster const& disaster) {
  double const up = 1.0 / (1.0 + disaster.rate * disaster.mean_down);
  DisasterFigures result;
  result.down = 1.0 - up;
  result.struck = up * (1.0 - survives);
  result.station.throughput = arrival_rate * up * survives;
  result.station.mean_in_system = up * arrival_rate * (1.0 - survives) / disaster.rate;
  result.station.mean_sojourn = time / survives;
  return result;
}

Requirements requirements_of(double arrival_rate, double mean_service, Disaster const& disaster) {
  Requirements needs;
  needs.positive("the arrival rate", arrival_rate)
      .positive("the mean service time", mean_service)
      .positive("the rate of disasters", disaster.rate)
      .not_negative("the mean time down", disaster.mean_down)
      .that(disaster.rate * mean_service < 500.0, "next to nobody lives through its service");
  return needs;
}

}  // namespace

Answer<DisasterFigures> mg_infinity_disasters(double arrival_rate, PhaseType const& service,
                                              Disaster const& disaster) {
  auto const needs = requirements_of(arrival_rate, service.mean(), disaster);
  if (needs.broken()) return needs.failure();
  Index const m = service.size();
  auto const solver =
      MatrixXd(disaster.rate * MatrixXd::Identity(m, m) - service.phases).partialPivLu();
  VectorXd const survives = solver.solve(service.exits());
  VectorXd const time = solver.solve(survives);
  return of_unlimited(arrival_rate, service.start.dot(survives), service.start.dot(time), disaster);
}

Answer<DisasterFigures> md_infinity_disasters(double arrival_rate, double service_time,
                                              Disaster const& disaster) {
  auto const needs = requirements_of(arrival_rate, service_time, disaster);
  if (needs.broken()) return needs.failure();
  double const survives = std::exp(-disaster.rate * service_time);
  return of_unlimited(arrival_rate, survives, service_time * survives, disaster);
}

}  // namespace sojourn::theory
