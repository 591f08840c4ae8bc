#pragma once

namespace sojourn::theory {

/// What a single station does in its steady state. Times are of those whom it lets in; those who
/// leave the line without being served count with the time that they waited.
struct StationFigures {
  double throughput = 0.0;        ///< Completions, 1/s.
  double utilisation = 0.0;       ///< Busy servers / servers.
  double mean_in_system = 0.0;    ///< Waiting and in service.
  double mean_queue = 0.0;        ///< Waiting.
  double mean_wait = 0.0;         ///< s, until service or until they leave.
  double mean_sojourn = 0.0;      ///< s, until they are served or leave.
  double probability_wait = 0.0;  ///< Of those who are let in.
  double loss_probability = 0.0;  ///< Turned away / arrivals.
  double abandonment = 0.0;       ///< Left the line / let in.
};

/// Mean and variability of a time between arrivals, of a service, of a repair.
struct TwoMoments {
  double mean = 0.0;  ///< s
  double scv = 1.0;   ///< Squared coefficient of variation: variance / mean^2.

  [[nodiscard]] double second() const { return mean * mean * (1.0 + scv); }
  [[nodiscard]] double variance() const { return mean * mean * scv; }
};

}  // namespace sojourn::theory
