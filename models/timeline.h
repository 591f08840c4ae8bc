#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/time.h"

namespace sojourn {

/// What happened in the system as a whole, on a fixed grid over the measured time: enough to say
/// when it was back in its range after a fault. Memory: the cells, whatever the run's length.
class Timeline {
 public:
  struct Cell {
    double latency_sum = 0.0;   ///< s, of requests that succeeded in the cell
    double backlog_area = 0.0;  ///< requests and messages in the system, times s
    double backlog_max = 0.0;
    std::uint64_t successes = 0;
    std::uint64_t failures = 0;
    std::uint64_t calls = 0;     ///< Calls begun, retries not counted.
    std::uint64_t attempts = 0;  ///< Attempts begun.
  };

  Timeline() = default;

  /// Precondition: `cells` >= 1, `end` after time zero.
  Timeline(Time end, std::size_t cells)
      : step_(std::max(Duration(1), (end - Time{}) / static_cast<std::int64_t>(cells))),
        cells_(cells) {}

  void succeed(Time now, Duration latency) {
    if (Cell* cell = at(now)) {
      ++cell->successes;
      cell->latency_sum += in_seconds(latency);
    }
  }
  void fail(Time now) {
    if (Cell* cell = at(now)) ++cell->failures;
  }
  void begin_call(Time now);
  void begin_attempt(Time now);

  /// The backlog changes by `change` at `now`.
  void change_backlog(Time now, double change);

  /// Accounts for the backlog up to `now`.
  void close(Time now);

  [[nodiscard]] std::vector<Cell> const& cells() const { return cells_; }
  [[nodiscard]] Duration step() const { return step_; }

 private:
  [[nodiscard]] Cell* at(Time now) {
    if (now < Time{} || cells_.empty()) return nullptr;
    return &cells_[std::min(cells_.size() - 1, static_cast<std::size_t>((now - Time{}) / step_))];
  }

  Duration step_{1};
  std::vector<Cell> cells_;
  double backlog_ = 0.0;
  Time last_;
};

/// One time that a fault struck.
struct FaultOccurrence {
  Time begin;
  Time end = Time::max();         ///< Time::max() if it lasts to the end of the run.
  Time latest_end = Time::max();  ///< Of this one and those before it, which may last longer.
  std::uint64_t ended = 0;        ///< Requests sent during it that have ended.
  std::uint64_t failed = 0;       ///< Those of them that failed.
};

/// What a fault did. Definitions stand with the fields; "before" is the measured time until the
/// fault's first occurrence, and a cell is a thousandth of the measured time.
struct FaultEffect {
  /// From the fault's end to the first cell from which, for five cells, mean latency, mean backlog
  /// and failures all lie within 1.1 times their highest cell before. Mean over occurrences;
  /// infinite if one was never recovered from, NaN without a time before.
  double recovery = 0.0;
  /// Share of the requests sent during the fault that failed; NaN if none has ended.
  double failed = 0.0;
  /// Most requests and messages in the system from the fault's beginning to recovery.
  double peak_backlog = 0.0;
  /// Attempts per call from its beginning to recovery.
  double amplification = 1.0;
  /// 1 if it was never recovered from and, in the last third of the time after it, goodput stayed
  /// below 80 % of that before; else 0.
  double metastable = 0.0;
};

/// Judges a fault from the timeline of a run that ended at `end`.
FaultEffect judge_fault(Timeline const& timeline, std::vector<FaultOccurrence> const& occurrences,
                        Time end);

}  // namespace sojourn
