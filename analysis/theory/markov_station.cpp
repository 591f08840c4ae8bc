#include "analysis/theory/markov_station.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/theory/birth_death.h"
#include "analysis/theory/poisson.h"
#include "analysis/theory/quantile.h"

namespace sojourn::theory {
namespace {

constexpr std::int64_t most_states = 2'000'000;
constexpr std::size_t most_steps = 10'000'000;
constexpr double most_work = 3e7;  // Steps x places.
constexpr double negligible = 1e-13;

Requirements requirements_of(MarkovStationModel const& model) {
  Requirements needs;
  needs.positive("the arrival rate", model.arrival_rate)
      .positive("the service rate", model.service_rate)
      .at_least("the number of servers", static_cast<double>(model.servers), 1.0)
      .not_negative("the rate of leaving", model.patience_rate)
      .that(!model.capacity || *model.capacity >= model.servers,
            "there is room for fewer than there are servers")
      .that(!model.capacity || *model.capacity <= most_states,
            "its line is too long to reckon with")
      .that(!model.sources || (*model.sources >= 1 && *model.sources <= most_states),
            "the number of sources must be between one and two millions");
  if (!model.capacity && !model.sources && model.patience_rate <= 0.0)
    needs.stable(model.arrival_rate / (static_cast<double>(model.servers) * model.service_rate));
  return needs;
}

/// Rates of the chain of those present.
class Rates {
 public:
  explicit Rates(MarkovStationModel const& model) : model_(model) {}

  /// Of arrivals, let in or not.
  [[nodiscard]] double arrivals(std::int64_t present) const {
    if (!model_.sources) return model_.arrival_rate;
    return static_cast<double>(*model_.sources - present) * model_.arrival_rate;
  }
  [[nodiscard]] double birth(std::int64_t present) const {
    return model_.capacity && present >= *model_.capacity ? 0.0 : arrivals(present);
  }
  [[nodiscard]] double death(std::int64_t present) const {
    return served(present) + leaving(present);
  }
  [[nodiscard]] double busy(std::int64_t present) const {
    return static_cast<double>(std::min(present, model_.servers));
  }
  [[nodiscard]] double served(std::int64_t present) const {
    return busy(present) * model_.service_rate;
  }
  [[nodiscard]] double leaving(std::int64_t present) const {
    return static_cast<double>(std::max<std::int64_t>(0, present - model_.servers)) *
           model_.patience_rate;
  }

