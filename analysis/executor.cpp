#include "analysis/executor.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <limits>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

namespace sojourn {

namespace {

struct Task {
  std::size_t experiment = 0;
  std::size_t replication = 0;
};

/// How far all tasks are, told on to the outside in steps of a thousandth.
class Progress {
 public:
  Progress(std::size_t tasks, std::function<void(double)> const& listener)
      : whole_(static_cast<double>(tasks) * parts), listener_(listener) {}

  static constexpr double parts = 1e6;  // of one task; whole numbers add up in any order

  void add(std::int64_t done) {
    double const share = static_cast<double>(done_ += done) / whole_;
    if (!listener_) return;
    std::unique_lock const lock(mutex_, std::try_to_lock);
    if (!lock || share < announced_ + 0.001) return;
    announced_ = share;
    listener_(share);
  }

 private:
  std::atomic<std::int64_t> done_ = 0;
  double whole_;
  std::function<void(double)> const& listener_;
  std::mutex mutex_;
  double announced_ = 0.0;
};

class Executor {
 public:
  Executor(std::vector<Experiment> const& experiments, ReplicationOptions const& options)
      : experiments_(experiments),
        options_(options),
        tasks_(experiments.size() * options.replications),
        failed_at_(experiments.size()),
        progress_(tasks_, options_.progress),
        table_(experiments.size(), RunTable::value_type(options.replications)) {
    for (auto& replication : failed_at_) replication = std::numeric_limits<std::size_t>::max();
  }

  RunTable run() {
    {
      auto const helpers = start_helpers();
      work();
    }
    return std::move(table_);
  }

 private:
  /// One run's line to the executor.
  class TaskWatch : public Watch {
   public:
    TaskWatch(Executor& executor, Task task) : executor_(executor), task_(task) {}
    ~TaskWatch() override { report(1.0); }

    bool go_on(double done) override {
      report(done);
      return executor_.is_wanted(task_);
    }

   private:
    void report(double done) {
      auto const parts = static_cast<std::int64_t>(std::clamp(done, 0.0, 1.0) * Progress::parts);
      if (parts <= reported_) return;
      executor_.progress_.add(parts - reported_);
      reported_ = parts;
    }

    Executor& executor_;
    Task task_;
    std::int64_t reported_ = 0;
  };

  [[nodiscard]] std::size_t threads() const {
    std::size_t const cores = std::max(1U, std::thread::hardware_concurrency());
    return std::clamp<std::size_t>(options_.jobs == 0 ? cores : options_.jobs, 1,
                                   std::max<std::size_t>(tasks_, 1));
  }

  /// Fewer than asked for where the machine has no more to give: slower, but not another result.
  std::vector<std::jthread> start_helpers() {
    std::vector<std::jthread> helpers;
    try {
      while (helpers.size() + 1 < threads()) helpers.emplace_back([this] { work(); });
    } catch (std::system_error const&) {
      return helpers;
    }
    return helpers;
  }

  void work() {
    for (std::size_t i = next_++; i < tasks_; i = next_++)
      perform({i % experiments_.size(), i / experiments_.size()});
  }

  void perform(Task task) {
    TaskWatch watch(*this, task);
    if (!is_wanted(task) || (options_.is_out_of_time && options_.is_out_of_time())) return;
    RunResult result = result_of(task, watch);
    if (!result.error.empty()) lower_to(failed_at_[task.experiment], task.replication);
    table_[task.experiment][task.replication] = std::move(result);
  }

  [[nodiscard]] Streams streams_of(Task task) const {
    std::uint64_t const replication = options_.first + task.replication;
    if (!options_.antithetic) return {options_.seed, replication};
    return {options_.seed, replication / 2,
            replication % 2 == 0 ? Draws::inverted : Draws::mirrored};
  }

  RunResult result_of(Task task, Watch& watch) {
    RunResult failed;
    failed.complete = false;
    try {
      return experiments_[task.experiment].run(streams_of(task), watch);
    } catch (std::bad_alloc const&) {
      failed.error = "out of memory";
    } catch (std::exception const& exception) {
      failed.error = exception.what();
    }
    return failed;
  }

  [[nodiscard]] bool is_wanted(Task task) const {
    bool const stopped = options_.stop != nullptr && *options_.stop;
    return !stopped && task.replication < failed_at_[task.experiment];
  }

  static void lower_to(std::atomic<std::size_t>& least, std::size_t value) {
    std::size_t seen = least;
    while (value < seen && !least.compare_exchange_weak(seen, value)) continue;
  }

  std::vector<Experiment> const& experiments_;
  ReplicationOptions const& options_;
  std::size_t tasks_;
  std::atomic<std::size_t> next_ = 0;
  std::vector<std::atomic<std::size_t>> failed_at_;  // (experiments), the first to fail
  Progress progress_;
  RunTable table_;  // each thread writes only the cells of its tasks
};

}  // namespace

RunTable run_all(std::vector<Experiment> const& experiments, ReplicationOptions const& options) {
  return Executor(experiments, options).run();
}

}  // namespace sojourn
