#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/in_flight.h"
#include "models/message.h"
#include "models/outcome.h"
#include "models/program.h"
#include "models/timeline.h"
#include "sim/count_average.h"
#include "sim/histogram.h"
#include "sim/time_average.h"

/// What is counted and measured while a run goes on. Two windows: *flows* and *levels* cover the
/// measured time, whatever arrived before; *cohorts* cover the requests and messages that arrived
/// in it, however they end. Time zero begins both, so a cohort is known by its arrival time.
namespace sojourn {

constexpr std::size_t timeline_cells = 1000;

constexpr bool is_counted(Time arrived) { return arrived >= Time{}; }

/// Latencies of the successes of a cohort, and those of all that end in one cell of the series.
/// Each is recorded once, in its cell.
class Latencies {
 public:
  void record(Duration latency, bool is_of_cohort) {
    Histogram& in_cell = is_of_cohort ? of_cohort_in_cell_ : of_others_in_cell_;
    if (in_cell.record(latency)) [[unlikely]]
      make_room_for(in_cell);
  }

  /// The 99th percentile of the cell that ends now; NaN if it is empty.
  double end_cell();

  /// Of the cohort, in all cells.
  [[nodiscard]] Histogram of_cohort() const;

 private:
  /// At once, so that nothing has to be allocated when cells end.
  void make_room_for(Histogram const& in_cell);

  Histogram of_cohort_in_cell_, of_others_in_cell_;
  Histogram of_cohort_before_;
};

struct alignas(64) WorkloadMeasures {
  // Flows.
  std::uint64_t sent = 0, ended = 0, succeeded = 0;
  // Cohort.
  std::uint64_t cohort = 0, cohort_succeeded = 0, attempts = 0;
  std::uint64_t taken_over = 0;  ///< From the stretch before.
  std::array<std::uint64_t, failure_causes.size()> cohort_failed{};
  Latencies latency;
  Histogram failure_latency;
  // Levels.
  CountAverage in_flight;
};

/// What every request changes comes first, but for the buckets of the histogram.
struct alignas(64) ServiceMeasures {
  static constexpr std::size_t bytes_of_a_request = 320;

  // Flows.
  std::uint64_t arrivals = 0, completed = 0, wanted = 0, rejected = 0, started = 0, waited = 0;
  double work = 0.0, wasted_work = 0.0;  ///< s
  // Cohort.
  std::uint64_t cohort_succeeded = 0, cohort_failed = 0;
  Histogram wait;
  // Levels.
  CountAverage busy, queue, in_flight, up;
  TimeAverage cpu, limit;
  CountAverage provisioned;  ///< Replicas there are, whether they serve or not.
  std::vector<CountAverage> pool_used, pool_queue;
};

struct alignas(64) OperationMeasures {
  std::uint64_t completed = 0, degraded = 0;
  Histogram latency;
};

/// Of a step that asks a cache. Flows.
struct CacheMeasures {
  std::uint64_t hits = 0, misses = 0, coalesced = 0, evicted = 0, expired = 0;

  [[nodiscard]] std::uint64_t asked() const { return hits + misses + coalesced; }
};

/// Of a step that is a saga.
struct SagaMeasures {
  // Cohort.
  std::uint64_t started = 0, completed = 0, compensated = 0, inconsistent = 0, abandoned = 0;
  std::uint64_t taken_over = 0;  ///< From the stretch before.
  // Level: of those cut short the ones that are remembered, too.
  CountAverage in_progress;
};

/// From one service or workload to another.
struct LinkMeasures {
  std::uint64_t messages = 0, lost = 0;  ///< Flows.
  double bytes = 0.0;
  double cost = 0.0, wasted_cost = 0.0;
};

struct HostMeasures {
  TimeAverage busy, queue;  ///< Levels: cores at work, pieces of work that wait for one.
};

/// Of a place from which calls are made, if it has a breaker, a limit or a hedge.
struct CallMeasures {
  // Flows.
  std::uint64_t openings = 0, stopped_by_breaker = 0, stopped_by_limit = 0;
  std::uint64_t hedged = 0, further_copies = 0, rescued = 0;
  // Levels, over all callers: open breakers, attempts in the bulkheads, those waiting for it.
  CountAverage open, in_flight, waiting;
};

/// Of an account: see AccountPlan.
struct ChannelMeasures {
  // Cohort.
  std::uint64_t published = 0, rejected = 0, unroutable = 0, delivered = 0, redelivered = 0,
                spilled = 0;
  std::uint64_t taken_over = 0;  ///< From the stretch before.
  Fates fates{};
  Setbacks duplicates{}, reordered{};  ///< By cause.
  std::uint64_t rebalances = 0;        ///< Flow.
  Histogram age, latency;
  // Level: messages in the channel, waiting or unacknowledged.
  CountAverage depth;
};

/// Of the cohort of messages those that were there, in any channel, while a fault lasted.
struct FaultMessages {
  Time latest_end = Time::min();  ///< Of all its occurrences so far.
  std::uint64_t there = 0, duplicates = 0, reordered = 0;
  Fates fates{};

  /// Precondition: the message is there now.
  [[nodiscard]] bool concerns(Time published) const {
    return is_counted(published) && published < latest_end;
  }
};

/// One figure on the grid of the program's cells.
struct SeriesMeasures {
  std::vector<double> cells;
  double last = 0.0;  ///< Of an integral or a count, its value at the last cell's end.
};

/// All measures of one run, plus the series on their grid.
struct Measurements {
  explicit Measurements(Program const& program);

  /// Ends the warm-up: flows begin at zero, levels keep their value.
  void begin(Time now);

  /// Forgets all that has been measured. What is in flight is taken over into the accounts.
  void begin_stretch(Time now, InFlight const& in_flight);

  /// Ends one cell of every series.
  void end_cell(Time now);

  std::vector<WorkloadMeasures> workloads;
  std::vector<ServiceMeasures> services;
  std::vector<HostMeasures> hosts;
  std::vector<LinkMeasures> links;  ///< (link reports)
  std::vector<OperationMeasures> operations;
  std::vector<CacheMeasures> caches;  ///< (caches)
  std::vector<SagaMeasures> sagas;    ///< (sagas)
  std::vector<CallMeasures> calls;    ///< (call sites)
  std::vector<ChannelMeasures> accounts;
  std::vector<std::vector<FaultOccurrence>> faults;  ///< (fault names)
  std::vector<FaultMessages> fault_messages;         ///< (fault names)
  Timeline timeline;
  bool watches_faults = false;  ///< Without faults the timeline is not kept.
  double cell_seconds = 0.0;
  Time begun;  ///< What is measured begins here.

  struct WorkloadSeries {
    SeriesMeasures goodput, failures, in_flight, latency_p99;
  };
  struct ServiceSeries {
    SeriesMeasures utilisation, queue, provisioned;
  };
  struct CacheSeries {
    std::vector<double> hits;  ///< Share of those that asked in the cell.
    CacheMeasures last;        ///< At the cell's end.
  };
  std::vector<WorkloadSeries> workload_series;
  std::vector<ServiceSeries> service_series;
  std::vector<SeriesMeasures> account_series;
  std::vector<CacheSeries> cache_series;

  /// What a service offers.
  struct Capacity {
    double slots = 0.0;     ///< Of a replica, or 0 if unlimited.
    double replicas = 0.0;  ///< Or 0 if their number varies.
  };
  std::vector<Capacity> capacities;  ///< (services)
};

}  // namespace sojourn
