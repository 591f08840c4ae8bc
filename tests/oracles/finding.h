#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "analysis/study.h"
#include "tests/oracles/expectation.h"

namespace sojourn::oracles {

/// What the simulation says to one row.
struct Finding {
  Expectation row;
  Estimate estimate;          ///< With 95 % confidence.
  double certain_half_width;  ///< Of the 99.9 % interval.
};

/// How much of the work to do, and on how many threads.
struct Effort {
  std::size_t jobs = 1;
  std::size_t thinning = 1;  ///< Runs so many times fewer replications, but at least five.
  std::uint64_t luck = 0;    ///< 0: the seed of the scenario's file; else another for each.
};

/// Simulates everything that the rows of a case need, with the seed of the scenario's file, so the
/// findings are the same each time. Throws std::invalid_argument if the scenario cannot be read or
/// a row does not fit it.
std::vector<Finding> findings_of(Case const& oracle, std::filesystem::path const& folder,
                                 Effort effort);

}  // namespace sojourn::oracles
