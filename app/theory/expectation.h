#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/metric.h"

/// What theory says about a scenario.
namespace sojourn {

/// A figure under the name by which the simulation reports it, and where it comes from.
struct ExpectedFigure {
  std::string metric;
  Unit unit = Unit::one;
  double value = 0.0;  ///< Finite.
  bool exact = false;
  std::string model;  ///< "M/M/1/11"
};

/// Something that can be full: the slots or cores of a service, a pool, a host, a broker.
struct ResourceLoad {
  std::string owner;      ///< "web"
  std::string resource;   ///< "slots", "cores", "pool db", "throughput"
  double arrivals = 0.0;  ///< 1/s
  double offered = 0.0;   ///< So many of them would be busy if there were enough.
  double available = std::numeric_limits<double>::infinity();

  [[nodiscard]] double utilisation() const { return offered / available; }
};

/// A service as a queue: as which, and what of the scenario that model does not have.
struct StationExpectation {
  std::string service;
  std::string model;  ///< "M/M/4"; empty: none, and `differences` say why.
  bool exact = false;
  std::string error;                     ///< Of an approximation: how far off it may be.
  std::vector<std::string> differences;  ///< "arrivals are not Poisson: ..."
};

/// Between what a figure must lie.
struct BoundedFigure {
  std::string metric;
  Unit unit = Unit::one;
  double lower = 0.0, upper = 0.0;
  std::string model;
};

/// What piles up somewhere through outages and surges, as a fluid or, for small models, exactly.
struct ExpectedBacklog {
  std::string series;           ///< "rabbit.charges.depth", "web.queue"
  double peak = 0.0, at = 0.0;  ///< Requests; s.
  std::optional<double> gone;   ///< When it is worked off, s; not before the end otherwise.
  double lost = 0.0;            ///< Turned away by a full buffer, or thrown away by a crash.
  std::vector<double> values;   ///< At the middle of each of so many equal parts of the run.
  std::string model = "fluid";
};

struct ScenarioExpectation {
  std::string variant;
  std::vector<ResourceLoad> resources;
  std::vector<StationExpectation> stations;
  std::vector<ExpectedFigure> figures;
  std::vector<BoundedFigure> bounds;
  std::optional<std::size_t> bottleneck;  ///< Index into `resources`.
  std::vector<ExpectedBacklog> backlogs;
  std::vector<std::string> remarks;  ///< On stability and on what is left out.

  [[nodiscard]] ExpectedFigure const* find(std::string const& metric) const {
    for (auto const& figure : figures)
      if (figure.metric == metric) return &figure;
    return nullptr;
  }
};

}  // namespace sojourn
