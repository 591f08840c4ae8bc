#include "app/theory/equilibrium.h"

#include <algorithm>
#include <cmath>

#include "analysis/theory/markov_station.h"
#include "app/theory/holding.h"
#include "app/theory/streams.h"
#include "app/theory/variability.h"

namespace sojourn {
namespace {

/// Of a line that grows without end; longer than any timeout.
constexpr double endless = 1e9;

}  // namespace

double mean_pause(Backoff const& backoff, double retry) {
  if (backoff.each) return backoff.each->mean();
  double const first = in_seconds(backoff.first), most = in_seconds(backoff.max);
  double const ceiling = std::min(most, first * std::pow(backoff.factor, retry - 1.0));
  switch (backoff.jitter) {
    case Backoff::Jitter::full:
      return 0.5 * ceiling;
    case Backoff::Jitter::equal:
      return 0.75 * ceiling;
    default:
      return ceiling;
  }
}

Equilibrium::Attempt repeated_part(Retry const& retry, Equilibrium::Attempt const& attempt) {
  return {.rejected = retry.on_rejected ? attempt.rejected : 0.0,
          .timeout = retry.on_timeout ? attempt.timeout : 0.0,
          .error = retry.on_error ? attempt.error : 0.0};
}

Congestion::Call outcome_of(CallOptions const& options, Equilibrium::Attempt const& attempt) {
  Congestion::Call call;
  call.failure = std::min(1.0, attempt.failure());
  if (!options.retry) return call;
  Retry const& retry = *options.retry;
  double const again = repeated_part(retry, attempt).failure();
  double const for_good = std::max(0.0, call.failure - again);
  call.attempts = 0.0;
  double reached = 1.0, failed = 0.0;
  constexpr Limit most = 10'000;
  for (Limit n = 1; n <= std::min(retry.attempts, most) && reached > 1e-12; ++n) {
    if (n > 1) call.pauses += reached * mean_pause(retry.backoff, static_cast<double>(n - 1));
    call.attempts += reached;
    failed += reached * for_good;
    reached *= again;
  }
  call.failure = std::min(1.0, failed + reached);
  if (retry.budget && call.attempts > 1.0 + *retry.budget) {
    call.attempts = 1.0 + *retry.budget;
    call.failure = std::min(1.0, attempt.failure());
  }
  return call;
}

Equilibrium::Equilibrium(Scenario const& scenario, StepGraph const& graph)
    : scenario_(scenario), graph_(graph), places_(scenario.services.size()) {
  congestion_.wait.assign(scenario.services.size(), 0.0);
  congestion_.loss.assign(scenario.services.size(), 0.0);
  congestion_.stretch.assign(scenario.services.size(), 1.0);
  solve();
}

void Equilibrium::solve() {
  constexpr int most_passes = 400, undamped_passes = 10;
  for (int round = 0; round < most_passes; ++round) {
    double const change = pass(round < undamped_passes ? 1.0 : 0.5);
    if (change < 1e-9) {
      settled_ = true;
      break;
    }
  }
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < places_.size(); ++i) more = adds_up_exactly(i) || more;
  }
}

/// Where nobody waits, times add up: they are exact if those are who are called.
bool Equilibrium::adds_up_exactly(std::size_t service) {
  Place& place = places_[service];
  bool const candidate = place.solution && !place.solution->exact &&
                         scenario_.services[service].concurrency == unlimited &&
                         has_product_form(scenario_, graph_, *traffic_, service);
  if (!candidate) return false;
  for (std::size_t operation = 0; operation < graph_.operations(); ++operation) {
    if (graph_.service(operation) != service || traffic_->rate(operation) <= 0.0) continue;
    for (auto const& visit : traffic_->means(operation).visits) {
      if (!graph_.is_operation(visit.target)) continue;
      auto const& target = places_[graph_.service(visit.target)];
      if (!target.solution || !target.solution->exact) return false;
      auto const* call = std::get_if<CallStep>(&visit.step->action);
      if (call != nullptr && congestion_.of(call->options).failure > 1e-9) return false;
    }
  }
  place.solution->exact = true;
  place.solution->differences.clear();
  return true;
}

