#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/study.h"
#include "app/config/load.h"
#include "app/report/trace_report.h"

namespace sojourn {

/// `--precision` and what belongs to it.
struct PrecisionOptions {
  double relative = 0.0;        ///< 0: none is asked for.
  std::vector<std::string> of;  ///< None: `mean_latencies`.
};

/// What ends a study that adds replications as it goes on.
struct LimitOptions {
  std::optional<std::size_t> replications;
  std::optional<Duration> time;  ///< On the wall clock.
};

/// `--best` and what belongs to it.
struct BestOptions {
  std::string by;  ///< Empty: nothing is to be chosen.
  double probability = 0.95;
  double indifference = 0.05;
};

struct StudyOptions {
  std::optional<std::uint64_t> seed;        ///< Instead of the scenario's.
  std::optional<std::size_t> replications;  ///< Instead of the scenario's.
  PrecisionOptions precision;
  BestOptions best;
  LimitOptions limits;
  bool antithetic = false;
  bool controls = false;
  std::optional<std::size_t> batches;    ///< Of one long run, instead of replications.
  TracedAlternatives* traced = nullptr;  ///< Where each variant's first run is traced, if any is.
  double traced_share = 0.01;            ///< Of the clients' requests.
  std::size_t jobs = 0;                  ///< Threads; 0: one a core.
  std::atomic<bool> const* stop = nullptr;
  std::function<void(double)> progress = {};
};

/// What is asked for and cannot be answered for this scenario, such as the precision of a metric
/// that there is not: a sentence each.
std::vector<std::string> problems_with(LoadedScenario const& loaded, StudyOptions const& options);

/// Simulates every variant of the scenario on common random numbers. Precondition: there are no
/// `problems_with` it. What a study has once (seed,
/// replications, duration, name) is that of the first variant.
Study study_of(LoadedScenario const& loaded, StudyOptions const& options);

}  // namespace sojourn
