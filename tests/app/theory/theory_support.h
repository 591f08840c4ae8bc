#pragma once

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "app/theory/theory_of.h"
#include "tests/app/config/reading_support.h"

namespace sojourn {

inline ScenarioExpectation theory_for(std::string const& text) { return theory_of(loaded(text)); }

/// Users who ask web.get.
inline ScenarioExpectation open_theory(std::string const& arrivals, std::string const& services,
                                       std::string const& more = "") {
  return theory_for("duration: 1h\nworkloads: {users: {request: web.get, arrivals: \"" + arrivals +
                    "\"" + more + "}}\nservices:\n" + services);
}

inline StationExpectation const& station(ScenarioExpectation const& all, std::string const& name) {
  auto const found =
      std::find_if(all.stations.begin(), all.stations.end(),
                   [&](StationExpectation const& each) { return each.service == name; });
  if (found == all.stations.end()) throw std::runtime_error("no station " + name);
  return *found;
}

/// NaN where there is no such figure.
inline double value(ScenarioExpectation const& all, std::string const& metric) {
  auto const* figure = all.find(metric);
  return figure == nullptr ? std::nan("") : figure->value;
}

}  // namespace sojourn