/// One round: from waits to rates, from rates to waits. Says by how much anything has moved.
double Equilibrium::pass(double weight) {
  traffic_ = std::make_unique<Traffic>(scenario_, graph_, Traffic::Demand::mean, congestion_);
  auto const streams = streams_of(scenario_, graph_, *traffic_, congestion_);
  Congestion next = congestion_;
  double change = 0.0;
  auto const move = [&](double& value, double target) {
    double const moved = value + weight * (target - value);
    change = std::max(change, std::abs(moved - value) / (1e-9 + std::abs(moved)));
    value = moved;
  };
  auto stations = stations_of(streams);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    places_[i] = place_of(std::move(stations[i]));
    Place const& place = places_[i];
    double wait = 0.0, loss = 0.0;
    if (place.solution) {
      // Who is interrupted, or shares, is longer there than the wait and the work.
      wait = place.station->patience
                 ? place.solution->figures.mean_wait
                 : std::max(0.0, place.solution->figures.mean_sojourn - place.station->hold.mean);
      loss = place.solution->figures.loss_probability + place.solution->failed;
    }
    if (place.overloaded) wait = endless;
    move(next.wait[i], wait);
    move(next.loss[i], loss);
    move(next.stretch[i], shared_stretch(i));
  }
  change = std::max(change, call_outcomes(next));
  congestion_ = std::move(next);
  return change;
}

std::vector<std::optional<Station>> Equilibrium::stations_of(
    std::vector<Stream> const& streams) const {
  std::vector<std::optional<Station>> stations;
  for (std::size_t i = 0; i < places_.size(); ++i)
    stations.push_back(station_of(scenario_, graph_, *traffic_, streams, i));
  add_variability(scenario_, graph_, *traffic_, stations);
  return stations;
}

Equilibrium::Place Equilibrium::place_of(std::optional<Station> station) {
  Place place;
  place.station = std::move(station);
  if (!place.station) return place;
  if (place.station->hold.mean <= 0.0) {
    place.reason = "its slots are held for no time at all";
    return place;
  }
  if (!place.station->no_model.empty()) {
    place.reason = place.station->no_model;
    return place;
  }
  auto const answer = sojourn::solve(*place.station);
  if (answer) {
    place.solution = *answer;
  } else {
    place.reason = answer.reason();
    place.overloaded = place.reason.starts_with("more work comes");
  }
  return place;
}

