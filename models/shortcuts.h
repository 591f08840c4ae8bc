#pragma once

#include "models/program.h"

namespace sojourn {

/// Whether every request in the program is answered by the one who was asked, at once and for sure.
[[nodiscard]] bool answers_directly(Program const& program);

/// What `CallSite::is_direct` says, in such a program.
[[nodiscard]] bool is_direct(CallSite const& site);

/// What `Program::is_plain` says. Cost: O(services, call sites and workloads).
[[nodiscard]] bool is_plain(Program const& program);

}  // namespace sojourn
