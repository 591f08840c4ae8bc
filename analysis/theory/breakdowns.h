#pragma once

#include <cstdint>
#include <optional>

#include "analysis/theory/answer.h"
#include "analysis/theory/phase_type.h"
#include "analysis/theory/station_figures.h"

/// Stations whose servers all stop, slow down or crash together, again and again. For a single
/// server of any law of service that stops see `mg1_breakdowns`.
namespace sojourn::theory {

/// Begins at `rate` while there is none, and lasts for `length`; meanwhile servers work at that
/// share of their speed. 0: they stop; who is in service stays there, and nobody's service begins.
struct Interruption {
  double rate = 0.0;  ///< 1/s
  PhaseType length;
  double speed = 0.0;
};

/// M/M/c with such interruptions: a queue in an environment of the phases of the interruption and
/// one in which there is none. `capacity`, waiting and in service, goes with a speed above 0.
/// Cost: O(phases^3 x (servers, or capacity)).
/// Sources: Mitrany and Avi-Itzhak, "A many-server queue with service interruptions", Operations
/// Research 16 (1968); Neuts, Matrix-Geometric Solutions in Stochastic Models (1981), chapter 6.
Answer<StationFigures> mmc_interrupted(double arrival_rate, double service_rate, int servers,
                                       Interruption const& interruption,
                                       std::optional<std::int64_t> capacity = std::nullopt);

/// While it is up a station loses at `rate` all whom it has, and is then down for a time of any
/// law, in which it turns everybody away. Then it begins empty.
struct Disaster {
  double rate = 0.0;       ///< 1/s
  double mean_down = 0.0;  ///< s
};

struct DisasterFigures {
  /// Times are of those who get so far: `mean_wait` of those who reach a server, `mean_sojourn` of
  /// those who are served. `loss_probability` is of those who find it full.
  StationFigures station;
  double down = 0.0;    ///< P(down): share of arrivals that are turned away then.
  double struck = 0.0;  ///< Share of arrivals that are let in and lost.
};

/// M/M/c, or M/M/c/K, first come first served, with disasters. There is a steady state at any load.
///     p[n] (lambda + min(n, c) mu + rate) = p[n-1] lambda + p[n+1] min(n+1, c) mu,  n > 0
/// Sources: Towsley and Tripathi, "A single server priority queue with server failures and queue
/// flushing", Operations Research Letters 10 (1991); Jain and Sigman, "A Pollaczek-Khintchine
/// formula for M/G/1 queues with disasters", J. Applied Probability 33 (1996).
Answer<DisasterFigures> mmc_disasters(double arrival_rate, double service_rate,
                                      std::int64_t servers, Disaster const& disaster,
                                      std::optional<std::int64_t> capacity = std::nullopt);

/// M/G/infinity with disasters: who comes while it is up is served with probability S*(rate), S*
/// the transform of the service time, and takes E[S exp(-rate S)] / S*(rate) if he is.
///     mean present = P(up) lambda (1 - S*(rate)) / rate
Answer<DisasterFigures> mg_infinity_disasters(double arrival_rate, PhaseType const& service,
                                              Disaster const& disaster);
Answer<DisasterFigures> md_infinity_disasters(double arrival_rate, double service_time,
                                              Disaster const& disaster);

}  // namespace sojourn::theory
