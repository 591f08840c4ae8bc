#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/scenario/names.h"
#include "models/scenario/steps.h"
#include "sim/distribution.h"
#include "sim/time.h"

/// Who serves.
namespace sojourn {

enum class Discipline : std::uint8_t {
  fifo,
  lifo,
  random,
  priority,
  preemptive_priority,
  preemptive_lifo,
  shortest_first,
  earliest_deadline
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

enum class Balance : std::uint8_t {
  round_robin,
  random,
  least_outstanding,
  power_of_two,
  key_hash
};

/// Sheds by waiting time, as in RFC 8289.
struct ControlledDelaySpec {
  Duration target = std::chrono::milliseconds(5);
  Duration interval = std::chrono::milliseconds(100);
};

struct QueueSpec {
  enum class WhenFull : std::uint8_t { reject, drop_oldest, block };
  Limit capacity = unlimited;
  Discipline discipline = Discipline::fifo;
  WhenFull when_full = WhenFull::reject;
  std::optional<ControlledDelaySpec> codel = std::nullopt;
};

/// Whom a replica lets in: tokens that come at a rate, so many at once, or as many as it finds that
/// it can bear.
struct RateLimit {
  double rate = 1.0;  ///< 1/s
  std::int64_t burst = 1;
};
struct ConcurrencyLimit {
  std::int64_t most = 1;
};
struct AdaptiveLimit {
  std::int64_t initial = 20, least = 1, most = 1000;
};
struct AdmissionLimit {
  std::variant<RateLimit, ConcurrencyLimit, AdaptiveLimit> limit;
  bool waits = false;  ///< Who is not let in waits for it, in order; else is rejected.
};

/// Replicas come and go so that a metric stays near a target.
struct Autoscale {
  enum class Metric : std::uint8_t { utilisation, cpu };
  std::int64_t min = 1, max = 1;
  Metric metric = Metric::utilisation;
  double target = 0.6;
  double tolerance = 0.1;  ///< How far off the target, as a share of it, nothing is changed.
  Duration every = std::chrono::seconds(15);
  Duration up_delay{0};
  Duration down_delay = std::chrono::minutes(5);
  Duration cooldown{0};
};

/// When a service is open: on those days of the week, from one time of the day to the other, which
/// may be on the next day.
struct OpeningHours {
  std::array<bool, 7> days{};  ///< From Monday.
  Duration from{0}, to{0};
  Duration ahead_of_utc{0};
  bool dismisses = false;  ///< At closing time those in line have to go; else they are served.
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
  std::optional<Autoscale> autoscale;
  std::vector<OpeningHours> hours;  ///< None: always.
  Balance balance = Balance::round_robin;
  Duration detect{0};  ///< From a crash until callers leave the replica out.
  std::optional<Distribution> startup;
  std::vector<std::string> hosts;  ///< Dealt out to its replicas in turn; none: no machine.
  std::vector<std::string> zones;  ///< Likewise; not beside hosts, which have zones of their own.
  std::optional<double> cost;      ///< Of one replica for an hour.
  std::vector<Pool> pools;
  std::vector<Operation> operations;
};

}  // namespace sojourn
