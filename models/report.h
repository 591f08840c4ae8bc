#pragma once

#include "models/program.h"
#include "models/world.h"
#include "sim/metric.h"

namespace sojourn {

/// What every run of the program yields, in the order of `make_result`.
ResultLayout make_layout(Program const& program);

/// What the run yielded up to now. Checks the account: everything that arrived is in one place.
RunResult make_result(World const& world);

}  // namespace sojourn