 private:
  MarkovStationModel const& model_;
};

Answer<std::vector<double>> probabilities(MarkovStationModel const& model) {
  Rates const rates(model);
  std::optional<std::int64_t> last = model.capacity;
  if (model.sources) last = std::min(last.value_or(*model.sources), *model.sources);
  if (!last)
    return birth_death([&](int n) { return rates.birth(n); }, [&](int n) { return rates.death(n); },
                       static_cast<int>(most_states));
  std::vector<double> births, deaths;
  for (std::int64_t n = 0; n < *last; ++n) {
    births.push_back(rates.arrivals(n));
    deaths.push_back(rates.death(n + 1));
  }
  return birth_death(births, deaths);
}

}  // namespace

Answer<MarkovStation> MarkovStation::solve(MarkovStationModel const& model) {
  auto const needs = requirements_of(model);
  if (needs.broken()) return needs.failure();
  auto const present = probabilities(model);
  if (!present) return present.failure();
  MarkovStation station;
  station.present_ = *present;
  station.set_figures(model);
  station.follow_one_customer(model);
  return station;
}

void MarkovStation::set_figures(MarkovStationModel const& model) {
  Rates const rates(model);
  double offered = 0.0, admitted = 0.0, busy = 0.0, left = 0.0, had_to_wait = 0.0;
  for (std::size_t i = 0; i < present_.size(); ++i) {
    auto const n = static_cast<std::int64_t>(i);
    offered += present_[i] * rates.arrivals(n);
    admitted += present_[i] * rates.birth(n);
    if (n >= model.servers) had_to_wait += present_[i] * rates.birth(n);
    busy += present_[i] * rates.busy(n);
    left += present_[i] * rates.leaving(n);
  }
  figures_.throughput = busy * model.service_rate;
  figures_.utilisation = busy / static_cast<double>(model.servers);
  figures_.mean_in_system = mean_of(present_);
  figures_.mean_queue = std::max(0.0, figures_.mean_in_system - busy);
  figures_.mean_wait = figures_.mean_queue / admitted;
  figures_.mean_sojourn = figures_.mean_in_system / admitted;
  figures_.probability_wait = had_to_wait / admitted;
  figures_.loss_probability = std::max(0.0, 1.0 - admitted / offered);
  figures_.abandonment = left / admitted;
}

/// Place 0 is service, place j the j-th in line: where a customer who is let in begins.
std::vector<double> MarkovStation::first_places(MarkovStationModel const& model) const {
  Rates const rates(model);
  auto const servers = static_cast<std::size_t>(model.servers);
  std::size_t const places = present_.size() > servers ? present_.size() - servers : 0;
  std::vector<double> place(places + 1, 0.0);
  double admitted = 0.0;
  for (std::size_t n = 0; n < present_.size(); ++n) {
    double const rate = present_[n] * rates.birth(static_cast<std::int64_t>(n));
    admitted += rate;
    place[n < servers ? 0 : std::min(n - servers + 1, places)] += rate;
  }
  for (double& each : place) each /= admitted;
  return place;
}

/// Without impatience each step takes everybody one place forward.
void MarkovStation::follow_patient_one(std::vector<double> place, double leave_service) {
  std::vector<double> from(place.size() + 1, 0.0);
  for (std::size_t j = place.size(); j-- > 0;) from[j] = from[j + 1] + place[j];
  double in_service = place[0];
  for (std::size_t n = 0; n < most_steps; ++n) {
    double const waiting = n + 1 < from.size() ? from[n + 1] : 0.0;
    waiting_.push_back(waiting);
    staying_.push_back(waiting + in_service);
    if (staying_.back() < negligible) break;
    in_service *= 1.0 - leave_service;
    if (n + 1 < place.size()) in_service += place[n + 1];
  }
}

/// With it a step takes the customer one place forward, or out of the line, or changes nothing.
/// From place j one is served with probability c mu / (c mu + j theta).
void MarkovStation::follow_impatient_one(std::vector<double> place,
                                         MarkovStationModel const& model) {
  double const theta = model.patience_rate;
  double const all = static_cast<double>(model.servers) * model.service_rate;
  auto const ahead = [&](std::size_t j) { return all + static_cast<double>(j - 1) * theta; };
  double in_service = place[0], work = 0.0;
  for (std::size_t n = 0, last = place.size() - 1; n < most_steps; ++n) {
    work += static_cast<double>(last);
    distribution_is_known_ = work < most_work;
    if (!distribution_is_known_) break;
    double waiting = 0.0, to_be_served = in_service;
    for (std::size_t j = 1; j <= last; ++j) {
      waiting += place[j];
      to_be_served += place[j] * all / (ahead(j) + theta);
    }
    waiting_.push_back(waiting);
    staying_.push_back(to_be_served / (1.0 - figures_.abandonment));
    if (staying_.back() < negligible && waiting < negligible) break;
    double const next = last > 0 ? place[1] * all : 0.0;
    in_service += (next - in_service * model.service_rate) / step_rate_;
    for (std::size_t j = 1; j <= last; ++j) {
      double const come = j < last ? place[j + 1] * ahead(j + 1) : 0.0;
      place[j] += (come - place[j] * (ahead(j) + theta)) / step_rate_;
    }
    while (last > 0 && place[last] < 1e-200) --last;
  }
}

void MarkovStation::follow_one_customer(MarkovStationModel const& model) {
  auto place = first_places(model);
  auto const places = static_cast<double>(place.size() - 1);
  step_rate_ =
      static_cast<double>(model.servers) * model.service_rate + places * model.patience_rate;
  if (model.patience_rate > 0.0)
    follow_impatient_one(std::move(place), model);
  else
    follow_patient_one(std::move(place), model.service_rate / step_rate_);
  served_sojourn_ = distribution_is_known_
                        ? std::accumulate(staying_.begin(), staying_.end(), 0.0) / step_rate_
                        : figures_.mean_sojourn;
}

double MarkovStation::wait_above(double time) const {
  return mean_after(waiting_, step_rate_ * time);
}

double MarkovStation::sojourn_above(double time) const {
  return mean_after(staying_, step_rate_ * time);
}

double MarkovStation::wait_quantile(double probability) const {
  return quantile([this](double time) { return wait_above(time); }, probability,
                  figures_.mean_sojourn);
}

double MarkovStation::sojourn_quantile(double probability) const {
  return quantile([this](double time) { return sojourn_above(time); }, probability,
                  served_sojourn_);
}

Answer<StationFigures> load_dependent_station(double arrival_rate,
                                              std::vector<double> const& completion_rates,
                                              std::optional<std::int64_t> capacity) {
  Requirements needs;
  needs.positive("the arrival rate", arrival_rate)
      .that(!completion_rates.empty(), "it has no completion rate");
  for (double const rate : completion_rates) needs.positive("a completion rate", rate);
  if (!needs.broken() && !capacity) needs.stable(arrival_rate / completion_rates.back());
  if (needs.broken()) return needs.failure();

  auto const slots = static_cast<int>(completion_rates.size());
  auto const birth = [&](int n) { return capacity && n >= *capacity ? 0.0 : arrival_rate; };
  auto const death = [&](int n) {
    return completion_rates[static_cast<std::size_t>(std::min(n, slots) - 1)];
  };
  auto const present = birth_death(birth, death);
  if (!present) return present.failure();

  StationFigures figures;
  double lost = 0.0, in_service = 0.0, wait = 0.0;
  for (std::size_t i = 0; i < present->size(); ++i) {
    auto const n = static_cast<int>(i);
    double const probability = (*present)[i];
    in_service += probability * std::min(n, slots);
    if (n > 0) figures.throughput += probability * death(n);
    if (birth(n) <= 0.0)
      lost += probability;
    else if (n >= slots)
      wait += probability;
  }
  figures.loss_probability = lost;
  figures.probability_wait = wait / (1.0 - lost);
  figures.utilisation = in_service / slots;
  figures.mean_in_system = mean_of(*present);
  figures.mean_queue = std::max(0.0, figures.mean_in_system - in_service);
  figures.mean_wait = figures.mean_queue / figures.throughput;
  figures.mean_sojourn = figures.mean_in_system / figures.throughput;
  return figures;
}

}  // namespace sojourn::theory
