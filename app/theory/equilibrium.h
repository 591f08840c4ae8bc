#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/lint/traffic.h"
#include "app/theory/station.h"

namespace sojourn {

/// The steady state of an open scenario: rates, waits, losses and retries, each of which hangs on
/// the others, as a fixed point. Every service is a station on its own; who calls it holds its slot
/// as long as the call takes on average.
class Equilibrium {
 public:
  /// Both must outlive it.
  Equilibrium(Scenario const& scenario, StepGraph const& graph);

  [[nodiscard]] Traffic const& traffic() const { return *traffic_; }
  [[nodiscard]] Congestion const& congestion() const { return congestion_; }

  struct Place {
    std::optional<Station> station;  ///< None: nobody asks the service.
    std::optional<StationSolution> solution;
    std::string reason;  ///< Why there is no solution.
    bool overloaded = false;
  };
  [[nodiscard]] Place const& at(std::size_t service) const { return places_[service]; }
  /// Some line grows without end.
  [[nodiscard]] bool overloaded() const;
  [[nodiscard]] bool settled() const { return settled_; }

  /// How one attempt ends.
  struct Attempt {
    double rejected = 0.0, timeout = 0.0, error = 0.0, abandoned = 0.0;
    [[nodiscard]] double failure() const { return rejected + timeout + error + abandoned; }
  };
  [[nodiscard]] Attempt attempt(CallOptions const& options, std::size_t target) const;

  /// P(an attempt takes longer), where the whole distribution is known; else near it.
  [[nodiscard]] double response_above(std::size_t target, double time) const;
  /// No timeout, or one that next to no response takes: by its distribution, or by many standard
  /// deviations where that is not known.
  [[nodiscard]] bool surely_within(CallOptions const& options, std::size_t target) const;
  /// `response_above` is exact.
  [[nodiscard]] bool response_is_known(std::size_t target) const;
  /// Mean from arrival to reply, s.
  [[nodiscard]] double response(std::size_t target) const;
  [[nodiscard]] double response_variance(std::size_t target) const;

 private:
  void solve();
  bool adds_up_exactly(std::size_t service);
  double pass(double weight);
  [[nodiscard]] std::vector<std::optional<Station>> stations_of(
      std::vector<Stream> const& streams) const;
  [[nodiscard]] static Place place_of(std::optional<Station> station);
  [[nodiscard]] double call_outcomes(Congestion& next) const;
  [[nodiscard]] double shared_stretch(std::size_t service) const;

  Scenario const& scenario_;
  StepGraph const& graph_;
  Congestion congestion_;
  std::unique_ptr<Traffic> traffic_;
  std::vector<Place> places_;
  bool settled_ = false;
};

/// Before the retry of that number, from 1, s.
double mean_pause(Backoff const& backoff, double retry);

/// How an attempt fails after which there may be another.
Equilibrium::Attempt repeated_part(Retry const& retry, Equilibrium::Attempt const& attempt);

/// How many attempts are made on average, and whether the last one fails.
Congestion::Call outcome_of(CallOptions const& options, Equilibrium::Attempt const& attempt);

/// The service as a station: what comes to it, and how long a slot is held.
std::optional<Station> station_of(Scenario const& scenario, StepGraph const& graph,
                                  Traffic const& traffic, std::vector<Stream> const& streams,
                                  std::size_t service);

}  // namespace sojourn
