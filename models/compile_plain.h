#pragma once

#include "models/program.h"

namespace sojourn {

/// What `Program::is_plain` says. Cost: O(services, call sites and workloads).
[[nodiscard]] bool is_plain(Program const& program);

}  // namespace sojourn
