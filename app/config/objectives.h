#pragma once

#include <string>
#include <vector>

#include "app/config/diagnostic.h"
#include "app/config/quantity.h"
#include "app/config/table.h"
#include "models/scenario.h"
#include "sim/metric.h"

namespace sojourn {

/// An objective as it stands in the file: its metric and unit can be judged only once the scenario
/// has been compiled.
struct ObjectiveSource {
  Objective objective;
  std::string value;  ///< As written.
  Place metric_place;
  Place value_place;
};

/// `metric <= value` with one of `<`, `<=`, `>=`, `>`.
Value<ObjectiveSource> objective_value();

/// The value in the unit of a metric, or nothing and what was expected.
Parsed<double> value_in_unit(std::string_view text, Unit unit);

}  // namespace sojourn
