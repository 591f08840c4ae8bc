#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/distribution.h"
#include "sim/metric.h"
#include "sim/time.h"

/// A scenario as plain values: what the reader makes and `compile` takes. Names refer to things by
/// the words of the file; the reader has checked that each refers to something. All of a scenario's
/// times count from the end of the warm-up.
namespace sojourn {

/// A limit on a number of things; `unlimited` where there is none.
using Limit = std::int64_t;
constexpr Limit unlimited = std::numeric_limits<Limit>::max();

/// "service.operation".
struct OperationName {
  std::string service;
  std::string operation;
  friend bool operator==(OperationName const&, OperationName const&) = default;
};

/// "broker.channel".
struct ChannelName {
  std::string broker;
  std::string channel;
  friend bool operator==(ChannelName const&, ChannelName const&) = default;
};

/// The wait before a further try: drawn anew each time from `each` where that is given, else
/// growing from `first` by `factor` up to `max`, with jitter.
///     ceiling(n) = min(max, first * factor^(n-1)) before retry n = 1, 2, ...
///     none: ceiling; full: U(0, ceiling); equal: ceiling/2 + U(0, ceiling/2);
///     decorrelated: min(max, U(first, 3 * previous)), previous = first at the start
/// Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog (2015).
struct Backoff {
  enum class Jitter : std::uint8_t { none, full, equal, decorrelated };
  std::optional<Distribution> each;
  Duration first{0};
  double factor = 2.0;
  Duration max = longest_duration;
  Jitter jitter = Jitter::none;
};

struct Retry {
  Limit attempts = 3;  ///< The first included.
  Backoff backoff;
  bool on_error = true;
  bool on_timeout = true;
  bool on_rejected = true;
  std::optional<double>
      budget;  ///< Retries per first attempt, at most; a bucket that starts empty.
};

/// A breaker opens at so many outcomes within the window of which that share are failures ...
struct FailureRate {
  std::variant<Duration, std::int64_t> window;  ///< The last so long, or the last so many.
  std::int64_t calls = 20;
  double failures = 0.5;
};
/// ... or at that many failures in a row.
struct FailuresInARow {
  std::int64_t failures = 5;
};

/// A circuit breaker: once open it lets no attempt pass for `open`, then a few to try, and closes
/// when `probes` of them in a row have succeeded. One that fails opens it again.
struct Breaker {
  std::variant<FailureRate, FailuresInARow> trip;
  Duration open{0};
  std::int64_t probes = 1;
};

/// A bulkhead: how many attempts of one caller's replica may be in flight at once.
struct CallLimit {
  std::int64_t calls = 1;
  bool waits = false;  ///< `when_full: block`; otherwise one too many is rejected.
};

/// What the one who calls decides about a call.
struct CallOptions {
  std::optional<Distribution> timeout;  ///< Per attempt.
  std::optional<Retry> retry;           ///< Absent: one attempt.
  std::optional<Breaker> breaker;
  std::optional<CallLimit> limit;
  bool cancel = false;  ///< The callee is told when nobody waits any longer.
};

// --- Steps ---------------------------------------------------------------------------------------

struct Step;
using Steps = std::vector<Step>;

struct WorkStep {
  Distribution duration;
};
struct WaitStep {
  Distribution duration;
};
struct CallStep {
  OperationName target;
  CallOptions options;
  std::optional<Steps> fallback;  ///< Run if the call fails, which then counts as a success.
};
struct ForwardStep {
  OperationName target;
};
struct PublishStep {
  ChannelName channel;
  bool confirm = true;
  std::optional<Distribution> timeout;
  std::optional<Distribution> count;  ///< Absent: one message.
  std::optional<Steps> fallback;
};
struct ParallelStep {
  std::vector<Steps> branches;
  std::size_t join = 0;  ///< How many branches must succeed; from 1 to all of them.
};
struct ChooseStep {
  struct Branch {
    double probability = 0.0;
    Steps steps;
  };
  std::vector<Branch> branches;  ///< Probabilities sum to at most 1; the rest does nothing.
};
struct RepeatStep {
  Distribution count;
  Steps steps;
};
struct UseStep {
  std::string pool;
  Steps steps;
};
struct RespondStep {};
struct BackgroundStep {
  Steps steps;
};
struct FailStep {
  double probability = 1.0;
};

struct Step {
  std::variant<WorkStep, WaitStep, CallStep, ForwardStep, PublishStep, ParallelStep, ChooseStep,
               RepeatStep, UseStep, RespondStep, BackgroundStep, FailStep>
      action;
};

// --- Workloads -----------------------------------------------------------------------------------

/// Requests, `batch` at a time, with independent times between. `poisson(r)`, `periodic(r)`,
/// `renewal(d)` and `batches(r, size=n)` all come to this.
struct OpenArrivals {
  Distribution interarrival_time;
  std::optional<Distribution> batch;  ///< Absent: one.
};
/// Requests at stated times, ascending.
struct TraceArrivals {
  std::vector<Duration> times;
};
/// A fixed population: each user thinks, sends, waits for the end of the request, thinks again.
struct ClosedArrivals {
  std::int64_t users = 1;
  Distribution think;
};

/// A Poisson stream whose rate changes between two values, each for a time drawn from its
/// distribution. With exponential times it is the two-state Markov-modulated Poisson process. It
/// begins in either with the share of time that it spends there.
struct BurstyArrivals {
  double calm_rate = 1.0, burst_rate = 1.0;  ///< 1/s
  Distribution calm, burst;                  ///< How long each lasts.
};

/// The factor of the rate is 1 + amplitude * sin(2 pi t / period).
struct SineProfile {
  Duration period{1};
  double amplitude = 0.0;  ///< At most 1.
};

/// From `at` on the rate moves to `factor` times the stated one, linearly over `ramp`.
struct ProfilePoint {
  Duration at{0};
  double factor = 1.0;
  Duration ramp{0};
};

struct Workload {
  struct Target {
    OperationName operation;
    double share = 1.0;
  };
  std::string name;
  std::vector<Target> mix;  ///< Shares sum to 1.
  std::variant<OpenArrivals, TraceArrivals, ClosedArrivals, BurstyArrivals> arrivals;
  std::vector<ProfilePoint> profile;  ///< Ascending; 1 before the first point.
  std::optional<SineProfile> sine;    ///< Instead of points.
  CallOptions options;
  std::optional<Distribution> patience;
  bool propagates_deadline = false;  ///< Whoever works on the request knows when nobody waits.
  int priority = 0;                  ///< Greater is more urgent.
};

// --- Services ------------------------------------------------------------------------------------

enum class Discipline : std::uint8_t {
  fifo,
  lifo,
  random,
  priority,
  preemptive_priority,
  preemptive_lifo
};

/// Whether who is next interrupts the work of who is served.
constexpr bool interrupts(Discipline discipline) {
  return discipline == Discipline::preemptive_priority || discipline == Discipline::preemptive_lifo;
}

/// How fast a replica works in all with 1, 2, 3, ... pieces of work in progress; the last holds
/// beyond.
struct SpeedTable {
  std::vector<double> totals;
};
/// The same as a law, from linear growth less what is lost to waiting for one another (contention)
/// and to keeping in agreement (coherency):
///     total(n) = n / (1 + contention (n - 1) + coherency n (n - 1))
/// Source: Gunther, Guerrilla Capacity Planning (2007), chapter 4.
struct ScalabilityLaw {
  double contention = 0.0;
  double coherency = 0.0;
};

enum class Balance : std::uint8_t { round_robin, random, least_outstanding, power_of_two };

struct QueueSpec {
  enum class WhenFull : std::uint8_t { reject, drop_oldest, block };
  Limit capacity = unlimited;
  Discipline discipline = Discipline::fifo;
  WhenFull when_full = WhenFull::reject;
};

/// Whom a replica lets in: tokens that come at a rate, or so many at once.
struct RateLimit {
  double rate = 1.0;  ///< 1/s
  std::int64_t burst = 1;
};
struct ConcurrencyLimit {
  std::int64_t most = 1;
};
struct AdmissionLimit {
  std::variant<RateLimit, ConcurrencyLimit> limit;
  bool waits = false;  ///< Who is not let in waits for it, in order; else is rejected.
};

struct Operation {
  std::string name;
  Steps steps;
};

struct Pool {
  std::string name;
  std::int64_t size = 1;
};

struct Service {
  std::string name;
  std::int64_t replicas = 1;
  Limit concurrency = 1;
  std::optional<double> cores;  ///< Absent: work never contends for CPU.
  std::optional<std::variant<SpeedTable, ScalabilityLaw>> speed;  ///< Not beside `cores`.
  bool blocking = true;                                           ///< `io: blocking`
  QueueSpec queue;
  std::optional<AdmissionLimit> limit;
  Balance balance = Balance::round_robin;
  std::optional<Distribution> startup;
  std::vector<Pool> pools;
  std::vector<Operation> operations;
};

// --- Brokers -------------------------------------------------------------------------------------

struct Subscriber {
  struct Batch {
    std::int64_t min = 1;
    std::int64_t max = 1;
    std::optional<Duration> wait;  ///< Absent: waits for `min` for ever.
  };
  OperationName operation;
  std::optional<Limit>
      prefetch;  ///< Unacknowledged deliveries per replica; absent: its concurrency.
  std::optional<Duration> ack_timeout;
  Limit max_deliveries = unlimited;
  Backoff redelivery;  ///< Zero: at once, to its old place in line.
  std::optional<ChannelName> dead_letter;
  std::optional<Batch> batch;
  std::optional<Duration> poll;        ///< Absent: messages are pushed.
  Duration start = -longest_duration;  ///< Consumes from this time on.
};

struct Channel {
  enum class WhenFull : std::uint8_t { reject, drop_oldest, drop_newest, block };
  enum class Delivery : std::uint8_t { at_least_once, at_most_once, exactly_once };
  std::string name;
  Limit capacity = unlimited;
  WhenFull when_full = WhenFull::reject;
  std::optional<Duration> ttl;
  bool durable = false;
  Delivery delivery = Delivery::at_least_once;
  std::int64_t initial = 0;
  std::optional<ChannelName> dead_letter;  ///< For expired messages, and for subscribers without.
  std::vector<Subscriber> subscribers;
};

struct Broker {
  std::string name;
  std::optional<Distribution>
      latency;                       ///< Each way: publish to acceptance, acceptance to delivery.
  std::optional<double> throughput;  ///< Messages it can take, 1/s.
  std::vector<Channel> channels;
};

// --- Faults --------------------------------------------------------------------------------------

/// The replicas of a service that a fault strikes, the first `replicas` of them.
struct ReplicaTarget {
  std::string service;
  Limit replicas = unlimited;
  bool each = false;  ///< Every replica has a fault of its own, independent of the others.
};

struct CrashFault {
  std::variant<ReplicaTarget, std::string> target;  ///< Replicas, or the broker of that name.
};
struct PauseFault {
  ReplicaTarget target;
};
struct SlowFault {
  ReplicaTarget target;
  double factor = 1.0;
};
struct ErrorsFault {
  ReplicaTarget target;
  double rate = 1.0;
};
struct SurgeFault {
  std::string workload;
  double factor = 1.0;
};

struct Fault {
  std::string name;
  std::variant<CrashFault, PauseFault, SlowFault, ErrorsFault, SurgeFault> effect;
  std::optional<Duration> at;          ///< Either this ...
  std::optional<Distribution> every;   ///< ... or this: from one's end to the next one's start.
  std::optional<Distribution> length;  ///< `for`; absent: to the end of the run.
};

// --- Objectives and the whole --------------------------------------------------------------------

struct Objective {
  enum class Comparison : std::uint8_t { less, at_most, at_least, more };
  std::string text;  ///< As written.
  std::string metric;
  Comparison comparison = Comparison::at_most;
  double value = 0.0;  ///< In the metric's unit.
};

struct Scenario {
  std::string name;
  std::string description;
  Duration duration{0};
  Duration warmup{0};
  std::int64_t replications = 10;
  std::uint64_t seed = 1;
  std::vector<Workload> workloads;
  std::vector<Service> services;
  std::vector<Broker> brokers;
  std::vector<Fault> faults;
  std::vector<Objective> objectives;
};

}  // namespace sojourn
