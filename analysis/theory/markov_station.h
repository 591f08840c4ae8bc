#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/theory/answer.h"
#include "analysis/theory/station_figures.h"

namespace sojourn::theory {

/// A station with exponential times and one line, first come first served, of which everything is
/// known: M/M/c/K (loss), M/M/c/K/N (a finite source: Engset without a line, machine repair with
/// one), M/M/c+M (Erlang A: who waits leaves after an exponential patience).
struct MarkovStationModel {
  double arrival_rate = 0.0;  ///< 1/s; with `sources` of each source that is not here.
  double service_rate = 1.0;  ///< 1/s, of one server.
  std::int64_t servers = 1;
  std::optional<std::int64_t> capacity =
      std::nullopt;  ///< Waiting and in service; absent: no limit.
  std::optional<std::int64_t> sources = std::nullopt;
  double patience_rate = 0.0;  ///< 1 / mean patience; 0: nobody leaves.
};

/// Its solution. Times are of those who are let in. Probabilities are those of a birth-death chain;
/// the distribution of the wait follows one customer through the line, by uniformisation.
/// Sources: Gross et al., Fundamentals of Queueing Theory, 4th ed. (2008), sections 2.4 to 2.7;
/// Garnett, Mandelbaum and Reiman, "Designing a call center with impatient customers", M&SOM 4
/// (2002).
class MarkovStation {
 public:
  static Answer<MarkovStation> solve(MarkovStationModel const& model);

  [[nodiscard]] StationFigures const& figures() const { return figures_; }
  /// P(N = n).
  [[nodiscard]] std::vector<double> const& present() const { return present_; }

  /// Whether the customer could be followed to the end: not through very long lines of very patient
  /// ones. Without it the next five say nothing that is right.
  [[nodiscard]] bool distribution_is_known() const { return distribution_is_known_; }
  /// P(W > t), W until service or until they leave.
  [[nodiscard]] double wait_above(double time) const;
  [[nodiscard]] double wait_quantile(double probability) const;
  /// P(T > t) of those who are served.
  [[nodiscard]] double sojourn_above(double time) const;
  [[nodiscard]] double sojourn_quantile(double probability) const;
  /// Mean of the same, s.
  [[nodiscard]] double mean_sojourn_of_served() const { return served_sojourn_; }

 private:
  void set_figures(MarkovStationModel const& model);
  [[nodiscard]] std::vector<double> first_places(MarkovStationModel const& model) const;
  void follow_one_customer(MarkovStationModel const& model);
  void follow_patient_one(std::vector<double> place, double leave_service);
  void follow_impatient_one(std::vector<double> place, MarkovStationModel const& model);

  std::vector<double> present_;
  StationFigures figures_;
  double served_sojourn_ = 0.0;
  bool distribution_is_known_ = true;
  double step_rate_ = 1.0;       ///< Of the uniformised chain, 1/s.
  std::vector<double> waiting_;  ///< Probability to wait still after n steps.
  std::vector<double> staying_;  ///< To be here still, of those who will be served.
};

/// One or more requests at a time share a server that slows down: with n in progress it completes
/// `completion_rates[n-1]` per second in all, the last rate holding for more in line.
/// Source: Lazowska et al., Quantitative System Performance (1984), chapter 8.
Answer<StationFigures> load_dependent_station(double arrival_rate,
                                              std::vector<double> const& completion_rates,
                                              std::optional<std::int64_t> capacity = std::nullopt);

}  // namespace sojourn::theory
