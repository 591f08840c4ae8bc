#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "analysis/study.h"
#include "app/config/load.h"

namespace sojourn {

struct StudyOptions {
  std::optional<std::uint64_t> seed;        ///< Instead of the scenario's.
  std::optional<std::size_t> replications;  ///< Instead of the scenario's.
  std::size_t jobs = 0;                     ///< Threads; 0: one a core.
  std::atomic<bool> const* stop = nullptr;
  std::function<void(double)> progress = {};
};

/// Simulates every variant of the scenario on common random numbers. What a study has once (seed,
/// replications, duration, name) is that of the first variant.
Study study_of(LoadedScenario const& loaded, StudyOptions const& options);

}  // namespace sojourn
