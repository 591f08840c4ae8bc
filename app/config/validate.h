#pragma once

#include "app/config/diagnostic.h"
#include "app/config/names.h"
#include "models/scenario.h"

/// Checks of what a scenario means as a whole. Precondition of all: it was read without a mistake.
namespace sojourn {

/// What would go on for ever: an operation that always calls itself again, and what repeats without
/// any time passing, which no run would get past. Each cycle is an error that names it.
void check_endless(Scenario const& scenario, Names const& names, Diagnostics& diagnostics);

/// Users who think for no time and are refused in none, again and again: an error.
void check_refused_users(Scenario const& scenario, Names const& names, Diagnostics& diagnostics);

/// Services that hold their slots while they wait for each other's: each such cycle is a warning
/// that names it.
void check_self_deadlock(Scenario const& scenario, Names const& names, Diagnostics& diagnostics);

/// Requests without a key that come where the key of the request decides something: a warning.
void check_keys(Scenario const& scenario, Names const& names, Diagnostics& diagnostics);

inline void validate(Scenario const& scenario, Names const& names, Diagnostics& diagnostics) {
  check_endless(scenario, names, diagnostics);
  if (diagnostics.has_errors()) return;
  check_refused_users(scenario, names, diagnostics);
  check_self_deadlock(scenario, names, diagnostics);
  check_keys(scenario, names, diagnostics);
}

}  // namespace sojourn
