#pragma once

#include <functional>
#include <vector>

#include "analysis/theory/answer.h"

namespace sojourn::theory {

/// The steady state of a birth-death chain on 0, 1, ..., births.size():
///     p[n] = p[n-1] * births[n-1] / deaths[n-1]
/// `births[n]` is the rate from n to n+1 and `deaths[n]` that from n+1 to n. Stable for any rates:
/// products are taken relative to the most probable state. A birth rate of zero ends the chain.
/// Source: Kleinrock, Queueing Systems, vol. 1 (1975), section 3.1.
Answer<std::vector<double>> birth_death(std::vector<double> const& births,
                                        std::vector<double> const& deaths);

/// The same for rates that go on for ever: as many states as it takes until the rest is less than
/// 1e-14, at most `most_states`.
Answer<std::vector<double>> birth_death(std::function<double(int)> const& birth,
                                        std::function<double(int)> const& death,
                                        int most_states = 2'000'000);

/// Where a finite birth-death chain is after `time`, from the probabilities `start`, by
/// uniformisation. Cost: O(states x greatest rate x time), refused beyond 2e10.
/// Source: Grassmann, "Transient solutions in Markovian queueing systems", Computers and Operations
/// Research 4 (1977).
Answer<std::vector<double>> birth_death_transient(std::vector<double> const& births,
                                                  std::vector<double> const& deaths,
                                                  std::vector<double> const& start, double time);

/// Mean of a distribution on 0, 1, 2, ...
double mean_of(std::vector<double> const& probabilities);
double variance_of(std::vector<double> const& probabilities);

}  // namespace sojourn::theory