/// By how much work takes longer where it shares cores or a host with other work, but its slot is
/// not held for work alone.
double Equilibrium::shared_stretch(std::size_t index) const {
  Service const& service = scenario_.services[index];
  double cores = 0.0, work = 0.0, begun = 0.0;
  if (!service.hosts.empty()) {
    for (Host const& host : scenario_.hosts)
      if (std::find(service.hosts.begin(), service.hosts.end(), host.name) != service.hosts.end())
        cores += host.cores;
    for (std::size_t other = 0; other < scenario_.services.size(); ++other)
      if (scenario_.services[other].hosts == service.hosts) {
        work += traffic_->work(other);
        begun += traffic_->arrivals(other);
      }
  } else if (service.cores && places_[index].station && places_[index].station->speeds.empty()) {
    cores = *service.cores;
    auto const replicas = static_cast<double>(service.replicas);
    work = traffic_->work(index) / replicas;
    begun = traffic_->arrivals(index) / replicas;
  }
  if (cores <= 0.0 || work <= 0.0 || begun <= 0.0) return 1.0;
  std::vector<double> rates;
  for (double n = 1.0; n < cores && n < 10'000.0; n += 1.0) rates.push_back(n * begun / work);
  rates.push_back(cores * begun / work);
  auto const shared = theory::load_dependent_station(begun, rates);
  return shared ? shared->mean_sojourn * begun / work : endless;
}

double Equilibrium::call_outcomes(Congestion& next) const {
  double change = 0.0;
  auto const add = [&](CallOptions const& options, std::size_t target) {
    auto const target_outcome = outcome_of(options, attempt(options, target));
    auto now = congestion_.of(options);
    double const moved = now.attempts + 0.5 * (target_outcome.attempts - now.attempts);
    change = std::max(change, std::abs(moved - now.attempts));
    next.calls[&options] = {moved, target_outcome.failure, target_outcome.pauses};
  };
  for (Workload const& workload : scenario_.workloads)
    for (auto const& target : workload.mix) add(workload.options, graph_.vertex(target.operation));
  for (std::size_t operation = 0; operation < graph_.operations(); ++operation)
    for_each_step(graph_.operation(operation).steps, true, [&](Step const& step) {
      if (auto const* call = std::get_if<CallStep>(&step.action))
        add(call->options, graph_.vertex(call->target));
    });
  return change;
}

bool Equilibrium::overloaded() const {
  return std::any_of(places_.begin(), places_.end(),
                     [](Place const& place) { return place.overloaded; });
}

double Equilibrium::response(std::size_t target) const {
  return congestion_.wait_at(graph_.service(target)) + traffic_->means(target).response;
}

bool Equilibrium::response_is_known(std::size_t target) const {
  Place const& place = places_[graph_.service(target)];
  if (!place.solution || !place.solution->exact || !place.solution->sojourn_above) return false;
  std::size_t operations = 0;
  for (std::size_t other = 0; other < graph_.operations(); ++other)
    if (graph_.service(other) == graph_.service(target) && traffic_->rate(other) > 0.0)
      ++operations;
  auto const& means = traffic_->means(target);
  bool const only_here = std::abs(means.response - means.held) <= 1e-9 * means.held;
  return operations == 1 && only_here && means.succeeds > 1.0 - 1e-12;
}

double Equilibrium::response_variance(std::size_t target) const {
  Place const& place = places_[graph_.service(target)];
  double const own = traffic_->means(target).response;
  double variance = own * own;
  if (place.station) variance = place.station->hold.moments().scv * own * own;
  if (place.solution && place.solution->figures.probability_wait > 0.0) {
    auto const& figures = place.solution->figures;
    variance += figures.mean_wait * figures.mean_wait * (2.0 / figures.probability_wait - 1.0);
  }
  double const mean = response(target);
  return std::isfinite(variance) ? variance : 4.0 * mean * mean;
}

double Equilibrium::response_above(std::size_t target, double time) const {
  Place const& place = places_[graph_.service(target)];
  if (place.overloaded) return 1.0;
  if (response_is_known(target)) return place.solution->sojourn_above(time);
  double const mean = response(target), variance = response_variance(target);
  if (mean <= 0.0) return 0.0;
  if (variance <= 1e-9 * mean * mean) return time < mean ? 1.0 : 0.0;
  double const scv = std::clamp(variance / (mean * mean), 0.02, 100.0);
  return theory::PhaseType::with_moments({mean, scv}).above(time);
}

bool Equilibrium::surely_within(CallOptions const& options, std::size_t target) const {
  constexpr double deviations = 30.0;
  if (!options.timeout || response_is_known(target)) return true;
  double const room = options.timeout->mean() - response(target);
  return options.timeout->is_constant() && room > 0.0 &&
         room * room > deviations * deviations * response_variance(target);
}

Equilibrium::Attempt Equilibrium::attempt(CallOptions const& options, std::size_t target) const {
  Place const& place = places_[graph_.service(target)];
  Attempt result;
  if (place.solution) {
    result.rejected = place.solution->figures.loss_probability;
    result.abandoned = (1.0 - result.rejected) * place.solution->figures.abandonment;
    result.error = place.solution->failed;
  }
  double left = 1.0 - result.rejected - result.abandoned - result.error;
  if (options.timeout) result.timeout = left * response_above(target, options.timeout->mean());
  if (result.timeout < 1e-9) result.timeout = 0.0;
  left -= result.timeout;
  double const sound = place.solution ? 1.0 - place.solution->errors : 1.0;
  result.error += left * (1.0 - sound * traffic_->means(target).succeeds);
  return result;
}

}  // namespace sojourn
