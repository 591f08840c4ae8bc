#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/theory/mg1.h"
#include "analysis/theory/qbd.h"
#include "analysis/theory/station_figures.h"
#include "app/theory/time_law.h"
#include "models/scenario/services.h"

namespace sojourn {

/// What comes to a station, apart from how much.
struct Stream {
  enum class Kind {
    poisson,       ///< A Poisson process.
    product_form,  ///< None, but the station behaves as if it were: a network of Jackson's kind.
    renewal,       ///< Independent times between arrivals.
    markov,        ///< A hidden chain: bursts.
    batches,       ///< Poisson, several at once.
    other          ///< `why` says what.
  };
  Kind kind = Kind::poisson;
  TimeLaw interarrival;                         ///< Of a renewal stream.
  std::optional<theory::MarkovArrivals> chain;  ///< Of bursts.
  theory::TwoMoments batch{1.0, 0.0};
  double scv = 1.0;               ///< Of the times between arrivals, as far as it is known.
  bool scv_from_network = false;  ///< It was found by QNA.
  std::string why;                ///< "arrivals are not Poisson: db's retries come back"

  [[nodiscard]] bool poisson() const { return kind == Kind::poisson; }
  [[nodiscard]] bool as_poisson() const { return poisson() || kind == Kind::product_form; }
};

/// A fault that comes again and again and strikes all servers of a queue at once.
struct Breakdown {
  enum class Kind { stops, slows, crashes, errors };
  Kind kind = Kind::stops;
  std::string fault;  ///< Its name.
  TimeLaw between;    ///< From an end to the next beginning.
  TimeLaw length;
  double factor = 1.0;  ///< Of `slows`: work takes so many times as long; of `errors`: their share.

  [[nodiscard]] double share() const { return length.mean / (length.mean + between.mean); }
};

/// A service as a queue.
struct Station {
  std::string name;
  double rate = 0.0;  ///< 1/s, at all replicas.
  Stream stream;
  TimeLaw hold;  ///< Of a slot.
  std::int64_t replicas = 1;
  Limit slots = 1;           ///< Of a replica.
  Limit line = unlimited;    ///< Of a replica.
  bool shared_line = false;  ///< A channel, from which all replicas take.
  Discipline discipline = Discipline::fifo;
  QueueSpec::WhenFull when_full = QueueSpec::WhenFull::reject;
  Balance balance = Balance::round_robin;
  std::optional<Distribution> patience;
  std::vector<double> speeds;  ///< In all with 1, 2, ... at work; empty: each works for itself.
  std::optional<Breakdown> breakdown;
  double usable = 1.0;   ///< Share of its slots that are ever taken: a `limit` may be lower.
  std::string no_model;  ///< What there is no model for, not even one that is near.
  std::vector<theory::PriorityClass> classes;  ///< The most urgent first; of a single server.
};

using Tail = std::function<double(double)>;

struct StationSolution {
  std::string model;  ///< "M/M/1/11"
  bool exact = false;
  std::string error;               ///< Of an approximation.
  theory::StationFigures figures;  ///< Of one replica.
  double parts = 1.0;              ///< So many such queues there are.
  std::vector<theory::StationFigures> classes;
  Tail wait_above, sojourn_above;  ///< Empty where the distribution is not known.
  double latency = 0.0;            ///< Mean of those who are served, s.
  double failed = 0.0;             ///< Share of arrivals that end with an error by a crash.
  double errors = 0.0;  ///< Share of those who are served that are answered with an error.
  std::vector<std::string> differences;
};

/// The station's steady state by the first model that fits; else by one that is near, and why.
theory::Answer<StationSolution> solve(Station const& station);

/// Where work shares cores or has a table of speeds.
theory::Answer<StationSolution> solve_shared(Station const& station);

}  // namespace sojourn
