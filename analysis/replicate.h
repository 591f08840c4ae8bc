#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "analysis/study.h"
#include "sim/metric.h"
#include "sim/random_stream.h"
#include "sim/watch.h"

namespace sojourn {

/// The stretches of the measured time in which nothing is planned to happen, in seconds: from the
/// beginning to `until`, and from `from` to the end. Only there is steadiness to be expected.
struct Undisturbed {
  double until = std::numeric_limits<double>::infinity();
  double from = 0.0;
};

/// An experiment: a function from random streams to named numbers.
struct Experiment {
  std::string name;
  ResultLayout layout;
  std::function<RunResult(Streams const&, Watch&)> run;
  std::vector<Goal> goals;
  Undisturbed undisturbed = {};
  /// One long run: what it yields in so many stretches, each as long as a run. Fewer if it was
  /// stopped or given up; the last of them then says so.
  std::function<std::vector<RunResult>(Streams const&, Watch&, std::size_t)> run_in_batches = {};
};

struct ReplicationOptions {
  std::size_t replications = 10;
  std::uint64_t first = 0;  ///< The replication to begin with.
  std::uint64_t seed = 1;
  std::size_t jobs = 0;  ///< Threads; 0: as many as the machine has cores.
  double confidence = 0.95;
  bool antithetic = false;  ///< Replication 2k + 1 mirrors the luck of 2k.
  bool in_batches = false;  ///< What is merged are the batches of one run, in their order.
  std::atomic<bool> const* stop = nullptr;    ///< Set to true from outside to stop early.
  std::function<bool()> is_out_of_time = {};  ///< True: no further run begins. From any thread.
  std::function<void(double)> progress = {};  ///< Share done in [0, 1]; called from any thread, one
                                              ///< call at a time, at most a thousand times in all.
};

/// Of so many alternatives every pair is compared, of more each with the first one.
constexpr std::size_t most_compared = 12;

/// Runs every experiment `replications` times with the streams (seed, 0), (seed, 1), ... and merges
/// in that order, so that the number of threads never changes a digit. Fills alternatives,
/// comparisons, errors and partial; the caller fills name, file and what else it knows.
///
/// The intervals of a metric's comparisons hold all at once with the confidence asked for: each has
/// 1 - (1 - confidence) / (number of pairs), by Bonferroni's inequality.
///
/// Stopped early, an alternative keeps its complete replications, or where it has none the
/// incomplete ones, and is marked partial.
Study replicate(std::vector<Experiment> const& experiments, ReplicationOptions const& options);

}  // namespace sojourn
